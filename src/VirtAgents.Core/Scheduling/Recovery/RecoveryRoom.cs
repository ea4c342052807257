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
    private readonly PromisedCluster _promised;
    private readonly Dictionary<HostId, int> _onTheirWay;

    public RecoveryRoom(RecoveryView view)
    {
        _view = view;
        _cluster = LiveCluster.Of("", view.Hosts, view.Limits, LivePurpose.Placement, view.Rules);
        _promised = new PromisedCluster(_cluster, view.Promises);
        _onTheirWay = view.Promises.Where(p => p.Kind == PromiseKind.Recovery).CountBy(p => p.Host).ToDictionary();
    }

    /// <summary>Counts a VM that goes to a host.</summary>
    public void Take(HostId host, VmInfo vm)
    {
        _promised.Take(new(host, vm, PromiseKind.Recovery));
        _onTheirWay[host] = _onTheirWay.GetValueOrDefault(host) + 1;
    }

    /// <summary>The host that takes a VM, or why none does, and whether one may soon.</summary>
    public (LiveHost? Host, string Why, bool IsForNow) Find(VmInfo vm)
    {
        LiveHost[] fitting = [.. _view.Hosts.Where(h => WhyUnfit(h, vm) is null)];
        if (fitting.Length == 0)
        {
            return (null, $"no host can take it over: {string.Join("; ", _view.Hosts.Select(h => $"{h.Info.Name}: {WhyUnfit(h, vm)}").DefaultIfEmpty("there is no other"))}", false);
        }

        LiveHost[] free = [.. fitting.Where(h => _onTheirWay.GetValueOrDefault(h.Info.Id) < _view.Policy.MaxPerHost)];
        if (free.Length > 0 && Place(vm, free) is { Host: { } id } placed)
        {
            return (free.First(h => NameOf(h) == id), placed.Reason, false);
        }

        return free.Length < fitting.Length && Place(vm, fitting).Host is not null
            ? (null, $"as many VMs as the policy allows at the same time ({_view.Policy.MaxPerHost}) are on their way up on each host that has room", true)
            : (null, $"none of the hosts that see its pools work has room: {RejectedBy(Place(vm, fitting))}", false);
    }

    private static string RejectedBy(PlacementDecision decision) => string.Join(", ", decision.Rejected.Where(r => r.Key != Obstacle.Reach).Select(r => $"{ObstacleNames.Of(r.Key)} {r.Value}"));

    private string? WhyUnfit(LiveHost host, VmInfo vm) =>
        host.OutOfSight
        ?? (host.IsDraining ? "it is drained"
            : host.Trouble is { } trouble ? $"it takes no VM: {trouble}"
            : _view.Rules.BindingOf(vm.Name, vm.Tenant) is { } isAllowed && !isAllowed(host.Info.Name) ? "the policy does not allow it there"
            : _view.CannotRecover.TryGetValue(host.Info.Id, out string? unable) ? unable
            : LiveStorage.WhyOutOfReach(host, vm));

    // Hosts that the rules do not allow are left out before.
    private PlacementDecision Place(VmInfo vm, LiveHost[] among) => _promised.Place(vm, among.Select(NameOf))!;

    private string NameOf(LiveHost host) => _cluster.HostNames[host.Info.Id.Value];
}
