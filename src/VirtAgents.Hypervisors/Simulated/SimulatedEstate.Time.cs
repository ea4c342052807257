using VirtAgents.Core.Model;
using VirtAgents.Simulation;

namespace VirtAgents.Hypervisors.Simulated;

/// <summary>Time passes, and what comes of it is told.</summary>
public sealed partial class SimulatedEstate
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Most virtual time to pass at once. A world that is too large for its speed falls behind its clock instead of
    /// holding the lock for longer and longer.
    /// </summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock;
    private readonly double _speed;
    private readonly ITimer _timer;
    private readonly long _started;

    /// <summary>Brings the world up to now, acts on it, and delivers what comes of that.</summary>
    private void Act(Action act)
    {
        HashSet<SimulatedHypervisor>? changed = null;
        lock (_lock)
        {
            Advance_NeedsLock(ref changed);
            act();
            Advance_NeedsLock(ref changed);
        }

        TellLinks(changed);
    }

    private void Advance()
    {
        HashSet<SimulatedHypervisor>? changed = null;
        lock (_lock)
        {
            Advance_NeedsLock(ref changed);
        }

        TellLinks(changed);
    }

    /// <summary>Outside the lock: who hears of it may ask this estate again.</summary>
    private static void TellLinks(HashSet<SimulatedHypervisor>? changed)
    {
        foreach (SimulatedHypervisor hypervisor in changed ?? [])
        {
            hypervisor.TellLink();
        }
    }

    private void Advance_NeedsLock(ref HashSet<SimulatedHypervisor>? changed)
    {
        if (_disposed)
        {
            return;
        }

        TimeSpan behind = (_clock.GetElapsedTime(_started) * _speed) - _world.Elapsed;
        TimeSpan step = behind > LongestStep ? LongestStep : behind > TimeSpan.Zero ? behind : TimeSpan.Zero;
        foreach (SimulatedEvent happened in _world.Step(step))
        {
            Deliver_NeedsLock(happened, ref changed);
        }

        TellChange_NeedsLock();
        TimeSpan wait = behind > step ? TimeSpan.Zero : _world.NextChange / _speed;
        _timer.Change(wait > ShortestWait ? wait : ShortestWait, Timeout.InfiniteTimeSpan);
    }

    private void Deliver_NeedsLock(SimulatedEvent happened, ref HashSet<SimulatedHypervisor>? changed)
    {
        if (happened.Kind == SimulatedEventKind.Refused)
        {
            _refused.Add($"{happened.At:c}: {happened.Text}");
            return;
        }

        SimulatedHypervisor? hypervisor = _hypervisors[happened.HostNumber];
        if (happened.Event is HostEvent seen)
        {
            hypervisor?.Deliver(seen);
        }
        else if (hypervisor is not null)
        {
            (changed ??= []).Add(hypervisor);
        }
    }
}
