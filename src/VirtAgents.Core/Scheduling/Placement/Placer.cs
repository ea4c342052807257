using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Intrinsics;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Scheduling.Placement;

/// <summary>Chooses hosts for new VMs of one cluster: first what is possible, then what leaves the load most even.</summary>
/// <remarks>
/// Made once for a snapshot; a placement then costs one pass over the hosts. Each host that is refused counts once, by the first thing
/// that is in the way. The score is that of plans (<see cref="ClusterFigures"/>), where hosts differ also by their own size.
/// </remarks>
public sealed class Placer
{
    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;
    private readonly LoadLanes _lanes;
    private readonly LoadField _field;
    private readonly HostSize[] _loads;
    private readonly PoolChoice _pools;

    /// <summary>Prepares a snapshot.</summary>
    public Placer(ClusterSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _layout = new ClusterLayout(snapshot);
        (_state, _lanes) = (new ClusterState(_layout), new LoadLanes(_layout));
        _field = new LoadField(_layout, _lanes);
        _field.Rebuild(_state.Place);
        _loads = ClusterFigures.LoadsOf(_layout, _state.Place);
        _pools = new PoolChoice(snapshot);
        FailoverRoom? failover = FailoverRoom.Of(snapshot);
        (FailoverWholeMb, FailoverRoomMb) = (failover?.WholeMb ?? double.PositiveInfinity, failover?.FreeMb ?? double.PositiveInfinity);
    }

    /// <summary>Memory of the hosts that are left when the largest have failed, MiB; hosts that are not online are failed already. Infinite = no host is to be spared.</summary>
    public double FailoverWholeMb { get; }

    /// <summary>What of it no VM was promised, MiB; below 0 = not all VMs would find room.</summary>
    public double FailoverRoomMb { get; }

    /// <summary>Chooses a host. Nothing is changed: a second call sees the same cluster.</summary>
    /// <param name="vm">The VM; its pools are those its volume may be put in, empty = any.</param>
    public PlacementDecision Place(ClusterVm vm)
    {
        ArgumentNullException.ThrowIfNull(vm);
        var rejected = new int[Enum.GetValues<Obstacle>().Length];
        bool[]? reach = HostReach.Of(_layout, vm with { Pools = [] }, []);
        Vector256<float> load = LoadLanes.VectorOf(vm, UseEstimate.Of(vm, 0, 0));
        Obstacle? anywhere = ClusterRefusal(vm);
        (int Host, float Score)? best = null, second = null;
        for (int host = 0; host < _layout.Hosts.Length; host++)
        {
            if ((HostRefusal(vm, host, reach) ?? anywhere) is { } obstacle)
            {
                rejected[(int)obstacle]++;
                continue;
            }

            (int Host, float Score) found = (host, ScoreWith(host, load));
            (best, second) = best is null || found.Score < best.Value.Score ? (found, best) : (best, second is null || found.Score < second.Value.Score ? found : second);
        }

        return Decide(vm, best, second, rejected);
    }

    /// <summary>Why a VM does not get onto a host; null = it may.</summary>
    /// <param name="vm">The VM, without hosts it is kept to.</param>
    /// <param name="host">Id of the host, which is in the snapshot.</param>
    public Obstacle? WhyNot(ClusterVm vm, string host)
    {
        ArgumentNullException.ThrowIfNull(vm);
        return HostRefusal(vm, _layout.FindHost(host)!.Value, null) ?? ClusterRefusal(vm);
    }

    /// <summary>The group whose rule a VM would break on a host; null = none, whatever else is in the way.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="host">Id of the host, which is in the snapshot.</param>
    public GroupConflict? ConflictOn(ClusterVm vm, string host)
    {
        ArgumentNullException.ThrowIfNull(vm);
        int at = _layout.FindHost(host)!.Value;
        return GroupRefusal(vm, at) is { } rule ? GroupConflict.Of(_layout, vm, at, rule) : null;
    }

    private PlacementDecision Decide(ClusterVm vm, (int Host, float Score)? best, (int Host, float Score)? second, int[] rejected)
    {
        ImmutableSortedDictionary<Obstacle, int> counts = rejected.Select((count, o) => (Obstacle: (Obstacle)o, count)).Where(r => r.count > 0)
            .ToImmutableSortedDictionary(r => r.Obstacle, r => r.count);
        if (best is not { } found)
        {
            return new(null, null, null, null, null, counts, "no host takes it");
        }

        string host = _layout.Hosts[found.Host].Id;
        string reason = string.Create(CultureInfo.InvariantCulture, $"{host} leaves the load most even: score {found.Score:0.#####}{(second is { } next ? $", {_layout.Hosts[next.Host].Id} {next.Score.ToString("0.#####", CultureInfo.InvariantCulture)}" : ", and no other host takes it")}");
        return new(
            host, Math.Round(found.Score, 6), second is null ? null : _layout.Hosts[second.Value.Host].Id, second is null ? null : Math.Round(second.Value.Score, 6),
            _pools.For(vm, host)?.Id, counts, reason);
    }

    private float ScoreWith(int host, Vector256<float> load)
    {
        (Vector256<float> squares, Vector256<float> sums) = (_field.Squares, _field.Sums);
        _field.Add(host, load * _lanes.Scales[host], ref squares, ref sums);
        return _field.ScoreOf(squares, sums);
    }

    private Obstacle? ClusterRefusal(ClusterVm vm)
    {
        TenantQuota? quota = _layout.Snapshot.Quotas.FirstOrDefault(q => q.Tenant == vm.Tenant);
        if (quota is not null)
        {
            ClusterVm[] own = [.. _layout.Vms.Where(v => v.Tenant == vm.Tenant), vm];
            if (own.Length > quota.Vms || own.Sum(v => v.Vcpus) > quota.Vcpus || own.Sum(v => v.MemoryMb) > quota.MemoryMb)
            {
                return Obstacle.Quota;
            }
        }

        return vm.MemoryMb > FailoverRoomMb ? Obstacle.Failover : null;
    }

    private Obstacle? HostRefusal(ClusterVm vm, int host, bool[]? reach) =>
        _layout.Hosts[host].Availability != HostAvailability.Online ? Obstacle.HostState
        : reach is not null && !reach[host] ? Obstacle.Reach
        : _state.FreeMemoryMb[host] < vm.MemoryMb ? Obstacle.Memory
        : _state.FreeVcpus[host] < vm.Vcpus ? Obstacle.Vcpus
        : _layout.Snapshot.StorageIsLocal && _state.FreeDiskGb[host] < vm.DiskGb ? Obstacle.Disk
        : IsOverUsed(vm, host) ? Obstacle.Use
        : _pools.IsNeeded(vm) && _pools.For(vm, _layout.Hosts[host].Id) is null ? Obstacle.Pool
        : GroupRefusal(vm, host);

    // What is not known of a new VM is not counted here: its promises are, above.
    private bool IsOverUsed(ClusterVm vm, int host)
    {
        (HostSize load, HostSize size) = (_loads[host], _layout.Hosts[host].Size);
        return load.CpuCores + (vm.Use.CpuCores ?? 0) > size.CpuCores || load.DiskMbps + (vm.Use.DiskMbps ?? 0) > size.DiskMbps
            || load.NetMbps + (vm.Use.NetMbps ?? 0) > size.NetMbps;
    }

    private Obstacle? GroupRefusal(ClusterVm vm, int host)
    {
        if (vm.AntiAffinity.Any(name => _layout.Apart.Find(name, byRack: false) is { } group && _state.InPlace(group, host) > 0))
        {
            return Obstacle.AntiAffinity;
        }

        if (vm.RackSpread.Length > 0 && (_layout.Hosts[host].Rack is null
            || vm.RackSpread.Any(name => _layout.Apart.Find(name, byRack: true) is { } group && _state.InPlace(group, host) > 0)))
        {
            return Obstacle.RackSpread;
        }

        return vm.Affinity.Length > 0 && _layout.MembersAway(vm.Affinity, host) ? Obstacle.Affinity : null;
    }
}
