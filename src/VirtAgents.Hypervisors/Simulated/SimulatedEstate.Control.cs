using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Control;

namespace VirtAgents.Hypervisors.Simulated;

/// <summary>Directives are carried out in the world.</summary>
public sealed partial class SimulatedEstate
{
    private readonly SimulatedControl?[] _controls;
    private TaskCompletionSource? _changed;
    private long _changesTold;

    /// <summary>What can be changed on a host; always the same one for the same host.</summary>
    public IHypervisorControl ControlOf(int host)
    {
        lock (_lock)
        {
            return _controls[host] ??= new SimulatedControl(this, host);
        }
    }

    internal bool CanReach(int host, out IReadOnlyCollection<DirectiveKind> kinds)
    {
        lock (_lock)
        {
            kinds = _world.Control.Kinds;
            return _world.Control.IsReachable(host);
        }
    }

    internal VmInfo? FindVm(VmId vm)
    {
        lock (_lock)
        {
            return _world.Control.FindVm(vm);
        }
    }

    internal ControlCheck Check(int host, DirectiveOrder order)
    {
        ControlCheck? check = null;
        Act(() =>
        {
            OrderVerdict verdict = _world.Control.Check(host, order);
            ControlEvidence before = verdict.IsPossible ? new(_world.Control.EvidenceFor(order)) : ControlEvidence.None;
            check = new(verdict.Refusal, verdict.Detail, before);
        });
        return check!;
    }

    /// <summary>Begins an order, unless it has become impossible since it was checked.</summary>
    internal ControlCheck Begin(int host, DirectiveOrder order)
    {
        ControlCheck? check = null;
        Act(() =>
        {
            ControlEvidence before = new(_world.Control.EvidenceFor(order));
            OrderVerdict verdict = _world.Control.Begin(host, order);
            check = new(verdict.Refusal, verdict.Detail, before);
        });
        return check!;
    }

    internal void Abort(int host, DirectiveOrder order) => Act(() => _world.Control.Abort(host, order));

    /// <summary>How an order stands, without letting time pass: a look that did would wake all who wait, and they look again.</summary>
    internal ControlSight See(int host, DirectiveOrder order, ControlEvidence before)
    {
        lock (_lock)
        {
            OrderSight sight = _disposed
                ? new(SightStage.Failed, "the simulation has ended")
                : _world.Control.Look(host, order, before.Text);
            _changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(sight, _world.Elapsed, _changed.Task);
        }
    }

    /// <summary>Virtual time at which the evidence was taken; now when it does not tell.</summary>
    internal TimeSpan TimeOf(ControlEvidence before)
    {
        lock (_lock)
        {
            return _world.Control.TimeOf(before.Text);
        }
    }

    /// <summary>Wakes who waits for an effect.</summary>
    private void TellChange_NeedsLock()
    {
        if (_disposed || _changesTold != _world.Changes)
        {
            _changesTold = _world.Changes;
            _changed?.SetResult();
            _changed = null;
        }
    }
}
