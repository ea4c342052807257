using VirtAgents.Agent.Stream;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Hosting;

/// <summary>One host that this process is the agent of.</summary>
/// <param name="Hypervisor">Adapter to it.</param>
/// <param name="Cluster">Its cluster; empty = the default one.</param>
/// <param name="SpoolPath">Directory of its spool; null = a small spool in memory.</param>
/// <param name="Reach">What a simulated fault does to its link.</param>
/// <param name="IsAlive">False while a simulated fault has killed the agent or the host.</param>
/// <param name="SubscribeReach">Calls back when the reach may have changed.</param>
/// <param name="WatchesClock">Jumps of the clock are reported here (a simulated host has a clock of its own).</param>
/// <param name="HostBootUnixMs">When its kernel started; 0 = unknown.</param>
/// <param name="Control">What can be changed on it; null = it can only be observed.</param>
/// <param name="UsualPolicy">Policy that holds when none is configured; null = the usual file.</param>
internal sealed record ObservedHost(
    IHypervisor Hypervisor,
    string Cluster,
    string? SpoolPath,
    Func<Reach> Reach,
    Func<bool> IsAlive,
    Action<Action> SubscribeReach,
    bool WatchesClock,
    long HostBootUnixMs,
    IHypervisorControl? Control,
    HostPolicy? UsualPolicy);
