using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Benchmarks;

/// <summary>Clusters of a data centre that grew unevenly: idle, web, database and batch VMs, of which some hosts have many.</summary>
/// <param name="Name">Name of the kind.</param>
/// <param name="Hosts">Hosts.</param>
/// <param name="MemoryGb">Memory of a usual host, GiB.</param>
/// <param name="IsMixed">Whether hosts are of three sizes.</param>
/// <param name="Drained">Hosts that are to be emptied.</param>
internal sealed record PlanWorld(string Name, int Hosts, int MemoryGb, bool IsMixed, int Drained)
{
    private const int VmsPerHost = 20;

    public static IReadOnlyList<PlanWorld> All { get; } =
    [
        new("20 hosts", 20, 384, false, 0),
        new("40 hosts", 40, 384, false, 0),
        new("20, little memory", 20, 270, false, 0),
        new("20, three sizes", 20, 330, true, 0),
        new("20, two drained", 20, 384, false, 2),
        new("100 hosts", 100, 384, false, 0),
        new("500 hosts", 500, 384, false, 0),
    ];

    public ClusterSnapshot Build(int seed)
    {
        var random = new Random(seed);
        ImmutableArray<ClusterHost> hosts = [.. Enumerable.Range(0, Hosts).Select(i => Host(i, random))];
        double[] free = [.. hosts.Select(h => h.Size.MemoryMb - h.ReservedMemoryMb)];
        double[] vcpus = [.. hosts.Select(h => 4 * h.Size.CpuCores)];
        double[] pull = [.. hosts.Select(_ => 0.3 + (2 * random.NextDouble()))];
        var groups = new HashSet<(int, string)>();
        var vms = ImmutableArray.CreateBuilder<ClusterVm>();
        for (int i = 0; i < Hosts * VmsPerHost; i++)
        {
            ClusterVm vm = Vm(i, random);
            int host = Enumerable.Range(0, 8).Select(_ => random.Next(Hosts)).OrderByDescending(h => pull[h] * (0.5 + random.NextDouble()))
                .FirstOrDefault(h => free[h] >= vm.MemoryMb && vcpus[h] >= vm.Vcpus && !vm.AntiAffinity.Any(g => groups.Contains((h, g))), -1);
            if (host < 0)
            {
                continue;
            }

            (free[host], vcpus[host]) = (free[host] - vm.MemoryMb, vcpus[host] - vm.Vcpus);
            groups.UnionWith(vm.AntiAffinity.Select(g => (host, g)));
            vms.Add(vm with { Host = hosts[host].Id });
        }

        return new(Name, false, new ClusterLimits(4), hosts, vms.ToImmutable());
    }

    private ClusterHost Host(int index, Random random)
    {
        double factor = IsMixed ? (random.Next(3) + 1) / 2.0 : 1;
        return new(
            $"h{index:0000}", new HostSize(64 * factor, MemoryGb * 1024 * factor, 2_000, 10_000),
            index < Drained ? HostAvailability.Drain : HostAvailability.Online) { ReservedMemoryMb = 4_096, DiskGb = 8_192 };
    }

    private ClusterVm Vm(int index, Random random)
    {
        int vcpus = 1 << Math.Min(random.Next(5), 3);
        int memory = vcpus * 2_048 << random.Next(2);
        double busy = random.Next(10) switch { < 4 => 0.03, < 8 => 0.2, < 9 => 0.3, _ => 0.8 } * (0.5 + random.NextDouble());
        double disk = random.Next(8) == 0 ? 60 : 2, net = random.Next(3) == 0 ? 60 : 3;
        return new($"vm{index:00000}", "", vcpus, memory)
        {
            Use = new(vcpus * busy, memory * (0.15 + (0.75 * random.NextDouble())), disk * random.NextDouble() * 2, net * random.NextDouble() * 2, 100 * busy),
            AntiAffinity = random.Next(10) == 0 ? [$"g{random.Next(Hosts)}"] : [],
        };
    }
}
