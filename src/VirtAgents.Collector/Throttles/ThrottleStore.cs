using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Limits;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Throttles;

/// <summary>Throttles in the control database.</summary>
internal sealed class ThrottleStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    /// <summary>Throttles that have not ended, oldest first.</summary>
    public async Task<IReadOnlyList<ThrottleRow>> OpenAsync(CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Throttles.AsNoTracking().Where(t => t.IsOpen).OrderBy(t => t.Number).ToListAsync(cancellationToken);
    }

    /// <summary>Throttles that have ended, newest first.</summary>
    public async Task<IReadOnlyList<ThrottleRow>> EndedAsync(int most, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Throttles.AsNoTracking().Where(t => !t.IsOpen).OrderByDescending(t => t.Number).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>Throttles of some VMs: those that have not ended, and those that ended since a time.</summary>
    public async Task<IReadOnlyList<ThrottleRow>> SinceAsync(Guid[] vms, long unixMs, CancellationToken cancellationToken)
    {
        if (vms.Length == 0)
        {
            return [];
        }

        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Throttles.AsNoTracking().Where(t => (t.IsOpen || t.EndedUnixMs > unixMs) && vms.Contains(t.VmId)).ToListAsync(cancellationToken);
    }

    /// <summary>Directives of throttles that are being set or taken back, as they are now.</summary>
    public Task<Dictionary<Guid, DirectiveNow>> DirectivesAsync(IEnumerable<ThrottleRow> rows, CancellationToken cancellationToken) => LimitDirectives.ReadAsync(
        contexts, [.. rows.Where(r => r.Stage is LimitStage.Setting or LimitStage.Releasing).Select(r => r.DirectiveId)], cancellationToken);

    /// <summary>Changes a throttle that is still in a stage; false = it is not, and nothing was changed.</summary>
    public Task<bool> ChangeAsync(Guid id, LimitStage stage, Action<ThrottleRow> change, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            bool isThere = await TryChangeAsync(context, id, stage, change);
            await context.SaveChangesAsync();
            return isThere;
        },
        cancellationToken);

    /// <summary>Adds a throttle, to be saved with its directive; false = its VM or disk has one.</summary>
    public static async Task<bool> TryAddAsync(ControlContext context, ThrottleRow row)
    {
        if (await context.Throttles.AnyAsync(t => t.IsOpen && t.VmId == row.VmId && t.Resource == row.Resource && t.Device == row.Device))
        {
            return false;
        }

        row.Number = (await context.Throttles.MaxAsync(t => (long?)t.Number) ?? 0) + 1;
        context.Add(row);
        return true;
    }

    /// <summary>Changes a throttle, to be saved with its directive; false = it is not in that stage any more.</summary>
    public static async Task<bool> TryChangeAsync(ControlContext context, Guid id, LimitStage stage, Action<ThrottleRow> change)
    {
        if (await context.Throttles.SingleOrDefaultAsync(t => t.Id == id && t.Stage == stage) is not { } row)
        {
            return false;
        }

        change(row);
        return true;
    }
}
