using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>
/// Judges moves by what is seen now, with VMs that are being migrated counted on both hosts, and those that are started where they start: between a plan and a move of it the
/// world goes on, and what was right then may overload a host or break a rule now.
/// </summary>
internal sealed class StepCheck
{
    private readonly LiveCluster _cluster;
    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;

    public StepCheck(PlanView view)
    {
        _cluster = view.Cluster;
        _layout = new ClusterLayout(view.Cluster.Snapshot);
        _state = new ClusterState(_layout);
        foreach (StartUnderWay one in view.Starting.Where(s => FindVm(s.Vm) is null))
        {
            Reserve(one);
        }

        foreach (MigrationUnderWay one in view.UnderWay)
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
            : _state.Refusal(vm, to) is { } obstacle ? $"{_layout.Hosts[to].Id} does not take it now: {ObstacleNames.Of(obstacle)}"
            : null;
    }

    /// <summary>Counts a move that is begun.</summary>
    public void Begin(ScheduledStep step) => _state.Count(FindVm(step.Vm)!.Value, FindHost(step.To)!.Value, 1);

    /// <summary>Whether the VM is seen running where the step takes it, and nowhere else.</summary>
    public bool IsThere(ScheduledStep step) =>
        FindVm(step.Vm) is { } vm && FindHost(step.To) == _state.Place[vm] && _cluster.IsCertain(_layout.Vms[vm].Id);

    private void Reserve(in StartUnderWay start)
    {
        if (FindHost(start.Host) is { } host)
        {
            _state.Reserve(host, start.Vcpus, start.MemoryMb);
        }
    }

    private int? FindVm(VmId id) => _cluster.VmNames.TryGetValue(id.Value, out string? name) ? _layout.FindVm(name) : null;

    private int? FindHost(HostId id) => _cluster.HostNames.TryGetValue(id.Value, out string? name) ? _layout.FindHost(name) : null;
}
