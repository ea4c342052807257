using System.Collections.Immutable;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Benchmarks.Week;

/// <summary>
/// The VMs of the estate generator on hosts that are all alike, and not where the generator put them: the estate grew unevenly, so that some hosts were given more than
/// others. Hosts share storage as the generator made it, 16 each.
/// </summary>
internal static class WeekEstate
{
    public const string Cluster = "week";

    private const int VmsPerHost = 20, Looked = 8, VcpusPerCpu = 4, CpusInStep = 8;
    private const long GiB = 1L << 30, OwnBytes = 8 * GiB, MemoryStep = 16 * GiB, LocalBytes = 32_768 * GiB;
    private const double CpusPerVcpu = 0.5, MemoryRoom = 1.3;

    /// <summary>Makes it.</summary>
    /// <param name="hosts">Hosts, with 20 VMs each in the mean.</param>
    /// <param name="seed">Makes chance the same each time.</param>
    /// <param name="sharesAll">Whether all disks are in the pools that hosts share, and not only seven of ten.</param>
    public static EstateDefinition Build(int hosts, int seed, bool sharesAll)
    {
        EstateDefinition made = EstateGenerator.Generate(new(hosts, VmsPerHost, seed, Cluster));
        made = sharesAll ? Share(made) : made;
        VmDefinition[] vms = [.. made.Hosts.SelectMany(h => h.Vms)];
        int cpus = (int)Math.Ceiling(vms.Sum(v => v.VcpuCount) * CpusPerVcpu / hosts / CpusInStep) * CpusInStep;
        long memory = (long)Math.Ceiling(vms.Sum(v => v.MemoryBytes / (double)GiB) * MemoryRoom / hosts) * GiB;
        HostDefinition[] spread = Spread(made, cpus, memory, seed);

        // VMs stay in the group of hosts whose storage they are on, and a small group may ask for more than the mean of all.
        while (!spread.All(HoldsItsVms))
        {
            (cpus, memory) = (cpus + CpusInStep, memory + MemoryStep);
            spread = Spread(made, cpus, memory, seed);
        }

        return made with { Hosts = [.. spread] };
    }

    /// <summary>Hosts that hold none but VMs that can be moved.</summary>
    public static int Movable(EstateDefinition estate) =>
        estate.Hosts.Count(h => h.Vms.All(v => v.Disks.All(d => h.SharedPools.Contains(d.Pool))));

    private static EstateDefinition Share(EstateDefinition made) => made with
    {
        SharedPools = [.. made.SharedPools.Select(p => p with { CapacityBytes = LocalBytes })],
        Hosts = [.. made.Hosts.Select(h => h with { Vms = [.. h.Vms.Select(v => v with { Disks = [.. v.Disks.Select(d => d with { Pool = h.SharedPools[0] })] })] })],
    };

    private static bool HoldsItsVms(HostDefinition host) =>
        host.Vms.Sum(v => v.MemoryBytes) + OwnBytes <= host.MemoryBytes && host.Vms.Sum(v => v.VcpuCount) <= host.CpuCount * VcpusPerCpu;

    private static HostDefinition[] Spread(EstateDefinition made, int cpus, long memory, int seed)
    {
        Random random = new(seed);
        return [.. made.Hosts.GroupBy(h => h.SharedPools[0], StringComparer.Ordinal).SelectMany(g => Spread([.. g], cpus, memory, random))];
    }

    private static IEnumerable<HostDefinition> Spread(HostDefinition[] hosts, int cpus, long memory, Random random)
    {
        double[] pull = [.. hosts.Select(_ => 0.3 + (2 * random.NextDouble()))];
        long[] free = [.. hosts.Select(_ => memory - OwnBytes)];
        int[] vcpus = [.. hosts.Select(_ => cpus * VcpusPerCpu)];
        ImmutableArray<VmDefinition>.Builder[] on = [.. hosts.Select(_ => ImmutableArray.CreateBuilder<VmDefinition>())];
        VmDefinition[] vms = [.. hosts.SelectMany(h => h.Vms)];
        random.Shuffle(vms);
        foreach (VmDefinition vm in vms)
        {
            bool Fits(int h) => free[h] >= vm.MemoryBytes && vcpus[h] >= vm.VcpuCount;
            int host = Enumerable.Range(0, Looked).Select(_ => random.Next(hosts.Length)).Where(Fits).OrderByDescending(h => pull[h] * (0.5 + random.NextDouble())).FirstOrDefault(-1);
            host = host >= 0 ? host : Enumerable.Range(0, hosts.Length).MaxBy(h => free[h]);
            (free[host], vcpus[host]) = (free[host] - vm.MemoryBytes, vcpus[host] - vm.VcpuCount);
            on[host].Add(vm);
        }

        return hosts.Select((h, i) => h with
        {
            CpuCount = cpus, MemoryBytes = memory, Vms = on[i].ToImmutable(), LocalPools = [.. h.LocalPools.Select(p => p with { CapacityBytes = LocalBytes })],
        });
    }
}
