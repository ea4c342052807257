using System.Collections.Immutable;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests.Incidents;

/// <summary>
/// A simulated world with agents that report and a collector's rules that watch: every second the events of the hosts and,
/// in their rhythm, their samples go through the state rules of each host into one incident tracker.
/// </summary>
internal sealed class WatchedWorld
{
    private const int SilenceSeconds = 15, FastSeconds = 2, SlowSeconds = 15;
    private const string Cluster = "rack";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly World _world;
    private readonly WatchedHost[] _hosts;
    private readonly SampleSet _samples = new();
    private long _ids;
    private int _seconds;

    public WatchedWorld(EstateDefinition estate)
    {
        _world = new(estate, Start);
        _hosts = [.. Enumerable.Range(0, _world.HostCount).Select(number => new WatchedHost(number, _world.HostOf(number)))];
        Tracker = new(() => new Guid((int)++_ids, 0, 0, new byte[8]));
        foreach (WatchedHost host in _hosts)
        {
            Open(host);
            _world.Look(host.Number);
        }

        Pass(SlowSeconds);
    }

    public IncidentTracker Tracker { get; }

    public List<IncidentChange> Changes { get; } = [];

    public IReadOnlyList<Incident> Active => [.. Tracker.Incidents.Where(i => i.IsActive)];

    public Incident Only => Assert.Single(Active);

    private long Now => Start.ToUnixTimeMilliseconds() + (long)_world.Elapsed.TotalMilliseconds;

    private Topology Topology { get; set; } = Topology.Empty;

    public void Inject(Fault fault) => Assert.True(_world.TryInject(fault, out string problem), problem);

    public void Pass(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _seconds++;
            foreach (SimulatedEvent happened in _world.Step(TimeSpan.FromSeconds(1)))
            {
                Deliver(_hosts[happened.HostNumber], happened);
            }

            foreach (WatchedHost host in _hosts)
            {
                Report(host);
            }

            Changes.AddRange(Tracker.Tick(Topology, Now));
        }
    }

    private void Deliver(WatchedHost host, SimulatedEvent happened)
    {
        if (happened.Event is { } seen)
        {
            host.Spool.Add(seen);
        }
        else
        {
            ChangeLink(host, happened.Link);
        }

        if (host.Link == HostLink.Up)
        {
            Send(host);
        }
    }

    private void ChangeLink(WatchedHost host, HostLink link)
    {
        HostLink before = host.Link;
        host.Link = link;
        host.SilentSince = link == HostLink.Up ? null : _seconds;
        if (link == HostLink.AgentDead)
        {
            Take(host, new AgentClosed(Now, false, "the stream broke"));
        }
        else if (link == HostLink.Up && before == HostLink.Partitioned)
        {
            Take(host, new HostHeard(Now));
        }
        else if (link == HostLink.Up)
        {
            Open(host);
        }
    }

    private void Open(WatchedHost host) => Take(host, new AgentOpened(Now, host.State.Agent != AgentPresence.NotYetSeen, true, "simulated agent"));

    private void Send(WatchedHost host)
    {
        Inventory inventory = _world.InventoryOf(host.Number);
        if (inventory.Version != host.Inventory.Version)
        {
            host.Inventory = inventory;
            Topology = Topology.Of(_hosts.Select(h => new TopologyHost(h.State.Host.Id, h.State.Host.Name, Cluster, h.Inventory.Vms, h.Inventory.Pools)));
            Take(host, new InventorySeen(Now, inventory));
        }

        foreach (HostEvent seen in host.Spool)
        {
            Take(host, new EventSeen(Now, ++host.Sequence, seen));
        }

        host.Spool.Clear();
    }

    private void Report(WatchedHost host)
    {
        if (host.SilentSince is { } since)
        {
            if (_seconds - since == SilenceSeconds && host.Link != HostLink.AgentDead)
            {
                Take(host, new HostSilent(Now, "nothing heard for 15 s"));
            }
        }
        else if (_seconds % FastSeconds == 0 || _seconds % SlowSeconds == 0)
        {
            _samples.Reset();
            _world.Sample(host.Number, _seconds % SlowSeconds == 0 ? SampleTier.Slow : SampleTier.Fast, _samples);
            Take(host, new ReportSeen(Now, ++host.Sequence, _samples, SubjectsOf(host)));
        }
    }

    private static Subject?[] SubjectsOf(WatchedHost host)
    {
        ImmutableArray<VmInfo> vms = host.Inventory.Vms;
        Subject?[] subjects = new Subject?[vms.IsEmpty ? 1 : vms.Max(v => v.Index) + 1];
        subjects[Inventory.HostIndex] = new(SubjectKind.Host, host.State.Host.Id.Value, "");
        foreach (VmInfo vm in vms)
        {
            subjects[vm.Index] = new(SubjectKind.Vm, vm.Id.Value, "");
        }

        return subjects;
    }

    private void Take(WatchedHost host, HostInput input)
    {
        (host.State, IReadOnlyList<FleetEvent> lines) = StateRules.Observe(host.State, input);
        foreach (FleetEvent line in lines)
        {
            Changes.AddRange(Tracker.Observe(line, Topology, Now));
        }
    }

    private sealed class WatchedHost(int number, HostInfo info)
    {
        public int Number { get; } = number;

        public HostState State { get; set; } = HostState.New(info);

        public Inventory Inventory { get; set; } = Inventory.Empty;

        public List<HostEvent> Spool { get; } = [];

        public HostLink Link { get; set; }

        public int? SilentSince { get; set; }

        public long Sequence { get; set; }
    }
}
