using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>
/// A snapshot as arrays by index of host and VM, so that a search looks nothing up by name. What is unknown was estimated here once
/// (<see cref="UseIsKnown"/> tells of which VMs) and never as nothing.
/// </summary>
public sealed class ClusterLayout
{
    private readonly Dictionary<string, int> _hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _vms = new(StringComparer.Ordinal);

    /// <summary>Lays a snapshot out.</summary>
    /// <param name="snapshot">The snapshot; its references between hosts, VMs and pools hold.</param>
    public ClusterLayout(ClusterSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        (Snapshot, Hosts, Vms) = (snapshot, snapshot.Hosts, snapshot.Vms);
        Index(_hosts, Hosts.Select(h => h.Id));
        Index(_vms, Vms.Select(v => v.Id));
        Reference = snapshot.Reference ?? MeanSize(Hosts);
        Home = [.. Vms.Select(v => _hosts[v.Host])];
        Uses = UseEstimate.Of(Vms);
        UseIsKnown = [.. Vms.Select(v => v.Use.IsKnown)];
        MemoryRoomMb = [.. Hosts.Select(h => h.Size.MemoryMb - h.ReservedMemoryMb)];
        VcpuRoom = [.. Hosts.Select(h => h.Size.CpuCores * snapshot.Limits.VcpuRatio)];
        DiskRoomGb = [.. Hosts.Select(h => snapshot.StorageIsLocal ? h.DiskGb ?? 0 : double.PositiveInfinity)];
        Carries = [.. Hosts.Select(h => h.Carries)];
        Apart = GroupTable.Of(Vms, Hosts);
        IsFixed = [.. Vms.Select((v, vm) => v.IsPinned || Hosts[Home[vm]].Availability == HostAvailability.Unknown)];
        Together = [.. Vms.Select(v => v.Affinity.Length > 0)];
        IsGuarded = new bool[Vms.Length];
        Reach = HostReach.Of(this);
    }

    /// <summary>What it was made of.</summary>
    public ClusterSnapshot Snapshot { get; }

    /// <summary>Hosts in the order of the snapshot.</summary>
    public ImmutableArray<ClusterHost> Hosts { get; }

    /// <summary>VMs in the order of the snapshot.</summary>
    public ImmutableArray<ClusterVm> Vms { get; }

    /// <summary>Size of a usual host.</summary>
    public HostSize Reference { get; }

    internal int[] Home { get; }

    /// <summary>VMs that a balance leaves where they are, and whose hosts it does not fill so far that they could be taken from there.</summary>
    internal bool[] IsGuarded { get; init; }

    internal HostSize[] Uses { get; }

    internal bool[] UseIsKnown { get; }

    internal double[] MemoryRoomMb { get; }

    internal double[] VcpuRoom { get; }

    internal double[] DiskRoomGb { get; }

    /// <summary>Hosts that carry VMs and go on with that; closed ones, which take no more, are kept out by <see cref="Reach"/>.</summary>
    internal bool[] Carries { get; }

    internal GroupTable Apart { get; }

    /// <summary>VMs that are not moved, whatever happens: pinned, or on a host of which nothing is known.</summary>
    internal bool[] IsFixed { get; }

    internal bool[] Together { get; }

    /// <summary>For each VM the hosts it may be on; null = all.</summary>
    internal bool[]?[] Reach { get; }

    /// <summary>Index of a host; null = there is none of that id.</summary>
    public int? FindHost(string id) => _hosts.TryGetValue(id, out int index) ? index : null;

    /// <summary>Index of a VM; null = there is none of that id.</summary>
    public int? FindVm(string id) => _vms.TryGetValue(id, out int index) ? index : null;

    /// <summary>Whether a VM of one of these groups is on another host.</summary>
    internal bool MembersAway(ImmutableArray<string> groups, int host)
    {
        for (int vm = 0; vm < Vms.Length; vm++)
        {
            if (Together[vm] && Home[vm] != host && Vms[vm].Affinity.Any(groups.Contains))
            {
                return true;
            }
        }

        return false;
    }

    private static void Index(Dictionary<string, int> index, IEnumerable<string> ids)
    {
        foreach (string id in ids)
        {
            index.Add(id, index.Count);
        }
    }

    private static HostSize MeanSize(ImmutableArray<ClusterHost> hosts) => hosts.IsEmpty
        ? new(1, 1, 1, 1)
        : new(hosts.Average(h => h.Size.CpuCores), hosts.Average(h => h.Size.MemoryMb), hosts.Average(h => h.Size.DiskMbps), hosts.Average(h => h.Size.NetMbps));
}
