using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Benchmarks;

/// <summary>A simulated world and what a collector concludes of it, in virtual time: from samples and events to incidents. What is sent arrives within its second.</summary>
internal sealed class FaultWorld
{
    private const string Cluster = "rack";
    private const int FastSeconds = 2, SlowSeconds = 15;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset Start = new(2025, 3, 3, 8, 0, 0, TimeSpan.Zero);
    private static readonly SilenceLimits Limits = new(FaultHost.SilenceLimit.TotalMilliseconds, 8);

    private readonly FaultHost[] _hosts;
    private readonly IncidentTracker _tracker = new(Guid.NewGuid);
    private readonly List<IncidentChange> _changes = [];
    private MassSilence _mass = MassSilence.None;
    private long[] _versions = [];
    private long _lines;
    private int _seconds;

    public FaultWorld(EstateDefinition estate)
    {
        World = new World(estate, Start);
        Topology = Topology.Empty;
        _hosts = [.. Enumerable.Range(0, World.HostCount).Select(host => new FaultHost(World, host, NowMs, Tell))];
        foreach (int host in Enumerable.Range(0, World.HostCount))
        {
            World.Look(host);
        }
    }

    public World World { get; }

    public Topology Topology { get; private set; }

    /// <summary>All that happened to incidents so far.</summary>
    public IReadOnlyList<IncidentChange> Changes => _changes;

    /// <summary>Incidents as they are now.</summary>
    public IReadOnlyCollection<Incident> Incidents => _tracker.Incidents;

    public long NowMs => Start.ToUnixTimeMilliseconds() + (long)World.Elapsed.TotalMilliseconds;

    public void Run(TimeSpan time)
    {
        TimeSpan end = World.Elapsed + time;
        while (World.Elapsed < end)
        {
            Pass();
        }
    }

    private void Pass()
    {
        IReadOnlyList<SimulatedEvent> happened = World.Step(Round);
        ReadTopology();
        foreach (SimulatedEvent one in happened)
        {
            Take(one);
        }

        _seconds++;
        for (int host = 0; host < _hosts.Length; host++)
        {
            // Agents are not in step with each other.
            SampleIfDue(host, SampleTier.Fast, FastSeconds);
            SampleIfDue(host, SampleTier.Slow, SlowSeconds);
        }

        LookForSilence();
        _changes.AddRange(_tracker.Tick(Topology, NowMs));
    }

    private void SampleIfDue(int host, SampleTier tier, int every)
    {
        if ((_seconds + host) % every == 0)
        {
            _hosts[host].Sample(tier, NowMs);
        }
    }

    private void Take(SimulatedEvent one)
    {
        if (one.Kind == SimulatedEventKind.Refused)
        {
            throw new InvalidOperationException($"the world refused a step: {one.Text}");
        }

        FaultHost host = _hosts[one.HostNumber];
        if (one.Event is { } seen)
        {
            host.Hear(seen, NowMs);
        }
        else
        {
            host.Turn(one.Link, NowMs);
        }
    }

    // A closed stream cannot be silent, so it is none of those that are judged.
    private void LookForSilence()
    {
        FaultHost[] open = [.. _hosts.Where(h => h.Link != HostLink.AgentDead)];
        SilenceVerdict verdict = SilenceJudge.Judge(Limits, Array.ConvertAll(open, h => h.HearingAt(NowMs)), 1, _mass, NowMs);
        _mass = verdict.Mass;
        foreach (FaultHost host in open)
        {
            host.Suspect(verdict, NowMs);
        }
    }

    private void ReadTopology()
    {
        long[] versions = [.. Enumerable.Range(0, World.HostCount).Select(h => World.InventoryOf(h).Version)];
        if (!versions.AsSpan().SequenceEqual(_versions))
        {
            _versions = versions;
            Topology = Topology.Of(_hosts.Select(h => h.InTopology(Cluster)));
        }
    }

    private void Tell(FleetEvent line) => _changes.AddRange(_tracker.Observe(line with { Id = ++_lines }, Topology, NowMs));
}
