using System.Collections.Concurrent;
using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>What was learnt of all VMs of all hosts, by VM: it follows a VM to another host. Bounded. Thread-safe.</summary>
/// <param name="most">Most VMs, from 1. A further one is not watched until there is room.</param>
public sealed class VmBaselines(int most)
{
    /// <summary>When there is no room, a VM that was not seen for so long gives way; milliseconds.</summary>
    public const long GiveWayMs = 3_600_000;

    private readonly ConcurrentDictionary<VmId, VmBaseline> _byVm = new();
    private readonly ConcurrentDictionary<HostId, int> _leftOut = new();
    private readonly Lock _entry = new();
    private long _newestUnixMs = long.MinValue;
    private long _triedUnixMs = long.MinValue;

    /// <summary>VMs of which something was learnt.</summary>
    public int Count => _byVm.Count;

    /// <summary>VMs that run and are not watched, since there is no room or another host tells of them as well.</summary>
    public long LeftOut => _leftOut.Values.Sum(n => (long)n);

    /// <summary>All of them, in no particular order.</summary>
    public IEnumerable<KeyValuePair<VmId, VmBaseline>> All => _byVm;

    /// <summary>What was learnt of a VM; null = nothing.</summary>
    public VmBaseline? Find(VmId vm) => _byVm.GetValueOrDefault(vm);

    /// <summary>The VMs that run now and have a role, to be compared with one another.</summary>
    /// <param name="timeUnixMs">Now; milliseconds since 1970 UTC.</param>
    public IReadOnlyList<PeerVm> Peers(long timeUnixMs) => [.. _byVm.Select(b => b.Value.AsPeer(b.Key, timeUnixMs)).OfType<PeerVm>()];

    /// <summary>The VMs that run now, to find those that others suffer from.</summary>
    /// <param name="timeUnixMs">Now; milliseconds since 1970 UTC.</param>
    /// <param name="newestWindow">Number of the newest window that is complete: its start over its length.</param>
    /// <param name="topology">Which pools a VM uses.</param>
    public IReadOnlyList<NeighbourVm> Neighbours(long timeUnixMs, long newestWindow, Topology topology) =>
        [.. _byVm.Select(b => b.Value.IsHeld(timeUnixMs) ? b.Value.AsNeighbour(b.Key, timeUnixMs, newestWindow, PoolsOf(b.Key, topology)) : null).OfType<NeighbourVm>()];

    /// <summary>The VMs that run now, those that have just begun as well, with the time of their start.</summary>
    /// <param name="timeUnixMs">Now; milliseconds since 1970 UTC.</param>
    /// <param name="newestWindow">Number of the newest window that is complete: its start over its length.</param>
    /// <param name="topology">Which pools a VM uses.</param>
    public IReadOnlyList<StartedVm> Started(long timeUnixMs, long newestWindow, Topology topology) =>
        [.. _byVm.Select(b => b.Value.IsHeld(timeUnixMs) ? b.Value.AsStarted(b.Key, timeUnixMs, newestWindow, PoolsOf(b.Key, topology)) : null).OfType<StartedVm>()];

    /// <summary>Takes what was kept over a restart; whether there was room.</summary>
    public bool TryRestore(VmId vm, VmBaseline baseline)
    {
        lock (_entry)
        {
            return _byVm.Count < most && _byVm.TryAdd(vm, baseline);
        }
    }

    /// <summary>Forgets VMs that no host holds and that were not seen since.</summary>
    /// <param name="beforeUnixMs">Milliseconds since 1970 UTC.</param>
    /// <returns>Those forgotten.</returns>
    public IReadOnlyList<VmId> Forget(long beforeUnixMs)
    {
        VmId[] gone = [.. _byVm.Where(b => b.Value.SeenUnixMs < beforeUnixMs).Select(b => b.Key)];
        foreach (VmId vm in gone)
        {
            _byVm.TryRemove(vm, out _);
        }

        return gone;
    }

    /// <summary>What was learnt of a VM that runs on a host, to be taught from now on by that; null when it cannot be.</summary>
    internal VmBaseline? TryHold(in SeenVm vm, HostId host, long timeUnixMs)
    {
        VmBaseline? baseline = _byVm.GetValueOrDefault(vm.Id) ?? TryEnter(vm.Id, timeUnixMs);
        return baseline?.TryHold(host, vm, timeUnixMs) == true ? baseline : null;
    }

    internal void SetLeftOut(HostId host, int vms)
    {
        if (vms > 0)
        {
            _leftOut[host] = vms;
        }
        else
        {
            _leftOut.TryRemove(host, out _);
        }
    }

    private static ImmutableArray<string> PoolsOf(VmId vm, Topology topology) =>
        [.. topology.Needs(new Element(ElementKind.Vm, vm.ToString())).Where(e => e.Kind == ElementKind.Pool).Select(e => e.Id)];

    private VmBaseline? TryEnter(VmId vm, long timeUnixMs)
    {
        lock (_entry)
        {
            _newestUnixMs = Math.Max(_newestUnixMs, timeUnixMs);
            return _byVm.Count < most || MakeRoom() ? _byVm.GetOrAdd(vm, _ => new VmBaseline()) : null;
        }
    }

    // Looking through all of them is for once a minute, not for each VM that finds no room.
    private bool MakeRoom()
    {
        if (_triedUnixMs > _newestUnixMs - 60_000)
        {
            return false;
        }

        KeyValuePair<VmId, VmBaseline> oldest = _byVm.MinBy(b => b.Value.SeenUnixMs);
        if (oldest.Value.SeenUnixMs <= _newestUnixMs - GiveWayMs)
        {
            return _byVm.TryRemove(oldest);
        }

        _triedUnixMs = _newestUnixMs;
        return false;
    }
}
