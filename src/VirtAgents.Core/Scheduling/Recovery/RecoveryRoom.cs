using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Placement;

namespace VirtAgents.Core.Scheduling.Recovery;

/// <summary>Where VMs of a lost host find room, what is on its way counted. Not thread-safe.</summary>
internal sealed class RecoveryRoom
{
    private readonly RecoveryView _view;
    private readonly LiveCluster _cluster;
    private readonly List<Promise> _promises;

    public RecoveryRoom(RecoveryView view)
    {
        (_view, _promises) = (view, [.. view.Promises]);
        _cluster = LiveCluster.Of("", view.Hosts, view.Limits with { FailoverHosts = 0 }, LivePurpose.Placement, view.Rules);
    }

    /// <summary>Counts a VM that goes to a host.</summary>
    public void Take(HostId host, VmInfo vm) => _promises.Add(new(host, vm, true));

    /// <summary>The host that takes a VM, or why none does, and whether one may soon.</summary>
    public (LiveHost? Host, string Why, bool IsForNow) Find(VmInfo vm)
    {
        LiveHost[] fitting = [.. _view.Hosts.Where(h => WhyUnfit(h, vm) is null)];
        if (fitting.Length == 0)
        {
            return (null, $"no host can take it over: {string.Join("; ", _view.Hosts.Select(h => $"{h.Info.Name}: {WhyUnfit(h, vm)}").DefaultIfEmpty("there is no other"))}", false);
        }

        LiveHost[] free = [.. fitting.Where(h => _promises.Count(p => p.IsRecovery && p.Host == h.Info.Id) < _view.Policy.MaxPerHost)];
        if (free.Length > 0 && Place(vm, free) is { Host: { } id } placed)
        {
            return (free.First(h => NameOf(h) == id), placed.Reason, false);
        }

        return free.Length < fitting.Length && Place(vm, fitting).Host is not null
            ? (null, $"as many VMs as the policy allows at the same time ({_view.Policy.MaxPerHost}) are on their way up on each host that has room", true)
            : (null, $"none of the hosts that see its pools work has room: {RejectedBy(Place(vm, fitting))}", false);
    }

    private static double SizeMbOf(VmInfo vm) => Math.Ceiling(vm.MemoryBytes / LiveSizes.Mib);

    private static string RejectedBy(PlacementDecision decision) => string.Join(", ", decision.Rejected.Where(r => r.Key != Obstacle.Reach).Select(r => $"{ObstacleNames.Of(r.Key)} {r.Value}"));

    private string? WhyUnfit(LiveHost host, VmInfo vm) =>
        host.OutOfSight
        ?? (host.IsDraining ? "it is drained"
            : host.Trouble is { } trouble ? $"it takes no VM: {trouble}"
            : _view.Rules.BindingOf(vm.Name, vm.Tenant) is { } isAllowed && !isAllowed(host.Info.Name) ? "the policy does not allow it there"
            : _view.CannotRecover.TryGetValue(host.Info.Id, out string? unable) ? unable
            : vm.Disks.Where(d => d.Source.Length > 0).FirstOrDefault(d => !host.Pools.Any(p => p.Info.Name == d.Pool && Topology.IsShared(p.Info) && p.Figures.Active == true)) is { } disk
                ? $"it does not see pool {disk.Pool} work and shared"
            : null);

    private PlacementDecision Place(VmInfo vm, LiveHost[] among)
    {
        ClusterSnapshot known = _cluster.Snapshot;
        ImmutableArray<ClusterVm> coming =
        [
            .. _promises.Where(p => _cluster.HostNames.ContainsKey(p.Host.Value))
                .Select((p, i) => _view.Rules.Grouped(Of(p.Vm) with { Id = $"on its way {i}", Host = _cluster.HostNames[p.Host.Value] }, p.Vm.Name, p.Vm.Tenant)),
        ];
        Placer placer = new(known with { Vms = known.Vms.AddRange(coming), Pools = [] });
        return placer.Place(_cluster.Ruled(Of(vm) with { AllowedHosts = [.. among.Select(NameOf)] })!);
    }

    private static ClusterVm Of(VmInfo vm) => new(vm.Name, "", vm.VcpuCount, SizeMbOf(vm)) { Tenant = vm.Tenant };

    private string NameOf(LiveHost host) => _cluster.HostNames[host.Info.Id.Value];
}
