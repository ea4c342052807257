using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Core.Tests.Scheduling.Requests;

/// <summary>Hosts of 8 pCPUs that promise one vCPU for each, 32 GiB of which they need 1.6 themselves, and VMs on them by number.</summary>
internal sealed class RequestScene
{
    public const long Start = 1_800_000_000_000;
    public const int HostVcpus = 8, HostMib = 32 * 1_024;

    private const long Gib = 1L << 30;

    private readonly SortedDictionary<int, List<SceneVm>> _hosts = [];
    private readonly Dictionary<int, HostSight> _sights = [];

    public RequestScene(int hosts = 1)
    {
        for (int host = 1; host <= hosts; host++)
        {
            (_hosts[host], _sights[host]) = ([], new($"h{host}", null, null, false));
        }
    }

    public QueuePolicy? Policy { get; set; } = QueuePolicy.Default with { StartsPerHost = 100 };

    /// <summary>So many hosts may fail.</summary>
    public int Failover { get; set; }

    public string? Held { get; set; }

    public long Now { get; set; } = Start;

    public List<Promise> Promises { get; } = [];

    public HashSet<VmId> Busy { get; } = [];

    public PlacementPolicy Rules { get; set; } = PlacementPolicy.None;

    public Dictionary<Guid, DirectiveNow> Directives { get; } = [];

    public static HostId IdOf(int host) => new(new Guid(host, 0, 0, new byte[8]));

    public static VmId VmOf(int vm) => new(new Guid(vm, 1, 1, new byte[8]));

    /// <summary>A group of VMs by the glob of their names.</summary>
    public static VmGroup Group(string name, GroupRule rule, string vms) => new(name, rule, new VmGlob(new(vms), new("*")));

    public static StartRequest Request(int vm, int host = 1, double? estimate = null, string tenant = "") =>
        new(vm, VmOf(vm), IdOf(host), RequestStage.Waiting, Start + vm) { EstimateSeconds = estimate, Tenant = tenant };

    public RequestScene With(int vm, VmState state = VmState.ShutOff, int host = 1, int vcpus = 2, int gib = 1, string tenant = "")
    {
        _hosts[host].Add(new(vm, state, vcpus, gib, tenant));
        return this;
    }

    public void See(int vm, VmState state)
    {
        foreach (List<SceneVm> vms in _hosts.Values)
        {
            int at = vms.FindIndex(v => v.Number == vm);
            if (at >= 0)
            {
                vms[at] = vms[at] with { State = state };
            }
        }
    }

    public void See(int host, Func<HostSight, HostSight> change) => _sights[host] = change(_sights[host]);

    /// <summary>What VMs that count were promised on a host.</summary>
    public (int Vcpus, int Mib) PromisedOn(int host)
    {
        SceneVm[] counted = [.. _hosts[host].Where(v => LiveCluster.Counts(v.State))];
        return (counted.Sum(v => v.Vcpus), counted.Sum(v => v.Gib * 1_024));
    }

    public VmState StateOf(int vm) => _hosts.Values.SelectMany(v => v).Single(v => v.Number == vm).State;

    /// <summary>Whether its VMs start with their hosts.</summary>
    public bool? Autostart { get; set; } = false;

    /// <summary>Disks that each of its VMs has.</summary>
    public List<VmDiskInfo> Disks { get; } = [];

    /// <summary>Pools by host.</summary>
    public Dictionary<int, LivePool[]> Pools { get; } = [];

    /// <summary>Tells of a VM that is on its way to a host.</summary>
    public void Promise(int vm, int host, PromiseKind kind) =>
        Promises.Add(new(IdOf(host), View().Sights[VmOf(vm)].First().Info, kind));

    public RequestView View()
    {
        LiveHost[] hosts = [.. _hosts.Select(h => HostOf(h.Key, h.Value))];
        return new(
            LiveCluster.Of("c", hosts, new ClusterLimits(1, Failover), LivePurpose.Placement, Rules),
            _sights.ToDictionary(s => IdOf(s.Key), s => s.Value with { Live = hosts.Single(h => h.Info.Id == IdOf(s.Key)) }),
            hosts.SelectMany(h => h.Vms.Select(v => new VmSight(h.Info.Id, v.Info, v.State))).ToLookup(s => s.Info.Id), Directives, [.. Promises], Policy, Held, Now)
        {
            Busy = Busy,
        };
    }

    public RequestDecision Decide(StartRequest request) => Decide([request]).Single();

    public IReadOnlyList<RequestDecision> Decide(StartRequest[] waiting, params StartRequest[] begun) => RequestJudge.Decide(waiting, begun, View());

    /// <summary>Numbers of the VMs that start.</summary>
    public int[] Starts(StartRequest[] waiting, params StartRequest[] begun) =>
        [.. Decide(waiting, begun).Where(d => d.Action == RequestAction.Start).Select(d => (int)d.Request.Number)];

    private LiveHost HostOf(int number, IEnumerable<SceneVm> vms) => new(
        new HostInfo(IdOf(number), $"h{number}", "QEMU", HostVcpus, 32 * Gib, ""), HostFigures.None,
        [.. vms.Select(v => new LiveVm(new VmInfo(v.Number, VmOf(v.Number), $"vm{v.Number}", v.Tenant, v.Vcpus, v.Gib * Gib, [.. Disks], []) { HasAutostart = Autostart }, v.State, VmFigures.None))], [.. Pools.GetValueOrDefault(number, [])])
    {
        OutOfSight = _sights[number].OutOfSight,
        IsDraining = _sights[number].IsDraining,
    };

    private sealed record SceneVm(int Number, VmState State, int Vcpus, int Gib, string Tenant);
}
