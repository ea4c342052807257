using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>
/// Looks after each window for hosts of which many VMs start at once and wait, for VMs that take what others of their host or pool wait for, and for hosts and pools that are short of it
/// without one to blame. Not thread-safe.
/// </summary>
/// <remarks>In this order: where the cause is told nothing else is.</remarks>
public sealed class ContentionWatch
{
    private readonly StormWatch _storms = new();
    private readonly NeighbourWatch _neighbours = new();
    private readonly ScarcityWatch _scarcity = new();

    /// <summary>Looks over the newest window whose samples have arrived, once for each.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="baselines">What was learnt of the VMs of the fleet.</param>
    /// <param name="topology">Which pools a VM uses.</param>
    /// <returns>What began and what is over.</returns>
    public IReadOnlyList<PeerNews> Observe(long timeUnixMs, VmBaselines baselines, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(baselines);
        long window = NeighbourWatch.NewestWindow(timeUnixMs, NeighbourWatch.SettledMs);
        IReadOnlyList<NeighbourVm> vms = baselines.Neighbours(timeUnixMs, window, topology);
        IReadOnlyList<Storm> storms = StormJudge.Judge(timeUnixMs, baselines.Started(timeUnixMs, window, topology));
        return
        [
            .. _storms.Observe(timeUnixMs, storms, _scarcity.Places),
            .. _neighbours.Observe(timeUnixMs, vms, _storms.Places),
            .. _scarcity.Observe(timeUnixMs, ScarcityJudge.Judge(vms, _neighbours.Blamed.Union(_storms.Places).ToHashSet())),
        ];
    }
}
