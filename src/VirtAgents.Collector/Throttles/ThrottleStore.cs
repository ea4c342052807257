using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Limits;

namespace VirtAgents.Collector.Throttles;

/// <summary>Throttles in the control database.</summary>
internal sealed class ThrottleStore(ControlQueue queue, IDbContextFactory<ControlContext> contexts) : LimitStore<ThrottleRow>(queue, contexts)
{
    /// <summary>Throttles of some VMs: those that have not ended, and those that ended since a time.</summary>
    public async Task<IReadOnlyList<ThrottleRow>> SinceAsync(Guid[] vms, long unixMs, CancellationToken cancellationToken) =>
        vms.Length == 0 ? [] : await ReadAsync(all => all.Where(t => (t.IsOpen || t.EndedUnixMs > unixMs) && vms.Contains(t.VmId)), cancellationToken);
}
