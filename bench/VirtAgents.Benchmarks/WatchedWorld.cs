using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Benchmarks;

/// <summary>A simulated world whose samples go to several watches at once, in virtual time. All of them see the same means.</summary>
internal sealed class WatchedWorld
{
    // Counters grow evenly in between, so that means of windows do not depend on it; quicker than what agents do.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Start = new(2025, 3, 3, 0, 0, 0, TimeSpan.Zero);
    private readonly WatchedHost[] _hosts;

    public WatchedWorld(EstateDefinition estate, IReadOnlyList<(double Threshold, long WindowMs)> watches)
    {
        World = new World(estate, Start);
        Baselines = [.. watches.Select(_ => new VmBaselines(estate.VmCount))];
        _hosts =
        [
            .. Enumerable.Range(0, World.HostCount).Select(host => new WatchedHost(
                World, host, [.. watches.Select((w, i) => new AnomalyWatch(World.HostOf(host).Id, Baselines[i], w.Threshold, w.WindowMs))])),
        ];
        Told = [.. watches.Select(_ => new List<(TimeSpan At, HostEvent Event)>())];
    }

    public World World { get; }

    /// <summary>What each watch has learnt.</summary>
    public IReadOnlyList<VmBaselines> Baselines { get; }

    public long NowUnixMs => Start.ToUnixTimeMilliseconds() + (long)World.Elapsed.TotalMilliseconds;

    /// <summary>What each watch told so far.</summary>
    public IReadOnlyList<List<(TimeSpan At, HostEvent Event)>> Told { get; }

    public void Run(TimeSpan until)
    {
        while (World.Elapsed < until)
        {
            foreach (SimulatedEvent happened in World.Step(Step).Where(e => e.Event is not null))
            {
                _hosts[happened.HostNumber].Note(happened.Event!);
            }

            foreach (WatchedHost host in _hosts.Where((_, number) => World.LinkOf(number) == HostLink.Up))
            {
                host.Observe(SampleTier.Fast, (watch, told) => Told[watch].Add((World.Elapsed, told)));
                host.Observe(SampleTier.Slow, (watch, told) => Told[watch].Add((World.Elapsed, told)));
            }
        }
    }

    /// <summary>What is known of the first host after one more tick of a tier.</summary>
    public (FigureTracker Figures, VmInfo[] Vms) Newest(SampleTier tier)
    {
        _hosts[0].Observe(tier, (_, _) => { });
        return (_hosts[0].Figures, [.. World.InventoryOf(0).Vms]);
    }

    /// <summary>One host as a collector keeps it.</summary>
    private sealed class WatchedHost(World world, int number, AnomalyWatch[] watches)
    {
        private readonly FigureTracker _figures = new();
        private readonly SampleSet _samples = new();
        private Subject?[] _subjects = [];
        private readonly StartTimes _starts = new();
        private readonly Dictionary<VmId, VmCondition> _conditions = [];
        private VmInfo[] _vms = [];
        private long _version = -1;

        public FigureTracker Figures => _figures;

        public void Note(HostEvent happened)
        {
            _starts.Note(happened);
            if (happened.Vm is { } vm && VmStates.IsKnown(happened.State))
            {
                _conditions[vm] = new(vm, happened.VmName, happened.State, happened.Reason, happened.TimeUnixMs, happened.State);
            }
        }

        public void Observe(SampleTier tier, Action<int, HostEvent> tell)
        {
            Read(world.InventoryOf(number));
            _samples.Reset();
            world.Sample(number, tier, _samples);
            _figures.Observe(_samples, _subjects);
            SeenVm[] seen = tier == SampleTier.Slow ? See() : [];
            for (int i = 0; i < watches.Length; i++)
            {
                Tell(i, tier == SampleTier.Slow ? watches[i].See(_samples.TimeUnixMs, seen) : [], tell);
                Tell(i, watches[i].Observe(_samples.TimeUnixMs, _figures), tell);
            }
        }

        private SeenVm[] See()
        {
            _starts.See(_samples.TimeUnixMs, null, _conditions);
            return [.. _vms.Select(v => new SeenVm(v.Id, v.Name, _conditions[v.Id].State, v.VcpuCount, v.Tenant, _starts.Of(v.Id)))];
        }

        private static void Tell(int watch, IReadOnlyList<HostEvent> events, Action<int, HostEvent> tell)
        {
            foreach (HostEvent told in events)
            {
                tell(watch, told);
            }
        }

        private void Read(Inventory inventory)
        {
            if (inventory.Version == _version)
            {
                return;
            }

            _version = inventory.Version;
            _subjects = InventorySubjects.Of(inventory);
            _vms = [.. inventory.Vms];
            foreach (VmInfo vm in _vms)
            {
                _conditions.TryAdd(vm.Id, new(vm.Id, vm.Name, VmState.Running, VmStateReason.Unspecified, 0, VmState.Running));
            }
        }
    }
}
