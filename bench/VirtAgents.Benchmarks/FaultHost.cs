using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Detection.Thresholds;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Benchmarks;

/// <summary>One simulated host and what a collector knows of it, in virtual time: its state, thresholds and silence.</summary>
internal sealed class FaultHost
{
    /// <summary>As <c>Liveness:SilenceLimit</c> ships.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(15);

    private readonly World _world;
    private readonly int _number;
    private readonly Action<FleetEvent> _tell;
    private readonly ThresholdWatch _thresholds = new(ThresholdTable.Shipped, ThresholdWatch.LiveStep);
    private readonly FigureTracker _figures = new();
    private readonly SampleSet _samples = new();
    private readonly PhiAccrual _heard;
    private HostState _state;
    private Inventory? _inventory;
    private Subject?[] _subjects = [];
    private readonly Queue<HostEvent> _spool = [];
    private long _sequence;

    public FaultHost(World world, int number, long nowMs, Action<FleetEvent> tell)
    {
        (_world, _number, _tell) = (world, number, tell);
        _state = HostState.New(world.HostOf(number));
        _heard = new(PhiSettings.For(SilenceLimit), nowMs);
        Observe(new AgentOpened(nowMs, false, false, "first stream"));
    }

    public HostLink Link { get; private set; }

    public StreamHearing HearingAt(long nowMs) => new(_heard.SilenceMs(nowMs), _heard.Rhythm, false);

    public TopologyHost InTopology(string cluster)
    {
        Inventory known = _world.InventoryOf(_number);
        return new(known.Host.Id, known.Host.Name, cluster, known.Vms, known.Pools);
    }

    /// <summary>What the agent saw reaches the collector, or waits in the agent while its network is cut.</summary>
    public void Hear(HostEvent seen, long nowMs)
    {
        if (Link == HostLink.Partitioned)
        {
            _spool.Enqueue(seen);
        }
        else if (Link == HostLink.Up)
        {
            ReadInventory(nowMs);
            Observe(new EventSeen(nowMs, ++_sequence, seen));
            _heard.Heard(nowMs);
        }
    }

    /// <summary>A dead agent closes its connection; a dead host and a cut network do not. Who is back opens a new one.</summary>
    public void Turn(HostLink link, long nowMs)
    {
        HostLink before = Link;
        Link = link;
        if (link == HostLink.AgentDead)
        {
            Observe(new AgentClosed(nowMs, OnPurpose: false, "connection reset"));
        }
        else if (link == HostLink.Up)
        {
            bool isSame = before == HostLink.Partitioned;
            Observe(new AgentOpened(nowMs, OtherInstance: !isSame, Continuous: isSame, "the stream is back"));
            if (!isSame)
            {
                _world.Look(_number);
            }

            while (_spool.TryDequeue(out HostEvent? kept))
            {
                Hear(kept, nowMs);
            }

            _heard.Excuse(nowMs);
        }
    }

    /// <summary>A tick of the agent.</summary>
    public void Sample(SampleTier tier, long nowMs)
    {
        if (Link != HostLink.Up)
        {
            return;
        }

        ReadInventory(nowMs);
        _samples.Reset();
        _world.Sample(_number, tier, _samples);
        _figures.Observe(_samples, _subjects);
        Observe(new ReportSeen(nowMs, ++_sequence, _samples, _subjects));
        _heard.Heard(nowMs);
        if (tier == SampleTier.Slow)
        {
            Compare(nowMs);
        }
    }

    public void Suspect(SilenceVerdict verdict, long nowMs)
    {
        StreamHearing hearing = HearingAt(nowMs);
        if (_state.Agent == AgentPresence.Connected && verdict.Suspects(hearing))
        {
            Observe(new HostSilent(nowMs, verdict.Explain(hearing)));
        }
    }

    private void Compare(long nowMs)
    {
        Dictionary<VmId, int> vcpus = _inventory!.Vms.ToDictionary(v => v.Id, v => v.VcpuCount);
        WatchedVm[] vms = [.. _state.Vms.Values.Select(v => new WatchedVm(v.Id, v.Name, v.State, _figures.Vm(v.Id, vcpus.GetValueOrDefault(v.Id))))];
        WatchedPool[] pools = [.. _inventory.Pools.Select(p => new WatchedPool(p.Name, _figures.Pool(p.Name)))];
        foreach (HostEvent crossed in _thresholds.Observe(_samples.TimeUnixMs, _state.Host.Name, _figures.Host(), vms, pools))
        {
            _tell(new(_state.Host.Id, _state.Host.Name, crossed, VmState.Unknown, nowMs));
        }
    }

    private void ReadInventory(long nowMs)
    {
        Inventory now = _world.InventoryOf(_number);
        if (_inventory?.Version != now.Version)
        {
            (_inventory, _subjects) = (now, InventorySubjects.Of(now));
            Observe(new InventorySeen(nowMs, now));
        }
    }

    private void Observe(HostInput input)
    {
        (_state, IReadOnlyList<FleetEvent> events) = StateRules.Observe(_state, input);
        foreach (FleetEvent line in events)
        {
            _tell(line);
        }
    }
}
