using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Tests.Scheduling;

/// <summary>Clusters drawn from a seed: uneven, of one or several sizes of host, with rules, pinned VMs, drained hosts and hosts that take no VM.</summary>
internal static class RandomCluster
{
    /// <summary>One of it.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="hosts">Hosts.</param>
    /// <param name="vmsPerHost">VMs that are drawn for each.</param>
    /// <param name="drains">Whether the last host is drained.</param>
    /// <param name="closed">So many hosts take no VM, from the first on, which has most; VMs of every other one wait for CPU.</param>
    public static ClusterSnapshot Of(int seed, int hosts = 8, int vmsPerHost = 12, bool drains = false, int closed = 0)
    {
        var random = new Random(seed);
        bool isMixed = random.Next(2) == 0;
        ImmutableArray<ClusterHost> all = [.. Enumerable.Range(0, hosts).Select(i => Host(i, random, isMixed, drains && i == hosts - 1))];
        all = [.. all.Select((h, i) => i < closed ? h with { Availability = HostAvailability.Closed, IsSaturated = i % 2 == 0 } : h)];
        var free = all.Select(h => h.Size.MemoryMb - h.ReservedMemoryMb).ToArray();
        var groups = all.Select(_ => new HashSet<string>()).ToArray();
        var vms = ImmutableArray.CreateBuilder<ClusterVm>();
        for (int i = 0; i < hosts * vmsPerHost; i++)
        {
            var vm = Vm(i, random);
            int host = (int)(hosts * Math.Pow(random.NextDouble(), 1.6));
            if (free[host] >= vm.MemoryMb && !vm.AntiAffinity.Any(groups[host].Contains))
            {
                free[host] -= vm.MemoryMb;
                groups[host].UnionWith(vm.AntiAffinity);
                vms.Add(vm with { Host = all[host].Id });
            }
        }

        return new("drawn", false, new ClusterLimits(6), all, vms.ToImmutable());
    }

    /// <summary>Hosts that hold equally many VMs of one size, of which those of the first are busy and the others hardly.</summary>
    public static ClusterSnapshot OfEqualPromises(int seed)
    {
        var random = new Random(seed);
        (int hosts, int each) = (random.Next(3, 10), random.Next(3, 8));
        ClusterHost[] all = [.. Enumerable.Range(0, hosts).Select(i => new ClusterHost($"h{i}", new HostSize(16, 65_536, 2_000, 10_000), HostAvailability.Online))];
        ClusterVm[] vms =
        [
            .. Enumerable.Range(0, hosts * each).Select(i => new ClusterVm($"vm{i}", all[i / each].Id, 4, 8_192)
            {
                Use = i < each
                    ? new(2.8 + (0.4 * random.NextDouble()), 1_500 + (400 * random.NextDouble()), 0, 0, 0)
                    : new(0.1 + (0.4 * random.NextDouble()), 1_800 + (400 * random.NextDouble()), 0, 0, 0),
            }),
        ];
        return new("equal", false, new ClusterLimits(6), [.. all], [.. vms]);
    }

    public static ClusterSnapshot Apply(ClusterSnapshot cluster, IEnumerable<(string Vm, string To)> moves)
    {
        var at = cluster.Vms.ToDictionary(v => v.Id, v => v.Host);
        foreach ((string vm, string to) in moves)
        {
            at[vm] = to;
        }

        return cluster with { Vms = [.. cluster.Vms.Select(v => v with { Host = at[v.Id] })] };
    }

    private static ClusterHost Host(int index, Random random, bool isMixed, bool drains)
    {
        int factor = isMixed ? random.Next(1, 4) : 2;
        return new($"h{index}", new HostSize(16 * factor, 65_536 * factor, 2_000, 10_000), drains ? HostAvailability.Drain : HostAvailability.Online)
        {
            ReservedMemoryMb = 2_048,
            DiskGb = 10_000,
            Rack = $"r{index / 4}",
        };
    }

    private static ClusterVm Vm(int index, Random random)
    {
        int vcpus = 1 << random.Next(4), memory = 2_048 << random.Next(4);
        return new($"vm{index}", "", vcpus, memory)
        {
            Use = random.Next(20) == 0
                ? VmUse.Unknown
                : new(vcpus * random.NextDouble() / 2, memory * random.NextDouble(), 20 * random.NextDouble(), 200 * random.NextDouble(), 50 * random.NextDouble()),
            IsPinned = random.Next(15) == 0,
            AntiAffinity = random.Next(8) == 0 ? [$"g{random.Next(5)}"] : [],
        };
    }
}
