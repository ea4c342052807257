using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Incidents;

/// <summary>
/// Hosts with VMs, and a tracker that takes lines about them. Each VM has one disk in the pool of its host; the first ones
/// of each host have it in the shared pool "san". Time passes only when it is told to.
/// </summary>
internal sealed class Rack
{
    public const string San = "san", Local = "local", Cluster = "rack";

    private readonly int _vmsPerHost;
    private int _ids;

    public Rack(int hosts = 2, int vmsPerHost = 6, int onSan = 3)
    {
        _vmsPerHost = vmsPerHost;
        Topology = Topology.Of(Enumerable.Range(0, hosts).Select(h => new TopologyHost(
            Host(h), HostName(h), Cluster, [.. Enumerable.Range(0, vmsPerHost).Select(v => Info(h, v, onSan))],
            [new(1, San, "netfs", "/san"), new(2, Local, "dir", "/local")])));
        Tracker = new(NextId);
    }

    public Topology Topology { get; set; }

    public IncidentTracker Tracker { get; private set; }

    public long Now { get; private set; } = 1_000_000_000;

    public List<IncidentChange> Changes { get; } = [];

    public IReadOnlyList<Incident> Active => [.. Tracker.Incidents.Where(i => i.IsActive).OrderBy(i => i.OpenedUnixMs).ThenBy(i => i.Id)];

    public Incident Only => Assert.Single(Active);

    /// <summary>Changes since the last look, as "Kind finding".</summary>
    public string[] News
    {
        get
        {
            string[] news = [.. Changes.Select(c => $"{c.Kind} {(c.Finding ?? c.Incident.Root).Key.Kind}")];
            Changes.Clear();
            return news;
        }
    }

    public static HostId Host(int number) => new(new Guid(number + 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0));

    public static string HostName(int number) => string.Create(CultureInfo.InvariantCulture, $"h{number + 1}");

    public VmId Vm(int host, int number) => new(new Guid((host * _vmsPerHost) + number + 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0));

    public static Element HostOf(int number) => new(ElementKind.Host, Host(number).ToString());

    public Element VmOf(int host, int number) => new(ElementKind.Vm, Vm(host, number).ToString());

    public static Element SanPool => new(ElementKind.Pool, $"{Cluster}/{San}");

    public static Element LocalOf(int host) => new(ElementKind.Pool, $"{Host(host)}/{Local}");

    public FleetEvent Line(int host, HostEventKind kind, int? vm = null, VmStateReason reason = VmStateReason.Unspecified, VmState state = VmState.Unknown, string device = "", long? at = null) =>
        new(Host(host), HostName(host), new HostEvent(kind, at ?? Now, vm is { } v ? Vm(host, v) : null, vm is { } n ? VmName(host, n) : "", device, state, reason, "test"), VmState.Unknown, Now);

    /// <summary>Lines it took, in order.</summary>
    public List<FleetEvent> Taken { get; } = [];

    public Rack Take(FleetEvent line)
    {
        Taken.Add(line with { Id = Taken.Count + 1 });
        Changes.AddRange(Tracker.Observe(line, Topology, Now));
        return this;
    }

    public Rack Tell(int host, HostEventKind kind, int? vm = null, VmStateReason reason = VmStateReason.Unspecified, VmState state = VmState.Unknown, string device = "", long? at = null) =>
        Take(Line(host, kind, vm, reason, state, device, at));

    public Rack Crash(int host, int vm) => Tell(host, HostEventKind.VmCrashed, vm, VmStateReason.Crashed, VmState.Crashed);

    public Rack Start(int host, int vm) => Tell(host, HostEventKind.VmStarted, vm, VmStateReason.Booted, VmState.Running);

    public Rack PauseByIoError(int host, int vm) => Tell(host, HostEventKind.VmPaused, vm, VmStateReason.IoError, VmState.Paused);

    public Rack Resume(int host, int vm) => Tell(host, HostEventKind.VmResumed, vm, VmStateReason.Unpaused, VmState.Running);

    public Rack LoseSight(int host, VmStateReason reason)
    {
        for (int vm = 0; vm < _vmsPerHost; vm++)
        {
            Tell(host, HostEventKind.VmUnknown, vm, reason);
        }

        return this;
    }

    /// <summary>Lets time pass, and the tracker notice it only at the end.</summary>
    public Rack Pass(double seconds)
    {
        Now += (long)(seconds * 1_000);
        Changes.AddRange(Tracker.Tick(Topology, Now));
        return this;
    }

    /// <summary>Lets time pass without the tracker noticing.</summary>
    public Rack Wait(double seconds)
    {
        Now += (long)(seconds * 1_000);
        return this;
    }

    /// <summary>Another tracker that knows only the incidents.</summary>
    public Rack Restart()
    {
        Incident[] kept = [.. Tracker.Incidents];
        Tracker = new(NextId);
        Tracker.Restore(kept);
        return this;
    }

    public static ImmutableArray<Finding> Holding(Incident incident) => [.. incident.Symptoms.Where(s => s.IsActive)];

    private static VmInfo Info(Rack rack, int host, int vm, int onSan) =>
        new(vm + 1, rack.Vm(host, vm), VmName(host, vm), "", 2, 1L << 32, [new(100 + vm, "vda", "/image", vm < onSan ? San : Local)], []);

    private VmInfo Info(int host, int vm, int onSan) => Info(this, host, vm, onSan);

    private static string VmName(int host, int vm) => string.Create(CultureInfo.InvariantCulture, $"vm-{host + 1}-{vm + 1}");

    private Guid NextId() => new(++_ids, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0);
}
