using VirtAgents.Core.Detection;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Benchmarks.Week;

/// <summary>A simulated cluster over some days, what a collector knows of it, and who balances it; in virtual time.</summary>
internal sealed class WeekWorld
{
    /// <summary>Most vCPUs promised for each pCPU.</summary>
    public const double VcpuRatio = 4;

    // Each second would take hours of CPU time; bursts last 20 s or more, and enough of them are in ten minutes.
    private const int GrainSeconds = 30;

    private static readonly DateTimeOffset Start = new(2025, 3, 3, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(30), Second = TimeSpan.FromSeconds(1), Look = TimeSpan.FromMinutes(5), Meters = TimeSpan.FromMinutes(1);

    private readonly SampleSet _samples = new();
    private readonly WeekFaults _faults;
    private readonly Dictionary<HostId, int> _numbers;
    private readonly WeekOutlook _outlook = new();
    private (TimeSpan At, LiveMeans Means, LiveCluster Cluster)? _seen;

    public WeekWorld(EstateDefinition estate, WeekFaults faults)
    {
        _faults = faults;
        World = new World(estate, Start, GrainSeconds);
        Hosts = [.. Enumerable.Range(0, World.HostCount).Select(host => new WeekHost(World, host, NowMs))];
        _numbers = Enumerable.Range(0, World.HostCount).ToDictionary(host => World.HostOf(host).Id);
        Moves = new WeekMoves(this);
        Meter = new WeekMeter(estate);
        foreach ((TimeSpan at, Simulation.Faults.Fault fault) in faults.Faults)
        {
            World.Plan(at, fault);
        }

        for (int host = 0; host < World.HostCount; host++)
        {
            World.Look(host);
        }
    }

    public World World { get; }

    public IReadOnlyList<WeekHost> Hosts { get; }

    public WeekMoves Moves { get; }

    public WeekMeter Meter { get; }

    public DateTimeOffset Now => Start + World.Elapsed;

    public long NowMs => Now.ToUnixTimeMilliseconds();

    /// <summary>Number of a host.</summary>
    public int NumberOf(HostId host) => _numbers[host];

    /// <summary>The cluster with what its VMs used over the last ten minutes.</summary>
    public LiveCluster Loaded() => Seen().Cluster;

    /// <summary>The same with what they will use.</summary>
    public LiveCluster Ahead() => Of(Seen().Means, isAhead: true);

    /// <summary>The cluster by newest figures alone: enough for what does not depend on load.</summary>
    public LiveCluster Sight() => Of(LiveMeans.None, isAhead: false);

    public void Run(TimeSpan length, IWeekBalancer balancer)
    {
        for (TimeSpan tick = Tick; tick <= length; tick += Tick)
        {
            PassUntil(tick, balancer);
            Drain();

            // Of the samples that agents take only those are needed that means at the next looks are made of, and two for newest figures.
            bool isLook = IsAt(tick, Look), isKept = isLook || IsAt(tick + Tick, Look), isMeter = IsAt(tick, Meters);
            if (isKept || isMeter)
            {
                Sample(isKept, isMeter);
            }

            if (isLook)
            {
                _outlook.Take(World.Elapsed, Loaded());
                balancer.Look(this, isNews: false);
                Meter.Look(World.Elapsed, Loaded);
            }
        }
    }

    private static bool IsAt(TimeSpan time, TimeSpan period) => time.Ticks % period.Ticks == 0;

    // Moves take some seconds, and the next ones wait for their ends.
    private void PassUntil(TimeSpan tick, IWeekBalancer balancer)
    {
        while (World.Elapsed < tick)
        {
            Pass(Moves.IsAny ? Second : tick - World.Elapsed);
            if (Moves.Look())
            {
                balancer.Look(this, isNews: true);
            }
        }
    }

    private void Pass(TimeSpan step)
    {
        foreach (SimulatedEvent one in World.Step(step))
        {
            if (one.Kind == SimulatedEventKind.Refused)
            {
                Meter.Refused++;
            }
            else if (one.Event is { } seen)
            {
                Hosts[one.HostNumber].Hear(seen, NowMs);
            }
            else
            {
                Hosts[one.HostNumber].Turn(one.Link, NowMs);
            }
        }
    }

    private void Drain()
    {
        for (int host = 0; host < Hosts.Count; host++)
        {
            Hosts[host].IsDraining = _faults.Drains.Any(d => d.Host == host && d.From <= World.Elapsed && World.Elapsed < d.To);
        }
    }

    private void Sample(bool isKept, bool isMeter)
    {
        Meter.Begin(World.Elapsed);
        for (int host = 0; host < Hosts.Count; host++)
        {
            Sample(host, SampleTier.Fast, isKept);
            if (isMeter)
            {
                Meter.Observe(host, _samples, Hosts[host].Subjects);
            }

            if (isKept)
            {
                Sample(host, SampleTier.Slow, isKept);
            }
        }

        if (isMeter)
        {
            Meter.End();
        }
    }

    private void Sample(int host, SampleTier tier, bool isKept)
    {
        _samples.Reset();
        World.Sample(host, tier, _samples);
        if (isKept)
        {
            Hosts[host].Take(_samples, NowMs);
        }
    }

    private (TimeSpan At, LiveMeans Means, LiveCluster Cluster) Seen()
    {
        if (_seen is { } seen && seen.At == World.Elapsed)
        {
            return seen;
        }

        LiveMeans means = new(Hosts.SelectMany(h => h.Counted).DistinctBy(v => v.Id).ToDictionary(v => v.Id, v => v.SinceUnixMs));
        foreach ((long fromMs, long toMs) in LiveMeans.Stretches(NowMs))
        {
            foreach (WeekHost host in Hosts)
            {
                host.AddTo(means, fromMs, toMs);
            }
        }

        _seen = seen = (World.Elapsed, means, Of(means, isAhead: false));
        return seen;
    }

    // Two hosts tell of a VM that arrives; it counts where it was seen last, and is not certain.
    private LiveCluster Of(LiveMeans means, bool isAhead)
    {
        VmCondition[] all = [.. Hosts.SelectMany(h => h.Counted)];
        HashSet<VmId> uncertain = [.. all.CountBy(v => v.Id).Where(v => v.Value > 1).Select(v => v.Key)];
        Dictionary<VmId, long> newest = all.Where(v => uncertain.Contains(v.Id)).GroupBy(v => v.Id).ToDictionary(g => g.Key, g => g.Max(v => v.SinceUnixMs));
        return LiveCluster.Of(
            WeekEstate.Cluster, [.. Hosts.Select(h => h.View(means, newest)).Select(h => isAhead ? _outlook.Of(h) : h)], new ClusterLimits(VcpuRatio), LivePurpose.Migration);
    }
}
