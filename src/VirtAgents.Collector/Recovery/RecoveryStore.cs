using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Control;

namespace VirtAgents.Collector.Recovery;

/// <summary>Hosts that are confirmed to be off, and what was begun for them, in the control database.</summary>
internal sealed class RecoveryStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    /// <summary>Confirmations of outages that are not over, oldest first; those that hold and those that were taken back.</summary>
    public async Task<IReadOnlyList<OffConfirmationRow>> PresentAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.OffConfirmations.AsNoTracking().Where(c => !c.IsOver).OrderBy(c => c.Number).ToListAsync(cancellationToken);
    }

    /// <summary>The newest confirmation of a host; null = there is none.</summary>
    public async Task<OffConfirmationRow?> NewestAsync(Guid host, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.OffConfirmations.AsNoTracking().Where(c => c.HostId == host).OrderByDescending(c => c.Number).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Records a confirmation; false = one of the host holds already.</summary>
    public Task<bool> AddAsync(OffConfirmationRow row, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            if (await context.OffConfirmations.AnyAsync(c => c.IsOpen && c.HostId == row.HostId))
            {
                return false;
            }

            row.Number = (await context.OffConfirmations.MaxAsync(c => (long?)c.Number) ?? 0) + 1;
            context.Add(row);
            await context.SaveChangesAsync();
            return true;
        },
        cancellationToken);

    /// <summary>Ends a confirmation that holds; false = it did not.</summary>
    /// <param name="id">The confirmation.</param>
    /// <param name="why">Why, for people.</param>
    /// <param name="isAlive">Whether a sign of life was seen: what is begun after it is another outage.</param>
    /// <param name="nowUnixMs">The moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<bool> EndAsync(Guid id, string why, bool isAlive, long nowUnixMs, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            if (await context.OffConfirmations.SingleOrDefaultAsync(c => c.Id == id && c.IsOpen) is not { } row)
            {
                return false;
            }

            (row.IsOpen, row.EndedUnixMs, row.EndReason, row.IsOver) = (false, nowUnixMs, why, isAlive);
            await context.SaveChangesAsync();
            return true;
        },
        cancellationToken);

    /// <summary>A host was heard: what was begun for it belongs to an outage that is over, also where its confirmation was taken back before.</summary>
    public Task<int> CloseOutageAsync(Guid host, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            foreach (OffConfirmationRow row in await context.OffConfirmations.Where(c => c.HostId == host && !c.IsOpen && !c.IsOver).ToArrayAsync())
            {
                row.IsOver = true;
            }

            return await context.SaveChangesAsync();
        },
        cancellationToken);

    /// <summary>What was begun for a host in the present outage, whoever confirmed it and however often.</summary>
    public async Task<IReadOnlyList<RecoveryRow>> TriesAsync(Guid host, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Recoveries.AsNoTracking().Where(r => context.OffConfirmations.Any(c => c.Id == r.ConfirmationId && c.HostId == host && !c.IsOver)).OrderBy(r => r.SentUnixMs).ToListAsync(cancellationToken);
    }

    /// <summary>What was begun and has not ended.</summary>
    public async Task<IReadOnlyList<(RecoveryRow Row, Guid FromHost, DirectiveNow? Directive)>> UnendedAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        RecoveryRow[] rows = await context.Recoveries.AsNoTracking().Where(r => r.EndedUnixMs == 0).ToArrayAsync(cancellationToken);
        Guid[] ids = [.. rows.Select(r => r.DirectiveId)], confirmations = [.. rows.Select(r => r.ConfirmationId)];
        Dictionary<Guid, DirectiveNow> directives = await context.Directives.Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => new DirectiveNow(d.State, d.Detail, d.UpdatedUnixMs), cancellationToken);
        Dictionary<Guid, Guid> hosts = await context.OffConfirmations.Where(c => confirmations.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.HostId, cancellationToken);
        return [.. rows.Select(r => (r, hosts.GetValueOrDefault(r.ConfirmationId), directives.TryGetValue(r.DirectiveId, out DirectiveNow now) ? now : (DirectiveNow?)null))];
    }

    /// <summary>Records how something ended.</summary>
    public Task<bool> ConcludeAsync(Guid directive, DirectiveState outcome, string detail, long nowUnixMs, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            if (await context.Recoveries.SingleOrDefaultAsync(r => r.DirectiveId == directive && r.EndedUnixMs == 0) is not { } row)
            {
                return false;
            }

            (row.Outcome, row.Detail, row.EndedUnixMs) = (outcome, detail, nowUnixMs);
            await context.SaveChangesAsync();
            return true;
        },
        cancellationToken);

    /// <summary>Adds what is to be begun, to be saved with its directive; false = its confirmation holds no more, or it was begun before.</summary>
    public static async Task<bool> TryAddAsync(ControlContext context, RecoveryRow row)
    {
        Guid? host = await context.OffConfirmations.Where(c => c.Id == row.ConfirmationId && c.IsOpen).Select(c => (Guid?)c.HostId).SingleOrDefaultAsync();
        bool isTried = host is null || await context.Recoveries.AnyAsync(r => r.VmId == row.VmId && context.OffConfirmations.Any(c => c.Id == r.ConfirmationId && c.HostId == host && !c.IsOver));
        if (isTried || await context.Directives.AnyAsync(d => d.IsOpen && !d.IsDryRun && d.VmId == row.VmId))
        {
            return false;
        }

        context.Add(row);
        return true;
    }
}
