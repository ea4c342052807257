using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>How even and how full a cluster is.</summary>
/// <remarks>
/// The score is the cluster score of Ganeti (htools) for shared storage: the standard deviations over the hosts that take VMs of free
/// memory (share), promised vCPUs (for each pCPU), and CPU, memory, disk and network in use (share of a usual host); 2 for each VM
/// too many of a group that is to be apart; 20 for each VM on a drained host. Less is better.
/// </remarks>
/// <param name="Score">The cluster score.</param>
/// <param name="RelativeSpread">Mean of the standard deviations of CPU, memory, disk and network in use, each by the host's own size.</param>
/// <param name="HighestCpu">Highest share of a host's CPU in use, 0 to 1 and more.</param>
/// <param name="Conflicts">VMs too many on hosts, of groups that are to be apart.</param>
/// <param name="OnDrained">VMs on drained hosts.</param>
/// <param name="HostsInUse">Hosts with at least one VM.</param>
/// <param name="HostsOverLimit">Hosts that were promised more than they have or the limits allow.</param>
public sealed record ClusterFigures(
    double Score, double RelativeSpread, double HighestCpu, int Conflicts, int OnDrained, int HostsInUse, int HostsOverLimit)
{
    /// <summary>Highest share of a host's CPU that its VMs are known to use; those of which it is unknown are left out.</summary>
    public double HighestKnownCpu { get; init; }

    /// <summary>VMs on hosts that they may not be on, and VMs that are not where most of their affinity group is.</summary>
    public int Misplaced { get; init; }

    /// <summary>Hosts whose VMs wait for CPU and are known to use more than the mean host does.</summary>
    public int HostsSaturated { get; init; }

    private const double ConflictWeight = 2, DrainedWeight = 20;

    /// <summary>Of a cluster as it is.</summary>
    public static ClusterFigures Of(ClusterSnapshot snapshot)
    {
        var layout = new ClusterLayout(snapshot);
        return Of(layout, new ClusterState(layout));
    }

    internal static ClusterFigures Of(ClusterLayout layout, ClusterState state)
    {
        int[] targets = [.. Enumerable.Range(0, layout.Hosts.Length).Where(h => layout.Carries[h])];
        HostSize[] loads = LoadsOf(layout, state.Place);
        HostSize reference = layout.Reference;
        double[] known = Relief.KnownCores(layout, state.Place);
        double score = Spread(targets.Select(h => state.FreeMemoryMb[h] / layout.Hosts[h].Size.MemoryMb))
            + Spread(targets.Select(h => (layout.VcpuRoom[h] - state.FreeVcpus[h]) / (layout.Hosts[h].Size.CpuCores * layout.Hosts[h].CpuSpeed)))
            + Spread(targets.Select(h => loads[h].CpuCores / reference.CpuCores)) + Spread(targets.Select(h => loads[h].MemoryMb / reference.MemoryMb))
            + Spread(targets.Select(h => loads[h].DiskMbps / reference.DiskMbps)) + Spread(targets.Select(h => loads[h].NetMbps / reference.NetMbps));
        double relative = Spread(targets.Select(h => loads[h].CpuCores / layout.Hosts[h].Size.CpuCores))
            + Spread(targets.Select(h => loads[h].MemoryMb / layout.Hosts[h].Size.MemoryMb))
            + Spread(targets.Select(h => loads[h].DiskMbps / layout.Hosts[h].Size.DiskMbps))
            + Spread(targets.Select(h => loads[h].NetMbps / layout.Hosts[h].Size.NetMbps));
        int conflicts = ConflictsOf(layout, state, targets);
        int drained = Enumerable.Range(0, layout.Hosts.Length).Where(h => layout.Hosts[h].Availability == HostAvailability.Drain).Sum(h => state.VmCount[h]);
        return new(
            score + (ConflictWeight * conflicts) + (DrainedWeight * drained), relative / 4,
            targets.Length == 0 ? 0 : targets.Max(h => loads[h].CpuCores / layout.Hosts[h].Size.CpuCores), conflicts, drained,
            state.VmCount.Count(n => n > 0), Enumerable.Range(0, layout.Hosts.Length).Count(h => !state.IsWithinLimits(h)))
        {
            HighestKnownCpu = targets.Length == 0 ? 0 : targets.Max(h => known[h] / layout.Hosts[h].Size.CpuCores),
            Misplaced = MisplacedOf(layout, state),
            HostsSaturated = SaturatedOf(layout, targets, known),
        };
    }

    private static int SaturatedOf(ClusterLayout layout, int[] targets, double[] known)
    {
        double[] ceilings = Relief.CeilingsOf(layout, known, double.PositiveInfinity);
        return targets.Count(h => layout.Hosts[h].IsSaturated && known[h] / layout.Hosts[h].Size.CpuCores > ceilings[h]);
    }

    internal static HostSize[] LoadsOf(ClusterLayout layout, int[] place)
    {
        var loads = new HostSize[layout.Hosts.Length];
        for (int vm = 0; vm < place.Length; vm++)
        {
            (HostSize sum, HostSize use) = (loads[place[vm]], layout.Uses[vm]);
            loads[place[vm]] = new(sum.CpuCores + use.CpuCores, sum.MemoryMb + use.MemoryMb, sum.DiskMbps + use.DiskMbps, sum.NetMbps + use.NetMbps);
        }

        return loads;
    }

    private static int ConflictsOf(ClusterLayout layout, ClusterState state, int[] targets)
    {
        int conflicts = 0;
        for (int group = 0; group < layout.Apart.Names.Length; group++)
        {
            conflicts += targets.Select(h => (Place: layout.Apart.PlaceOf(group, h), Host: h)).Where(p => p.Place >= 0).DistinctBy(p => p.Place)
                .Sum(p => Math.Max(0, state.InPlace(group, p.Host) - 1));
        }

        return conflicts;
    }

    private static int MisplacedOf(ClusterLayout layout, ClusterState state)
    {
        int[] vms = [.. Enumerable.Range(0, state.Place.Length)];
        ILookup<string, int> groups = vms.Where(vm => layout.Together[vm]).SelectMany(vm => layout.Vms[vm].Affinity.Select(g => (Group: g, Place: state.Place[vm]))).ToLookup(m => m.Group, m => m.Place);
        return vms.Count(vm => layout.Reach[vm] is { } reach && !reach[state.Place[vm]]) + groups.Sum(g => g.Count() - g.CountBy(place => place).Max(on => on.Value));
    }

    private static double Spread(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double mean = all.Length == 0 ? 0 : all.Average();
        return all.Length == 0 ? 0 : Math.Sqrt(all.Average(v => (v - mean) * (v - mean)));
    }
}
