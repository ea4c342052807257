using VirtAgents.Collector.Incidents;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Collector.Planning;

/// <summary>By what a cluster is looked at, but for what its hosts tell.</summary>
/// <param name="Limits">What is promised at most.</param>
/// <param name="Rules">Where VMs may be.</param>
/// <param name="Troubles">Hosts that take no VM.</param>
internal sealed record EstateTerms(ClusterLimits Limits, PlacementPolicy Rules, HostTroubles Troubles)
{
    /// <summary>By a policy and the incidents of which something holds now.</summary>
    public static EstateTerms Of(SchedulePolicy policy, IActiveIncidents incidents) => new(policy.Limits, policy.Placement, HostTroubles.Of(incidents.Active));
}
