using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Limits;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>What one look at places goes by.</summary>
internal sealed record ShareView(IReadOnlyList<HostView> Hosts, IReadOnlySet<string> ComingBack, string? HeldBecause, long NowUnixMs)
    : LimitView(Hosts, ComingBack, HeldBecause, NowUnixMs)
{
    /// <summary>VMs, interfaces and disks whose limit could not be set of late.</summary>
    public IReadOnlySet<(Guid Vm, string Device, LimitedResource Resource)> Failed { get; init; } = new HashSet<(Guid, string, LimitedResource)>();

    /// <summary>Whether somebody is left alone, as the limit could not be set.</summary>
    public bool Rests(ShareTaker taker, LimitedResource resource) => Failed.Contains((taker.Vm.Value, taker.Device, resource));
}
