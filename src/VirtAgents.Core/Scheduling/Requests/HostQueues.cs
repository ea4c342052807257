using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>The hosts of a cluster while requests are decided: each is a machine of its own, and tenants are counted over all of them.</summary>
/// <remarks>
/// Room is that of placement: what a host may promise, less what its VMs were promised, those that are on their way to it counted. VMs
/// without an estimate are taken to run on for years, so that the head of a host may get a reservation nobody believes
/// (<see cref="IsBelievable"/>), and what is not expected to end before does not pass it. Where hosts of the cluster are to be spared
/// for a failure, that is a room of the whole cluster: who lacks it blocks all that come later.
/// </remarks>
internal sealed class HostQueues
{
    /// <summary>What stands for an estimate that is unknown, seconds.</summary>
    public const double UnknownSeconds = 10 * 365 * 86_400.0;

    private readonly RequestView _view;
    private readonly PromisedCluster _promised;
    private readonly ClusterLayout _layout;
    private readonly QueuePolicy _policy;
    private readonly Dictionary<VmId, StartRequest> _begun;
    private readonly List<RunningRequest>[] _running;
    private readonly Resources[] _free;
    private readonly DispatchRound?[] _rounds;
    private readonly int[] _startsGoing;
    private readonly double _spareWholeMb;
    private double _spareMb;
    private bool _lacksSpare;

    public HostQueues(RequestView view, QueuePolicy policy, IReadOnlyList<StartRequest> begun)
    {
        (_view, _policy) = (view, policy);
        _promised = new PromisedCluster(view.Cluster, view.Promises.Concat(UnseenOf(begun, view)));
        _layout = new ClusterLayout(_promised.Snapshot);
        FailoverRoom? failover = FailoverRoom.Of(view.Cluster.Snapshot);
        (_spareWholeMb, _spareMb) = (failover?.WholeMb ?? double.PositiveInfinity, failover?.FreeMb ?? double.PositiveInfinity);
        _begun = begun.GroupBy(r => r.Vm).ToDictionary(g => g.Key, g => g.First());
        int hosts = _layout.Hosts.Length;
        (_rounds, _startsGoing, _running) = (new DispatchRound?[hosts], new int[hosts], [.. Enumerable.Range(0, hosts).Select(_ => new List<RunningRequest>())]);
        Usage = new TenantUsage(new((long)_layout.VcpuRoom.Sum(), (long)_layout.MemoryRoomMb.Sum()), policy.Tenants);
        ClusterState state = new(_layout);
        _free = [.. Enumerable.Range(0, hosts).Select(h => new Resources((long)Math.Floor(state.FreeVcpus[h]), (long)Math.Floor(state.FreeMemoryMb[h])))];
        CountVms();
        CountStarts(begun);
    }

    /// <summary>What tenants use in the cluster; starts are added to it.</summary>
    public TenantUsage Usage { get; }

    private double NowSeconds => _view.NowUnixMs / 1000.0;

    /// <summary>Whether a reservation is made of estimates alone.</summary>
    public static bool IsBelievable(double reservationSeconds, double nowSeconds) => reservationSeconds - nowSeconds < UnknownSeconds / 4;

    /// <summary>What a VM is promised.</summary>
    public static Resources NeedOf(VmInfo vm) => new(vm.VcpuCount, (vm.MemoryBytes + (1 << 20) - 1) >> 20);

    /// <summary>Whose a request is: the VM says so, where it has a tenant.</summary>
    public static string TenantOf(StartRequest request, VmInfo vm) => vm.Tenant.Length > 0 ? vm.Tenant : request.Tenant;

    /// <summary>Why a VM does not get onto its host, whatever its place in the order, for people; null = room and order decide.</summary>
    public string? WhyNever(StartRequest request, VmInfo vm)
    {
        if (HostAt(request.Host) is not { } host)
        {
            return "its host is not in its cluster any more";
        }

        string name = _layout.Hosts[host].Id;
        Resources whole = new((long)Math.Floor(_layout.VcpuRoom[host]), (long)Math.Floor(_layout.MemoryRoomMb[host]));
        return _promised.WhyRuledOut(vm, name) ?? _promised.Placer.WhyNot(PromisedCluster.VmOf(vm), name) switch
        {
            Obstacle.HostState => _view.Cluster.Notes.FirstOrDefault(n => n.StartsWith($"{name} takes no part: ", StringComparison.Ordinal)) ?? $"it is not known how host {name} is",
            Obstacle.Use => $"the VMs of host {name} use all its CPU, storage or network now",
            _ when !NeedOf(vm).FitsIn(whole) => $"it needs {RequestWords.Of(NeedOf(vm))}, and host {name} promises {RequestWords.Of(whole)} at most",
            _ when NeedOf(vm).MemoryMib > _spareWholeMb => $"it needs {NeedOf(vm).MemoryMib} MiB, more than its cluster may promise at all when {Failing()}",
            null or Obstacle.Memory or Obstacle.Vcpus => null,
            { } other => $"host {name} does not take it now: {ObstacleNames.Of(other)}",
        };
    }

    /// <summary>Decides for a request in its turn; one that starts takes its room.</summary>
    /// <returns>What was decided; or why it waits whatever its host has room for: one before it would break a rule with it, too many starts go on there, or the cluster spares its memory for hosts that fail.</returns>
    public (QueueDecision Decision, string? Busy) Decide(StartRequest request, QueuedRequest queued) => Decide(request, queued, request.Host);

    /// <summary>The same on a host that its VM would be moved to.</summary>
    public (QueueDecision Decision, string? Busy) Decide(StartRequest request, QueuedRequest queued, HostId on)
    {
        int host = HostAt(on)!.Value;
        VmInfo vm = _view.SightOn(request.Host, request.Vm)!.Info;
        if (_promised.WhyRuledOut(vm, _layout.Hosts[host].Id) is { } ruled)
        {
            return (default, ruled);
        }

        if (_startsGoing[host] >= _policy.StartsPerHost)
        {
            return (default, $"{_startsGoing[host]} VMs are on their way up on host {_layout.Hosts[host].Id}, and so many may be at a time");
        }

        // Who comes later waits too, else many small ones would keep a large one waiting for ever; but nobody waits for one whose own host has no room.
        DispatchRound round = _rounds[host] ??= RoundOf(host);
        if ((_lacksSpare || queued.Need.MemoryMib > _spareMb) && round.HasRoomFor(queued))
        {
            string why = _lacksSpare ? "one before it waits for room in the cluster" : $"needs {queued.Need.MemoryMib} MiB, {Math.Max(0, Math.Floor(_spareMb)):0} MiB may still be promised in its cluster";
            _lacksSpare = true;
            return (default, $"{why}, so that {Failing()}");
        }

        QueueDecision decision = round.Decide(queued, NowSeconds);
        if (decision.Starts)
        {
            (_startsGoing[host], _spareMb) = (_startsGoing[host] + 1, _spareMb - queued.Need.MemoryMib);
            _promised.Take(new(on, vm, PromiseKind.Start));
        }

        return (decision, null);
    }

    /// <summary>Why a VM does not start on a host of the cluster at once, for people; null = it may. Nothing is taken.</summary>
    public string? WhyNotNow(VmInfo vm, QueuedRequest queued, HostId on) =>
        HostAt(on) is not { } host ? "it is not in the cluster"
        : _promised.WhyRuledOut(vm, _layout.Hosts[host].Id) is { } ruled ? ruled
        : _promised.Placer.WhyNot(PromisedCluster.VmOf(vm), _layout.Hosts[host].Id) is { } obstacle ? ObstacleNames.Of(obstacle)
        : _startsGoing[host] >= _policy.StartsPerHost ? $"{_startsGoing[host]} VMs are on their way up there"
        : _lacksSpare || queued.Need.MemoryMib > _spareMb ? $"{ObstacleNames.Of(Obstacle.Failover)}"
        : (_rounds[host] ??= RoundOf(host)).HasRoomFor(queued) ? null
        : "it has no room for it in its turn, or the quota of its tenant is used up";

    /// <summary>Chooses among hosts of the cluster by what leaves its load most even.</summary>
    public (HostId Host, string Why)? Choose(VmInfo vm, IReadOnlyCollection<HostId> among) =>
        among.Count > 0 && _promised.Place(vm, among.Select(h => _view.Cluster.HostNames[h.Value])) is { Host: { } id } placed ? (new HostId(_view.Cluster.HostIds[id]), placed.Reason) : null;

    private string Failing() => $"{_view.Cluster.Snapshot.Limits.FailoverHosts} of its hosts may fail";

    private DispatchRound RoundOf(int host)
    {
        RunningSet running = new(_free[host]);
        _running[host].ForEach(running.Add);
        return new DispatchRound(_policy.Backfilling, running, Usage);
    }

    // What was begun takes its room until it is seen to be over, also while its VM is not seen up yet or nobody can tell.
    private static IEnumerable<Promise> UnseenOf(IReadOnlyList<StartRequest> begun, RequestView view) => begun
        .Where(r => !view.Cluster.VmNames.ContainsKey(r.Vm.Value) && !view.Promises.Any(p => p.Vm.Id == r.Vm && p.Host == r.GoesTo)).Select(r => (view.SightOn(r.Host, r.Vm) ?? view.SightOn(r.GoesTo, r.Vm)) is { } seen ? new Promise(r.GoesTo, seen.Info, PromiseKind.Start) : (Promise?)null).OfType<Promise>();

    // Their numbers are below those of requests, as no two may be the same. Those on their way come after those that are seen.
    private void CountVms()
    {
        HashSet<VmId> counted = [.. _view.Cluster.VmNames.Keys.Select(id => new VmId(id))];
        int seen = _view.Cluster.Snapshot.Vms.Length;
        for (int vm = 0; vm < _layout.Vms.Length; vm++)
        {
            ClusterVm one = _layout.Vms[vm];
            VmId id = vm < seen ? new VmId(_view.Cluster.VmIds[one.Id]) : _promised.Coming[vm - seen].Vm.Id;
            StartRequest? request = _begun.GetValueOrDefault(id);
            Resources need = new(one.Vcpus, (long)Math.Ceiling(one.MemoryMb));
            if (vm < seen || counted.Add(id))
            {
                Count(_layout.Home[vm], new(-1 - vm, EndOf(request), need, one.Tenant.Length > 0 ? one.Tenant : request?.Tenant ?? ""));
                _spareMb -= vm < seen ? 0 : need.MemoryMib;
            }
        }
    }

    private void CountStarts(IReadOnlyList<StartRequest> begun)
    {
        IEnumerable<(VmId Vm, HostId Host)> others = _promised.Coming.Where(p => p.Kind != PromiseKind.Move && !_begun.ContainsKey(p.Vm.Id)).Select(p => (p.Vm.Id, p.Host));
        foreach ((_, HostId host) in begun.Where(r => r.Stage is RequestStage.Sent or RequestStage.Moving).Select(r => (r.Vm, r.GoesTo)).Concat(others))
        {
            if (HostAt(host) is { } at)
            {
                _startsGoing[at]++;
            }
        }
    }

    private void Count(int host, RunningRequest running)
    {
        _running[host].Add(running);
        Usage.Add(running);
    }

    // Counted from when it was sent: an end that moved on with each look would let others pass a head for ever.
    private double EndOf(StartRequest? request) =>
        request?.EstimateSeconds is { } estimate ? (request.SentUnixMs / 1000.0) + estimate : NowSeconds + (UnknownSeconds / 2);

    private int? HostAt(HostId id) => _view.Cluster.HostNames.TryGetValue(id.Value, out string? name) ? _layout.FindHost(name) : null;
}
