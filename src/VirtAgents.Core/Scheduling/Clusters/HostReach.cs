namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>The hosts each VM may be on, by its own list and by the pools its volumes are in.</summary>
internal static class HostReach
{
    public static bool[]?[] Of(ClusterLayout layout)
    {
        var pools = layout.Snapshot.Pools.ToDictionary(p => p.Id, StringComparer.Ordinal);
        var reach = new bool[layout.Vms.Length][];
        for (int vm = 0; vm < reach.Length; vm++)
        {
            reach[vm] = Of(layout, layout.Vms[vm], pools)!;
        }

        return reach;
    }

    /// <summary>For one VM; null = all hosts.</summary>
    public static bool[]? Of(ClusterLayout layout, ClusterVm vm, Dictionary<string, ClusterPool> pools)
    {
        bool[]? reach = Restrict(null, layout, vm.AllowedHosts.AsSpan());
        foreach (string pool in vm.Pools)
        {
            reach = Restrict(reach, layout, pools[pool].Hosts.AsSpan());
        }

        return reach;
    }

    private static bool[]? Restrict(bool[]? reach, ClusterLayout layout, ReadOnlySpan<string> hosts)
    {
        if (hosts.IsEmpty)
        {
            return reach;
        }

        var both = new bool[layout.Hosts.Length];
        foreach (string host in hosts)
        {
            if (layout.FindHost(host) is { } index)
            {
                both[index] = reach is null || reach[index];
            }
        }

        return both;
    }
}
