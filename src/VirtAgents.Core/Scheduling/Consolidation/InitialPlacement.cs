namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>Where VMs are before anything is known of their demand: each host can give all its VMs the most they can ask for.</summary>
/// <remarks>
/// First fit, on the hosts with the fewest watts for each MIPS first. The smallest VMs first: the first hosts then have many VMs and
/// the last ones few, so that emptying the last ones takes few migrations. It wastes room at the largest VMs; where that is too
/// much the largest are placed first.
/// </remarks>
internal static class InitialPlacement
{
    /// <summary>Host of each VM; null when they do not fit.</summary>
    public static int[]? Of(IReadOnlyList<HostModel> hosts, IReadOnlyList<VmModel> vms)
    {
        int[] ascending = [.. Enumerable.Range(0, vms.Count).OrderBy(vm => vms[vm].Mips)];
        int[] order = [.. Enumerable.Range(0, hosts.Count).OrderBy(host => hosts[host].WattsPerMips)];
        return FirstFit(hosts, vms, ascending, order) ?? FirstFit(hosts, vms, [.. ascending.Reverse()], order);
    }

    private static int[]? FirstFit(IReadOnlyList<HostModel> hosts, IReadOnlyList<VmModel> vms, int[] vmOrder, int[] hostOrder)
    {
        int[] placement = new int[vms.Count];
        double[] room = [.. hosts.Select(host => host.CapacityMips)];
        foreach (int vm in vmOrder)
        {
            int place = Array.FindIndex(hostOrder, host => room[host] >= vms[vm].Mips);
            if (place < 0)
            {
                return null;
            }

            placement[vm] = hostOrder[place];
            room[hostOrder[place]] -= vms[vm].Mips;
        }

        return placement;
    }
}
