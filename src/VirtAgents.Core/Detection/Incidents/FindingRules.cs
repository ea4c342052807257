using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Turns lines of the event feed, and the passing of time, into beginnings and ends of findings.</summary>
/// <remarks>
/// Each finding is a register that the newest line writes: the end of it counts when it is not older than its beginning,
/// and a beginning counts when no later end is known. So lines may come twice, late and in any order. Times are those of
/// hosts, whose clocks are taken to agree; where they jump, order of arrival decides.
/// </remarks>
internal sealed partial class FindingRules(FindingTable table)
{
    private const int MostHosts = 20_000, MostVms = 100_000;
    private readonly BoundedMemory<HostId, HostMemory> _hosts = new(MostHosts);
    private readonly BoundedMemory<VmId, VmMemory> _vms = new(MostVms);
    private readonly List<FindingStep> _steps = [];

    /// <summary>Takes a line. The answer is valid until the next call.</summary>
    public IReadOnlyList<FindingStep> Observe(FleetEvent line, Topology topology, long nowMs)
    {
        _steps.Clear();
        HostMemory host = MemoryOf(line.HostId);
        host.Sight = host.Sight.After(line);
        if (line.Event.Vm is { } vm)
        {
            OfVm(line, vm, host, topology, nowMs);
        }
        else
        {
            OfHost(line, host, topology, nowMs);
        }

        return _steps;
    }

    /// <summary>The collector was away, and with it the host of something that was kept.</summary>
    public void LoseSight(HostId id, long nowMs)
    {
        HostMemory host = MemoryOf(id);
        host.Sight = host.Sight with { LostMs = nowMs };
    }

    private void OfHost(FleetEvent line, HostMemory host, Topology topology, long nowMs)
    {
        FindingKind raised = HostTelling.Raised(line.Event.Kind);
        if (raised == FindingKind.ClockJumped)
        {
            ForgetTimes(line.HostId, host);
        }

        if (raised != FindingKind.Unspecified)
        {
            FindingKey key = HostTelling.KeyOf(raised, line.HostId, line.Event.Device, topology);
            Raise(line, key, topology.NameOf(key.Element), host.IsOver(key, HostTelling.InstantOf(raised, line)));
        }

        foreach (FindingKind cleared in HostTelling.Cleared(line.Event.Kind))
        {
            ClearOfHost(line, cleared, host, topology, nowMs);
        }

        SeeHost(line, nowMs);
    }

    private void SeeHost(FleetEvent line, long nowMs)
    {
        if (line.Event.Kind == HostEventKind.AgentStopped)
        {
            // On purpose: that its VMs are out of sight is nothing that is wrong.
            SeeAgain(line.HostId, line.ReceivedUnixMs, nowMs);
        }
        else if (line.Event.Kind is HostEventKind.AgentConnected or HostEventKind.HostRecovered or HostEventKind.HypervisorRestored)
        {
            Expect(line.HostId, nowMs);
        }
    }

    private void Raise(FleetEvent line, FindingKey key, string name, bool isOver)
    {
        if (isOver)
        {
            return;
        }

        FindingKindInfo kind = FindingKinds.Of(key.Kind);
        bool isShared = key.Element.Kind == ElementKind.Pool && !Topology.IsOfHost(key.Element, line.HostId.ToString());
        Finding finding = new(key, name, kind.Severity, line.Event.TimeUnixMs, line.Event.Evidence)
        {
            EventId = line.Id,
            HostId = isShared ? "" : line.HostId.ToString(),
        };
        _steps.Add(new(finding, HostTelling.InstantOf(key.Kind, line), HostTelling.IsCondition(key.Kind) ? line.HostId : null));
    }

    private void ClearOfHost(FleetEvent line, FindingKind kind, HostMemory host, Topology topology, long nowMs)
    {
        FindingKey key = HostTelling.KeyOf(kind, line.HostId, line.Event.Device, topology);
        ClearByTeller(line, key, host, nowMs);
        if (HostTelling.IsOfPool(kind) && !Topology.IsOfHost(key.Element, line.HostId.ToString()))
        {
            // It may have failed before the inventory said that it is shared.
            ClearByTeller(line, key with { Element = Topology.OfHost(ElementKind.Pool, line.HostId, line.Event.Device) }, host, nowMs);
        }
    }

    private void ClearByTeller(FleetEvent line, FindingKey key, HostMemory host, long nowMs)
    {
        long instant = HostTelling.InstantOf(key.Kind, line);
        host.Clear(key, instant);
        if (table.Find(key) is not { } held)
        {
            return;
        }

        held.Remove(w => w.Host == line.HostId && w.InstantMs <= instant);
        if (held.InstantMs <= instant && held.Witnesses.All(w => IsLongAway(w.Host, nowMs)))
        {
            Clear(held, line.Event.TimeUnixMs, instant);
        }
    }

    private void Clear(Held held, long atMs, long instantMs) => _steps.Add(new(held.Ended(atMs), instantMs, null));

    // Whether the agent that told it went out of sight since: it may be over, and nobody would know.
    private bool IsInDoubt(Witness witness) => SightOf(witness.Host).LostMs >= witness.ToldMs;

    private bool IsLongAway(HostId host, long nowMs) => SightOf(host) is { IsAway: true } sight && nowMs - sight.LostMs >= ReturnMs;

    private HostSight SightOf(HostId host) => _hosts.TryGet(host, out HostMemory? known) ? known.Sight : default;

    private HostMemory MemoryOf(HostId host)
    {
        if (!_hosts.TryGet(host, out HostMemory? memory))
        {
            _hosts.Set(host, memory = new());
        }

        return memory;
    }

    private void ForgetTimes(HostId id, HostMemory host)
    {
        host.ForgetTimes();
        foreach (VmMemory vm in _vms.Values)
        {
            if (vm.Host == id)
            {
                vm.ForgetTimes();
            }
        }

        foreach (Held held in table.OfHost(id.ToString()).Concat(table.Conditions))
        {
            held.ForgetTimes(id);
        }
    }
}
