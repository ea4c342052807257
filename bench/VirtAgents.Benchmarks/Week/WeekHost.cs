using VirtAgents.Core.Detection;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Benchmarks.Week;

/// <summary>One simulated host and what a collector knows of it: states of its VMs, newest figures, and the samples of the last ten minutes.</summary>
internal sealed class WeekHost
{
    private const int Kept = 5;

    private readonly World _world;
    private readonly int _number;
    private readonly FigureTracker _figures = new();
    private readonly WeekReading[] _readings = [.. Enumerable.Range(0, Kept).Select(_ => new WeekReading())];
    private readonly Queue<HostEvent> _spool = [];
    private readonly Dictionary<VmId, VmInfo> _vms = [];
    private HostState _state;
    private Inventory? _inventory;
    private long _sequence;
    private int _next, _boots;

    public WeekHost(World world, int number, long nowMs)
    {
        (_world, _number) = (world, number);
        _state = HostState.New(world.HostOf(number));
        Observe(new AgentOpened(nowMs, false, false, "first stream"));
        ReadInventory(nowMs);
    }

    public bool IsDraining { get; set; }

    public HostLink Link { get; private set; }

    /// <summary>Subject of each index in samples.</summary>
    public Subject?[] Subjects { get; private set; } = [];

    /// <summary>VMs that hold something or may, and since when each is in its state.</summary>
    public IEnumerable<VmCondition> Counted => _state.Vms.Values.Where(v => LiveCluster.Counts(v.State));

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
        }
    }

    /// <summary>A dead host and a cut network are found silent at once here.</summary>
    public void Turn(HostLink link, long nowMs)
    {
        HostLink before = Link;
        Link = link;
        if (link != HostLink.Up)
        {
            Observe(new HostSilent(nowMs, "nothing is heard"));
            return;
        }

        bool isSame = before == HostLink.Partitioned;
        _boots += isSame ? 0 : 1;
        Observe(new AgentOpened(nowMs, OtherInstance: !isSame, Continuous: isSame, "the stream is back"));
        if (!isSame)
        {
            _world.Look(_number);
        }

        while (_spool.TryDequeue(out HostEvent? kept))
        {
            Hear(kept, nowMs);
        }
    }

    /// <summary>Keeps a tick of the agent. Those that a cut network holds back are not made up for.</summary>
    public void Take(SampleSet samples, long nowMs)
    {
        if (Link != HostLink.Up)
        {
            return;
        }

        ReadInventory(nowMs);
        _figures.Observe(samples, Subjects, _boots);
        if (samples.Tier == SampleTier.Fast)
        {
            _next = (_next + 1) % Kept;
            _readings[_next].Begin(samples.TimeUnixMs, (_boots * _world.HostCount) + _number);
        }
        else
        {
            Observe(new ReportSeen(nowMs, ++_sequence, samples, Subjects));
        }

        _readings[_next].Add(samples, Subjects);
    }

    /// <summary>Adds what was sampled in a stretch to means.</summary>
    public void AddTo(LiveMeans means, long fromMs, long toMs)
    {
        foreach (WeekReading reading in _readings.Where(r => r.UnixMs >= fromMs && r.UnixMs < toMs))
        {
            reading.AddTo(means);
        }
    }

    /// <summary>The host as a plan sees it.</summary>
    /// <param name="means">What VMs used of late.</param>
    /// <param name="uncertain">VMs that several hosts tell of, and since when the one does that tells the newest.</param>
    public LiveHost View(LiveMeans means, Dictionary<VmId, long> uncertain) => new(
        _state.Host, _figures.Host(),
        [.. Counted.Where(v => !uncertain.TryGetValue(v.Id, out long newest) || v.SinceUnixMs == newest).Select(v => View(v, means.Of(InfoOf(v)), uncertain.ContainsKey(v.Id)))],
        [.. _inventory!.Pools.Select(p => new LivePool(p, _figures.Pool(p.Name)))])
    {
        OutOfSight = _state.Agent != AgentPresence.Connected ? "its agent is not connected" : _state.Hypervisor != HypervisorPresence.Up ? "its hypervisor is not seen to work" : null,
        IsDraining = IsDraining,
    };

    /// <summary>Memory that a VM held by the newest sample, bytes; null = not sampled.</summary>
    public long? HeldBy(VmId vm) => _readings[_next].HeldBy(vm);

    // All figures are only needed of VMs without means; to reckon them for everybody would cost more than all the rest.
    private LiveVm View(VmCondition vm, VmMeans means, bool isUncertain)
    {
        bool isKnown = means is { CpuCores: not null, MemoryRssBytes: not null, DiskBytesPerSecond: not null, NetworkBytesPerSecond: not null };
        VmInfo info = InfoOf(vm);
        return new(info, vm.State, isKnown ? VmFigures.None with { MemoryRssBytes = HeldBy(vm.Id) } : _figures.Vm(vm.Id, info.VcpuCount))
        {
            Means = means, IsToldByOthers = isUncertain,
        };
    }

    private VmInfo InfoOf(VmCondition vm) => _vms.TryGetValue(vm.Id, out VmInfo? known) ? known : new(-1, vm.Id, vm.Name, "", 0, 0, [], []);

    private void ReadInventory(long nowMs)
    {
        Inventory now = _world.InventoryOf(_number);
        if (_inventory?.Version == now.Version)
        {
            return;
        }

        (_inventory, Subjects) = (now, InventorySubjects.Of(now));
        _vms.Clear();
        foreach (VmInfo vm in now.Vms)
        {
            _vms[vm.Id] = vm;
        }

        Observe(new InventorySeen(nowMs, now));
    }

    private void Observe(HostInput input) => (_state, _) = StateRules.Observe(_state, input);
}
