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

    /// <summary>Pools of disks, by the limit of the disk; one that is not known is not there.</summary>
    /// <remarks>Where a VM is takes a look at all hosts, so it is asked once for a limit, not for each place.</remarks>
    public Dictionary<Guid, string> PoolsOf(IEnumerable<HeldLimit> limits) => limits.Where(l => LimitForm.Of(l.Resource).IsOfDisk)
        .Select(l => (l.Id, Find(l.Vm)?.Disks.FirstOrDefault(d => d.Target == l.Device)?.Pool)).Where(l => l.Pool is not null).ToDictionary(l => l.Id, l => l.Pool!);

    /// <summary>Whether somebody is left alone, as the limit could not be set.</summary>
    public bool Rests(ShareTaker taker, LimitedResource resource) => Failed.Contains((taker.Vm.Value, taker.Device, resource));
}
