using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Estates;

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
            _ = World.Step(Step);
            foreach (WatchedHost host in _hosts)
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
        private SeenVm[] _vms = [];
        private long _version = -1;

        public FigureTracker Figures => _figures;

        public void Observe(SampleTier tier, Action<int, HostEvent> tell)
        {
            Read(world.InventoryOf(number));
            _samples.Reset();
            world.Sample(number, tier, _samples);
            _figures.Observe(_samples, _subjects);
            for (int i = 0; i < watches.Length; i++)
            {
                Tell(i, tier == SampleTier.Slow ? watches[i].See(_samples.TimeUnixMs, _vms) : [], tell);
                Tell(i, watches[i].Observe(_samples.TimeUnixMs, _figures), tell);
            }
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
            _vms = [.. inventory.Vms.Select(v => new SeenVm(v.Id, v.Name, VmState.Running, v.VcpuCount, v.Tenant))];
        }
    }
}
