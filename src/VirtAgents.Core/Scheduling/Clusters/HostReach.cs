namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>The hosts each VM may be on: by its own list, by the pools its volumes are in, and, where it is not there already, none that takes no more.</summary>
internal static class HostReach
{
    public static bool[]?[] Of(ClusterLayout layout)
    {
        var pools = layout.Snapshot.Pools.ToDictionary(p => p.Id, StringComparer.Ordinal);
        bool[]?[] open = OpenFrom(layout);
        var reach = new bool[layout.Vms.Length][];
        for (int vm = 0; vm < reach.Length; vm++)
        {
            reach[vm] = Of(layout, layout.Vms[vm], pools, open[layout.Home[vm]])!;
        }

        return reach;
    }

    /// <summary>For one VM; null = all hosts.</summary>
    public static bool[]? Of(ClusterLayout layout, ClusterVm vm, Dictionary<string, ClusterPool> pools) => Of(layout, vm, pools, null);

    private static bool[]? Of(ClusterLayout layout, ClusterVm vm, Dictionary<string, ClusterPool> pools, bool[]? open)
    {
        bool[]? reach = Restrict(open, layout, vm.AllowedHosts.AsSpan());
        foreach (string pool in vm.Pools)
        {
            reach = Restrict(reach, layout, pools[pool].Hosts.AsSpan());
        }

        return reach;
    }

    // By host where a VM is: all that are not closed, and its own. VMs of one host share it.
    private static bool[]?[] OpenFrom(ClusterLayout layout)
    {
        bool[] open = [.. layout.Hosts.Select(h => h.Availability != HostAvailability.Closed)];
        return open.Contains(false)
            ? [.. open.Select((isOpen, host) => isOpen ? open : [.. open.Select((o, h) => o || h == host)])]
            : new bool[]?[open.Length];
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
