using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>The parts of the adapter that the watch works with.</summary>
internal sealed record WatchParts(
    HostModel Model,
    EventQueue Events,
    StuckVms Stuck,
    MonitorCheck Check,
    CallCounter Calls,
    AbandonedThreads Abandoned,
    Action<string> Note,
    Action PoolsChanged,
    Action Lost);
