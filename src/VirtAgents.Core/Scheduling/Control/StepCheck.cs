using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Placement;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>
/// Judges moves by what is seen now, with VMs that are being migrated counted on both hosts, and those that are started where they start, in their room and in their groups: between a plan
/// and a move of it the world goes on, and what was right then may overload a host or break a rule now.
/// </summary>
internal sealed class StepCheck
{
    private readonly LiveCluster _cluster;
    private readonly PromisedCluster _promised;
    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;
    private readonly int _seen;

    public StepCheck(PlanView view)
    {
        _cluster = view.Cluster;
        _promised = new PromisedCluster(view.Cluster, view.Promises);
        _layout = new ClusterLayout(_promised.Snapshot);
        _state = new ClusterState(_layout);
        _seen = view.Cluster.Snapshot.Vms.Length;

        // Those that were begun a moment ago are not among the promises yet.
        foreach (MigrationUnderWay one in view.UnderWay.Where(m => !_promised.Coming.Any(p => p.Vm.Id == m.Vm && p.Host == m.To)))
        {
            if (FindVm(one.Vm) is { } vm && FindHost(one.To) is { } to && _state.Place[vm] != to)
            {
                _state.Count(vm, to, 1);
            }
        }
    }

    /// <summary>Why a move may not be begun now; null = it may.</summary>
    public string? WhyNot(ScheduledStep step)
    {
        if (FindVm(step.Vm) is not { } vm)
        {
            return "the VM was seen shut off, or left the cluster";
        }

        if (FindHost(step.From) is not { } from || _state.Place[vm] != from)
        {
            return $"the VM is on {_layout.Hosts[_state.Place[vm]].Id} now: somebody else moved it";
        }

        if (_layout.IsFixed[vm])
        {
            return _cluster.WhyItStays(_layout.Vms[vm].Id) ?? "the VM stays where it is";
        }

        return FindHost(step.To) is not { } to ? "the target is not in the cluster any more"
            : Refusal(vm, to, step.Vm) is { } obstacle ? $"{_layout.Hosts[to].Id} does not take it now: {ObstacleNames.Of(obstacle)}{Because(vm, to, step.Vm, obstacle)}"
            : null;
    }

    /// <summary>Counts a move that is begun.</summary>
    public void Begin(ScheduledStep step) => _state.Count(FindVm(step.Vm)!.Value, FindHost(step.To)!.Value, 1);

    /// <summary>Whether the VM is seen running where the step takes it, and nowhere else.</summary>
    public bool IsThere(ScheduledStep step) =>
        FindVm(step.Vm) is { } vm && FindHost(step.To) == _state.Place[vm] && _cluster.IsCertain(_layout.Vms[vm].Id);

    // A VM that is on its way up elsewhere is in nobody's way but that of others.
    private Obstacle? Refusal(int vm, int to, VmId id)
    {
        int[] own = [.. Starts().Where(s => s.Start.Vm.Id == id).Select(s => s.At)];
        Array.ForEach(own, at => _state.Count(at, _state.Place[at], -1));

        // Members of a group are moved one after another, so those that are seen say nothing; one that is started must not be left alone.
        bool isSplit = Starts().Any(s => s.Start.Vm.Id != id && GroupConflict.IsBetween(_layout, s.At, _layout.Vms[vm], to, Obstacle.Affinity));
        Obstacle? refusal = _state.Refusal(vm, to) ?? (isSplit ? Obstacle.Affinity : null);
        Array.ForEach(own, at => _state.Count(at, _state.Place[at], 1));
        return refusal;
    }

    private IEnumerable<(int At, Promise Start)> Starts() => _promised.Coming.Select((p, at) => (_seen + at, p)).Where(c => c.p.Kind != PromiseKind.Move);

    // Names what people do not see on the host yet.
    private string Because(int vm, int to, VmId id, Obstacle obstacle)
    {
        string[] coming = [.. _promised.Coming.Index().Where(c => c.Item.Vm.Id != id && GroupConflict.IsBetween(_layout, _seen + c.Index, _layout.Vms[vm], to, obstacle))
            .Select(c => $"{c.Item.Vm.Name} is on its way to {_cluster.HostNames[c.Item.Host.Value]}")];
        return coming.Length == 0 ? "" : $", {LiveNames.List(coming)}";
    }

    private int? FindVm(VmId id) => _cluster.VmNames.TryGetValue(id.Value, out string? name) ? _layout.FindVm(name) : null;

    private int? FindHost(HostId id) => _cluster.HostNames.TryGetValue(id.Value, out string? name) ? _layout.FindHost(name) : null;
}
