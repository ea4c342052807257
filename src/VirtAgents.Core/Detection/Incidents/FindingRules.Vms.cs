using VirtAgents.Core.Model;
using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Lines about VMs.</summary>
internal sealed partial class FindingRules
{
    /// <summary>A pause tells more than the failed request before it: so long it may follow.</summary>
    private const long PauseFollowsMs = 3_000;

    private const int MostWaiting = 10_000;
    private readonly Dictionary<FindingKey, (FindingStep Step, long DueMs)> _failedRequests = [];

    private void OfVm(FleetEvent line, VmId id, HostMemory host, Topology topology, long nowMs)
    {
        Element vm = new(ElementKind.Vm, id.ToString());
        KindSet cleared = VmTelling.ClearedBy(line.Event);
        FindingKind raised = line.Event.Kind == HostEventKind.VmIoError ? VmIoErrors : VmTelling.Raised(line.Event);
        if (raised != Unspecified && !(raised == VmOutOfSight && host.Sight.IsStopped))
        {
            RaiseOfVm(line, id, vm, raised, topology, nowMs);
        }

        if (line.Event.Kind is HostEventKind.VmStarted or HostEventKind.VmRebooted && MemoryOf(id, line.HostId).Boot(HostTelling.InstantOf(VmBootLoop, line)))
        {
            RaiseOfVm(line, id, vm, VmBootLoop, topology, nowMs);
        }

        if (cleared != default)
        {
            MemoryOf(id, line.HostId).Clear(cleared, HostTelling.InstantOf(VmCrashed, line), line.ReceivedUnixMs);
            ClearOfVm(line, vm, cleared);
        }

        ClearTold(line, vm, host, nowMs);
    }

    private void ClearTold(FleetEvent line, Element vm, HostMemory host, long nowMs)
    {
        if (line.Event.Kind is HostEventKind.InterfaceUp or HostEventKind.ThresholdCleared or HostEventKind.VmUsual or HostEventKind.VmLikePeers
            or HostEventKind.VmMemoryLeakEnded or HostEventKind.VmNoisyNeighbourEnded or HostEventKind.VmThrashingEnded
            or HostEventKind.VmPeriodicSpikesEnded or HostEventKind.VmBalloonStarvationEnded or HostEventKind.VmGuestAnswers
            or HostEventKind.VmRunsOnce or HostEventKind.VmStartsOnce)
        {
            foreach (FindingKind kind in HostTelling.Cleared(line.Event.Kind))
            {
                ClearByTeller(line, new(kind, vm, line.Event.Device), host, nowMs);
            }
        }
        else if (line.Event.Kind is HostEventKind.VmObserved or HostEventKind.VmKnownAgain && VmStates.IsKnown(line.Event.State))
        {
            ProveHypervisor(line);
        }
    }

    private void RaiseOfVm(FleetEvent line, VmId id, Element vm, FindingKind kind, Topology topology, long nowMs)
    {
        string detail = kind is VmIoErrors or VmDeviceRemoved || HostTelling.IsCondition(kind) ? line.Event.Device : "";
        FindingKey key = new(kind, vm, detail);
        string name = line.Event.VmName.Length > 0 ? line.Event.VmName : topology.NameOf(vm);
        long instant = HostTelling.InstantOf(kind, line);
        long clearedMs = _vms.TryGet(id, out VmMemory? memory) ? memory.ClearedMs(kind) : 0;
        bool isOver = clearedMs > instant
            || (kind == VmIoErrors && clearedMs == instant) // the pause of the same moment tells more
            || (HostTelling.IsCondition(kind) && MemoryOf(line.HostId).IsOver(key, instant));
        if (kind != VmIoErrors)
        {
            Raise(line, key, name, isOver);
        }
        else if (!isOver && !StandsStill(vm))
        {
            RaiseUnlessPaused(line, key, name, nowMs);
        }
    }

    private bool StandsStill(Element vm)
    {
        foreach (Held held in table.Of(vm))
        {
            if (held.Key.Kind is VmPausedByIoError or VmPausedForSpace)
            {
                return true;
            }
        }

        return false;
    }

    // The hypervisor tells the failed request first and the pause that follows from it a moment later.
    private void RaiseUnlessPaused(FleetEvent line, FindingKey key, string name, long nowMs)
    {
        Raise(line, key, name, isOver: false);
        FindingStep step = _steps[^1];
        if (table.Find(key) is null && _failedRequests.Count < MostWaiting)
        {
            _steps.RemoveAt(_steps.Count - 1);
            _failedRequests.TryAdd(key, (step, nowMs + PauseFollowsMs));
        }
    }

    private void ClearOfVm(FleetEvent line, Element vm, KindSet cleared)
    {
        foreach (Held held in table.Of(vm))
        {
            long instant = HostTelling.InstantOf(held.Key.Kind, line);
            if (cleared.Contains(held.Key.Kind) && held.InstantMs <= instant)
            {
                Clear(held, line.Event.TimeUnixMs, instant);
            }
        }

        if (cleared.Contains(VmIoErrors) && _failedRequests.Count > 0)
        {
            foreach (FindingKey key in _failedRequests.Keys.Where(k => k.Element == vm).ToArray())
            {
                _failedRequests.Remove(key);
            }
        }
    }

    // A state that only the hypervisor knows: the line that told its return was lost.
    private void ProveHypervisor(FleetEvent line)
    {
        FindingKey key = HostTelling.KeyOf(HypervisorLost, line.HostId, "", Topology.Empty);
        if (table.Find(key) is { } held && line.ReceivedUnixMs > held.RaisedMs)
        {
            Clear(held, line.Event.TimeUnixMs, long.MaxValue);
        }
    }

    private VmMemory MemoryOf(VmId vm, HostId host)
    {
        if (!_vms.TryGet(vm, out VmMemory? memory))
        {
            _vms.Set(vm, memory = new());
        }

        memory.Host = host;
        return memory;
    }
}
