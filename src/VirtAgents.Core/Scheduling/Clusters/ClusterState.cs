using System.Runtime.CompilerServices;

namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>Where every VM is while a plan is made, and what that leaves free. Changed step by step.</summary>
internal sealed class ClusterState
{
    private readonly ClusterLayout _layout;
    private readonly double[] _vmMemory;
    private readonly double[] _vmDisk;
    private readonly int[] _vmVcpus;
    private readonly int[] _inPlace;

    public ClusterState(ClusterLayout layout)
    {
        _layout = layout;
        int hosts = layout.Hosts.Length;
        (Place, FreeMemoryMb, FreeVcpus) = ([.. layout.Home], [.. layout.MemoryRoomMb], [.. layout.VcpuRoom]);
        (FreeDiskGb, VmCount) = ([.. layout.DiskRoomGb], new int[hosts]);
        _vmMemory = [.. layout.Vms.Select(v => v.MemoryMb)];
        _vmDisk = [.. layout.Vms.Select(v => v.DiskGb)];
        _vmVcpus = [.. layout.Vms.Select(v => v.Vcpus)];
        _inPlace = new int[layout.Apart.Names.Length * layout.Apart.Places];
        for (int vm = 0; vm < Place.Length; vm++)
        {
            Count(vm, Place[vm], 1);
        }
    }

    public int[] Place { get; }

    public double[] FreeMemoryMb { get; }

    public double[] FreeVcpus { get; }

    public double[] FreeDiskGb { get; }

    public int[] VmCount { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Move(int vm, int to)
    {
        Count(vm, Place[vm], -1);
        Count(vm, to, 1);
        Place[vm] = to;
    }

    /// <summary>Puts every VM where it is in a placement.</summary>
    public void Restore(ReadOnlySpan<int> place)
    {
        for (int vm = 0; vm < place.Length; vm++)
        {
            if (Place[vm] != place[vm])
            {
                Move(vm, place[vm]);
            }
        }
    }

    /// <summary>Makes a VM count on a second host too, as it does while it is migrated, or no longer.</summary>
    public void Count(int vm, int host, int sign)
    {
        FreeMemoryMb[host] -= sign * _vmMemory[vm];
        FreeVcpus[host] -= sign * _vmVcpus[vm];
        FreeDiskGb[host] -= sign * _vmDisk[vm];
        VmCount[host] += sign;
        foreach (int group in _layout.Apart.Of(vm))
        {
            int place = _layout.Apart.PlaceOf(group, host);
            if (place >= 0)
            {
                _inPlace[(group * _layout.Apart.Places) + place] += sign;
            }
        }
    }

    /// <summary>Whether a VM may be put on a host now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Fits(int vm, int host) => Refusal(vm, host) is null;

    /// <summary>Why a VM may not be put on a host now; null = it may.</summary>
    public Obstacle? Refusal(int vm, int host)
    {
        if (!_layout.Carries[host])
        {
            return Obstacle.HostState;
        }

        if (_layout.Reach[vm] is { } reach && !reach[host])
        {
            return _layout.Hosts[host].Availability == HostAvailability.Closed ? Obstacle.HostState : Obstacle.Reach;
        }

        return FreeMemoryMb[host] < _vmMemory[vm] ? Obstacle.Memory
            : FreeVcpus[host] < _vmVcpus[vm] ? Obstacle.Vcpus
            : FreeDiskGb[host] < (_layout.Snapshot.StorageIsLocal ? _vmDisk[vm] : 0) ? Obstacle.Disk
            : ApartRefusal(vm, host);
    }

    /// <summary>VMs of a group in the place of a host.</summary>
    public int InPlace(int group, int host) =>
        _layout.Apart.PlaceOf(group, host) is >= 0 and var place ? _inPlace[(group * _layout.Apart.Places) + place] : 0;

    /// <summary>Whether promises and rules hold on a host as it is.</summary>
    public bool IsWithinLimits(int host) => FreeMemoryMb[host] >= 0 && FreeVcpus[host] >= 0 && FreeDiskGb[host] >= 0;

    /// <summary>Whether a VM may be where it is, with all that is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool IsAllowed(int vm)
    {
        int host = Place[vm];
        return _layout.Carries[host] && (_layout.Reach[vm] is not { } reach || reach[host]) && IsWithinLimits(host) && IsApart(vm);
    }

    /// <summary>Whether another VM of one of its groups is in the place where a VM is.</summary>
    public bool IsInConflict(int vm)
    {
        foreach (int group in _layout.Apart.Of(vm))
        {
            if (InPlace(group, Place[vm]) > 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a VM is known to be apart, where it is, from all others of its groups.</summary>
    public bool IsApart(int vm)
    {
        foreach (int group in _layout.Apart.Of(vm))
        {
            if (_layout.Apart.PlaceOf(group, Place[vm]) < 0 || InPlace(group, Place[vm]) > 1)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a VM would be apart on a host from all others of its groups.</summary>
    public bool WouldBeApart(int vm, int host) => ApartRefusal(vm, host) is null;

    private Obstacle? ApartRefusal(int vm, int host)
    {
        foreach (int group in _layout.Apart.Of(vm))
        {
            int place = _layout.Apart.PlaceOf(group, host);
            bool isOwn = place >= 0 && place == _layout.Apart.PlaceOf(group, Place[vm]);
            if (place < 0 || _inPlace[(group * _layout.Apart.Places) + place] > (isOwn ? 1 : 0))
            {
                return _layout.Apart.IsByRack(group) ? Obstacle.RackSpread : Obstacle.AntiAffinity;
            }
        }

        return null;
    }
}
