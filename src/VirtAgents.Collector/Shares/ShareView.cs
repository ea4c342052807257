using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Limits;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>What one look at uplinks goes by.</summary>
internal sealed record ShareView(IReadOnlyList<HostView> Hosts, IReadOnlySet<string> ComingBack, string? HeldBecause, long NowUnixMs)
    : LimitView(Hosts, ComingBack, HeldBecause, NowUnixMs)
{
    /// <summary>Interfaces whose limit could not be set of late.</summary>
    public IReadOnlySet<(Guid Vm, string Device, LimitedResource Resource)> Failed { get; init; } = new HashSet<(Guid, string, LimitedResource)>();

    /// <summary>Whether an interface is left alone, as its limit could not be set.</summary>
    public bool Rests(ShareNic nic, LimitedResource resource) => Failed.Contains((nic.Vm.Value, nic.Mac, resource));
}
