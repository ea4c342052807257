using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Limits;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Shares;

/// <summary>Limits that divide what is full, in the control database.</summary>
internal sealed class ShareStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts) : LimitStore<ShareLimitRow>(queue, contexts)
{
    /// <summary>VMs, interfaces and disks whose limit could not be set since a time.</summary>
    public async Task<HashSet<(Guid Vm, string Device, LimitedResource Resource)>> FailedSinceAsync(long unixMs, CancellationToken cancellationToken)
    {
        var failed = await ReadAsync(all => all.Where(l => l.EndedUnixMs > unixMs && l.Stage == LimitStage.Failed).Select(l => new { l.VmId, l.Device, l.Resource }), cancellationToken);
        return [.. failed.Select(l => (l.VmId, l.Device, l.Resource))];
    }
}
