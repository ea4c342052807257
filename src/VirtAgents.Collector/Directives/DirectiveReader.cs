using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Volumes;

namespace VirtAgents.Collector.Directives;

/// <summary>Reads the ledger.</summary>
internal sealed class DirectiveReader(IDbContextFactory<ControlContext> contexts)
{
    /// <summary>A directive with its steps; null = there is none.</summary>
    public async Task<DirectiveRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Directives.AsNoTracking().Include(d => d.Steps.OrderBy(s => s.Ordinal)).SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
    }

    /// <summary>What a host has not ended, oldest first.</summary>
    public async Task<IReadOnlyList<OpenDirective>> OpenAsync(HostId host, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Directives
            .Where(d => d.IsOpen && d.HostId == host.Value)
            .OrderBy(d => d.Number)
            .Select(d => new OpenDirective(d.Id, d.CancelReason))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Directives that a selection includes, newest first.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="before">Only older ones than this directive; null = from the newest.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="withSteps">Whether their steps are read as well.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<DirectiveRow>> ListAsync(
        DirectiveSelection selection, Guid? before, int most, bool withSteps, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<DirectiveRow> rows = selection.Apply(context.Directives.AsNoTracking());
        if (before is not null)
        {
            rows = rows.Where(d => d.Number < context.Directives.Where(b => b.Id == before).Select(b => b.Number).Single());
        }

        rows = rows.OrderByDescending(d => d.Number).Take(most);
        return await (withSteps ? rows.Include(d => d.Steps.OrderBy(s => s.Ordinal)) : rows).ToListAsync(cancellationToken);
    }

    /// <summary>Which of some directives are recorded.</summary>
    public async Task<IReadOnlySet<Guid>> KnownAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Directives.Where(d => ids.Contains(d.Id)).Select(d => d.Id).ToHashSetAsync(cancellationToken);
    }

    /// <summary>Volumes that hosts were told to make: those of directives that have not ended, or ended after a time so that there may be one.</summary>
    public async Task<IReadOnlyList<OrderedVolume>> VolumesAsync(long endedAfterUnixMs, Guid? except, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        DirectiveRow[] rows = await context.Directives.AsNoTracking()
            .Where(d => d.Kind == DirectiveKind.CreateVolume && !d.IsDryRun && d.Id != except
                && (d.IsOpen || (d.UpdatedUnixMs > endedAfterUnixMs && (d.State == DirectiveState.Done || d.State == DirectiveState.Failed))))
            .ToArrayAsync(cancellationToken);
        return [.. rows.Select(VolumeOf)];
    }

    /// <summary>Directives of a selection that have not ended and are older than others, oldest first, with their steps.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="after">Only newer ones than this number.</param>
    /// <param name="before">Only older ones than this number.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<DirectiveRow>> OlderOpenAsync(
        DirectiveSelection selection, long after, long before, int most, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await (selection with { OpenOnly = true }).Apply(context.Directives.AsNoTracking())
            .Where(d => d.Number > after && d.Number < before)
            .OrderBy(d => d.Number)
            .Take(most)
            .Include(d => d.Steps.OrderBy(s => s.Ordinal))
            .ToListAsync(cancellationToken);
    }

    private static OrderedVolume VolumeOf(DirectiveRow row)
    {
        DirectiveOrder order = DirectiveLedger.OrderOf(row);
        return new(new HostId(row.HostId), order.Text("pool")!, order.Text("volume")!, order.Number("capacity_bytes")!.Value, order.Text(DirectiveCatalogue.Allocation) == DirectiveCatalogue.FullAllocation)
        {
            EndedUnixMs = row.IsOpen ? null : row.UpdatedUnixMs,
        };
    }
}

/// <summary>A directive that has not ended.</summary>
/// <param name="Id">Which.</param>
/// <param name="CancelReason">Why it was taken back; null = it was not.</param>
internal sealed record OpenDirective(Guid Id, string? CancelReason);

/// <summary>Which directives are wanted; null = any.</summary>
internal sealed record DirectiveSelection(Guid? Id = null, HostId? Host = null, VmId? Vm = null, DirectiveKind? Kind = null, DirectiveState? State = null, bool OpenOnly = false)
{
    public IQueryable<DirectiveRow> Apply(IQueryable<DirectiveRow> rows)
    {
        (Guid? id, Guid? host, Guid? vm, DirectiveKind? kind, DirectiveState? state) = (Id, Host?.Value, Vm?.Value, Kind, State);
        rows = id is null ? rows : rows.Where(d => d.Id == id);
        rows = host is null ? rows : rows.Where(d => d.HostId == host);
        rows = vm is null ? rows : rows.Where(d => d.VmId == vm);
        rows = kind is null ? rows : rows.Where(d => d.Kind == kind);
        rows = state is null ? rows : rows.Where(d => d.State == state);
        return OpenOnly ? rows.Where(d => d.IsOpen) : rows;
    }

    /// <summary>Whether a watcher wants a record, by what does not change in it.</summary>
    public bool Includes(Protocol.V1.DirectiveRecord record) =>
        (Id is null || record.Id == Id.Value.ToString())
        && (Host is null || record.HostId == Host.Value.ToString())
        && (Vm is null || record.VmId == Vm.Value.ToString());
}
