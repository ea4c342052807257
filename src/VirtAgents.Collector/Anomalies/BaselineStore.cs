using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Anomalies;

/// <summary>What was learnt of VMs, in the control database.</summary>
internal sealed class BaselineStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    /// <summary>Everything that is kept, what was seen last first.</summary>
    public async Task ReadAsync(Action<VmId, byte[]> take, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        await foreach (VmBaselineRow row in context.VmBaselines.AsNoTracking().OrderByDescending(b => b.SeenUnixMs).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            take(new VmId(row.VmId), row.State);
        }
    }

    /// <summary>Writes some, in one transaction.</summary>
    public Task WriteAsync(IReadOnlyList<VmBaselineRow> rows, CancellationToken cancellationToken) => queue.RunAsync(
        async context =>
        {
            Guid[] ids = [.. rows.Select(r => r.VmId)];
            HashSet<Guid> known = [.. await context.VmBaselines.Where(b => ids.Contains(b.VmId)).Select(b => b.VmId).ToArrayAsync()];
            context.UpdateRange(rows.Where(r => known.Contains(r.VmId)));
            context.AddRange(rows.Where(r => !known.Contains(r.VmId)));
            return await context.SaveChangesAsync();
        },
        cancellationToken);

    /// <summary>Drops what was not seen since.</summary>
    public Task<int> ForgetAsync(long beforeUnixMs, CancellationToken cancellationToken) => queue.RunAsync(
        context => context.VmBaselines.Where(b => b.SeenUnixMs < beforeUnixMs).ExecuteDeleteAsync(), cancellationToken);
}
