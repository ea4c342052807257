using System.Collections.Immutable;
using System.Globalization;

namespace VirtAgents.Simulation.Estates;

/// <summary>Makes an estate with a mix of workloads as companies have it. Equal options give equal estates.</summary>
public static class EstateGenerator
{
    private const long GiB = 1L << 30;
    private const int HostsPerSharedPool = 16;
    private const double SharedPart = 0.7;
    private static readonly string[] Tenants = ["red", "green", "blue", "gold"];

    /// <summary>Makes the estate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    public static EstateDefinition Generate(EstateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Hosts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Hosts, EstateOptions.MaxHosts);
        ArgumentOutOfRangeException.ThrowIfNegative(options.VmsPerHost);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.VmsPerHost, EstateOptions.MaxVmsPerHost);
        ImmutableArray<HostDefinition> hosts =
            [.. Enumerable.Range(0, options.Hosts).Select(number => GenerateHost(options, number))];
        int pools = (options.Hosts + HostsPerSharedPool - 1) / HostsPerSharedPool;
        return new(options.Seed, [.. Enumerable.Range(0, pools).Select(number => SharedPool(number, hosts))], hosts);
    }

    private static string SharedPoolName(int number) => string.Create(CultureInfo.InvariantCulture, $"shared-{number + 1:D2}");

    private static PoolDefinition SharedPool(int number, ImmutableArray<HostDefinition> hosts)
    {
        string name = SharedPoolName(number);
        return new(name, PoolMedium.Nfs, RoomFor(name, hosts.SelectMany(host => host.Vms)), "/srv/" + name);
    }

    private static HostDefinition GenerateHost(EstateOptions options, int number)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"sim-host-{number + 1:D3}");
        string shared = SharedPoolName(number / HostsPerSharedPool);
        ImmutableArray<VmDefinition> vms =
            [.. Enumerable.Range(0, options.VmsPerHost).Select(vm => GenerateVm(options.Seed, number, vm, shared))];

        // Two vCPUs for a pCPU: quiet hours have room, busy ones contend.
        int cpus = Math.Max(8, RoundUp(vms.Sum(vm => vm.VcpuCount) / 2, 8));
        long memory = Math.Max(32, RoundUp((int)(vms.Sum(vm => vm.MemoryBytes) / GiB * 9 / 8), 32)) * GiB;
        PoolDefinition local = new("local", PoolMedium.Ssd, RoomFor("local", vms), "/var/lib/images");
        return new(EstateDefinition.HostIdOf(options.Seed, name), name, cpus, memory, [local], [shared], vms, options.Cluster);
    }

    private static VmDefinition GenerateVm(long seed, int host, int number, string shared)
    {
        ulong random = Noise.Hash((ulong)seed, host + 1, number + 1);
        VmRole role = VmRole.Pick(Noise.Hash(random, 1));
        int vcpus = Math.Min(role.MostVcpus, 1 << (1 + (int)(Noise.Hash(random, 2) % 3)));
        string name = string.Create(CultureInfo.InvariantCulture, $"{role.Name}-{host + 1:D3}-{number + 1:D2}");
        string pool = Noise.Unit(random, 3) < SharedPart ? shared : "local";
        ImmutableArray<DiskDefinition> disks = role.Workload.WriteBytesPerSecond >= 4_000_000
            ? [new(pool, 40 * GiB), new(pool, 200 * GiB)]
            : [new(pool, 40 * GiB)];
        string tenant = Tenants[Noise.Hash(random, 4) % (ulong)Tenants.Length];
        return new(
            EstateDefinition.VmIdOf(seed, name), name, tenant, vcpus, (long)vcpus * role.MemoryGibPerVcpu * GiB, true, disks, ["lan"], role.Workload);
    }

    private static long RoomFor(string pool, IEnumerable<VmDefinition> vms) =>
        Math.Max(100 * GiB, vms.SelectMany(vm => vm.Disks).Where(disk => disk.Pool == pool).Sum(disk => disk.CapacityBytes) * 5 / 4);

    private static int RoundUp(int value, int step) => (value + step - 1) / step * step;
}
