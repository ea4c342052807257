using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>The state while one input is taken: gathers changes and events, and touches nothing when there are none.</summary>
internal sealed class HostTurn(HostState state, long nowUnixMs)
{
    private readonly HostState _before = state;
    private ImmutableDictionary<VmId, VmCondition>.Builder? _vms;
    private List<FleetEvent>? _events;

    public HostState State { get; set; } = state;

    public long NowUnixMs { get; } = nowUnixMs;

    public IEnumerable<VmCondition> VmsInOrder => (_vms?.Values ?? _before.Vms.Values).OrderBy(v => v.Id.Value).ToArray();

    public int VmCount => _vms?.Count ?? _before.Vms.Count;

    public VmCondition? Find(VmId vm)
    {
        VmCondition? found;
        bool known = _vms is null ? _before.Vms.TryGetValue(vm, out found) : _vms.TryGetValue(vm, out found);
        return known ? found : null;
    }

    public void Put(VmCondition vm)
    {
        if (VmCount < HostState.MostVms || Find(vm.Id) is not null)
        {
            Builder()[vm.Id] = vm;
        }
    }

    public void Forget(VmId vm) => Builder().Remove(vm);

    public void Tell(HostEvent happened, VmState from = VmState.Unknown) =>
        (_events ??= []).Add(new FleetEvent(State.Host.Id, State.Host.Name, happened, from, NowUnixMs));

    /// <summary>Gives a VM a known state and tells it.</summary>
    public void Settle(VmCondition vm, HostEvent happened, long sequence)
    {
        Put(vm with
        {
            State = happened.State,
            Reason = happened.Reason,
            SinceUnixMs = happened.TimeUnixMs,
            LastKnownState = happened.State == VmState.Stuck ? vm.LastKnownState : happened.State,
            HeldState = happened.State,
            HeldReason = happened.Reason,
            HeldSinceUnixMs = happened.TimeUnixMs,
            Cause = happened.Kind,
            UnknownTold = false,
            MissedMessages = false,
            EvidenceSequence = sequence,
            EvidenceUnixMs = happened.TimeUnixMs,
            Evidence = happened.Evidence,
        });
        Tell(happened with { Vm = vm.Id, VmName = vm.Name.Length > 0 ? vm.Name : happened.VmName }, vm.State);
    }

    /// <summary>Loses sight of a VM, keeping what was known, and tells it.</summary>
    public void LoseSight(VmCondition vm, VmStateReason reason, long timeUnixMs, string evidence)
    {
        if (vm.State == VmState.Unknown || VmStates.HasLeft(vm.State))
        {
            return;
        }

        Put(vm with
        {
            State = VmState.Unknown,
            Reason = reason,
            SinceUnixMs = timeUnixMs,
            HeldState = vm.State,
            HeldReason = vm.Reason,
            HeldSinceUnixMs = vm.SinceUnixMs,
            Cause = HostEventKind.VmUnknown,
            UnknownTold = true,
            Evidence = evidence,
        });
        Tell(new(HostEventKind.VmUnknown, timeUnixMs, vm.Id, vm.Name, "", VmState.Unknown, reason, evidence), vm.State);
    }

    /// <summary>The state that was held is confirmed; told only when its loss was.</summary>
    public void Regain(VmCondition vm, VmStateReason reason, long timeUnixMs, long sequence, string evidence)
    {
        VmCondition known = vm with
        {
            State = vm.HeldState,
            Reason = reason,
            SinceUnixMs = vm.HeldSinceUnixMs,
            HeldReason = reason,
            LastKnownState = vm.HeldState == VmState.Stuck ? vm.LastKnownState : vm.HeldState,
            Cause = HostEventKind.VmKnownAgain,
            UnknownTold = false,
            MissedMessages = false,
            EvidenceSequence = sequence,
            EvidenceUnixMs = timeUnixMs,
            Evidence = evidence,
        };
        Put(known);
        if (vm.UnknownTold)
        {
            Tell(new(HostEventKind.VmKnownAgain, timeUnixMs, vm.Id, vm.Name, "", known.State, reason, evidence));
        }
    }

    public StateTransition End() =>
        new(_vms is null ? State : State with { Vms = _vms.ToImmutable() }, _events is null ? [] : _events);

    private ImmutableDictionary<VmId, VmCondition>.Builder Builder() => _vms ??= _before.Vms.ToBuilder();
}
