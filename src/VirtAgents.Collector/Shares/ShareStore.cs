using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Limits;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Shares;

/// <summary>Limits in the control database.</summary>
internal sealed class ShareStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    /// <summary>Limits that have not ended, oldest first.</summary>
    public async Task<IReadOnlyList<ShareLimitRow>> OpenAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.ShareLimits.AsNoTracking().Where(l => l.IsOpen).OrderBy(l => l.Number).ToListAsync(cancellationToken);
    }

    /// <summary>Limits that have ended, newest first.</summary>
    public async Task<IReadOnlyList<ShareLimitRow>> EndedAsync(int most, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.ShareLimits.AsNoTracking().Where(l => !l.IsOpen).OrderByDescending(l => l.Number).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>Interfaces whose limit could not be set since a time.</summary>
    public async Task<HashSet<(Guid Vm, string Mac, LimitedResource Resource)>> FailedSinceAsync(long unixMs, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        var failed = await context.ShareLimits.Where(l => l.EndedUnixMs > unixMs && l.Stage == LimitStage.Failed).Select(l => new { l.VmId, l.Mac, l.Resource }).ToListAsync(cancellationToken);
        return [.. failed.Select(l => (l.VmId, l.Mac, l.Resource))];
    }

    /// <summary>Directives of limits that are being set or taken back, as they are now.</summary>
    public Task<Dictionary<Guid, DirectiveNow>> DirectivesAsync(IEnumerable<ShareLimitRow> rows, CancellationToken cancellationToken) => LimitDirectives.ReadAsync(
        contexts, [.. rows.Where(r => r.Stage is LimitStage.Setting or LimitStage.Releasing).Select(r => r.DirectiveId)], cancellationToken);

    /// <summary>Changes a limit that is still in a stage; false = it is not, and nothing was changed.</summary>
    public Task<bool> ChangeAsync(Guid id, LimitStage stage, Action<ShareLimitRow> change, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            bool isThere = await TryChangeAsync(context, id, stage, change);
            await context.SaveChangesAsync();
            return isThere;
        },
        cancellationToken);

    /// <summary>Adds a limit, to be saved with its directive; false = its interface has one.</summary>
    public static async Task<bool> TryAddAsync(ControlContext context, ShareLimitRow row)
    {
        if (await context.ShareLimits.AnyAsync(l => l.IsOpen && l.VmId == row.VmId && l.Mac == row.Mac && l.Resource == row.Resource))
        {
            return false;
        }

        row.Number = (await context.ShareLimits.MaxAsync(l => (long?)l.Number) ?? 0) + 1;
        context.Add(row);
        return true;
    }

    /// <summary>Changes a limit, to be saved with its directive; false = it is not in that stage any more.</summary>
    public static async Task<bool> TryChangeAsync(ControlContext context, Guid id, LimitStage stage, Action<ShareLimitRow> change)
    {
        if (await context.ShareLimits.SingleOrDefaultAsync(l => l.Id == id && l.Stage == stage) is not { } row)
        {
            return false;
        }

        change(row);
        return true;
    }
}
