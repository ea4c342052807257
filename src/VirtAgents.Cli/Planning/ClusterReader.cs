using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Cli.Planning;

/// <summary>A cluster from its file; whatever does not hold is refused before anything is reckoned with it.</summary>
internal static class ClusterReader
{
    /// <summary>Upper end of sizes: larger ones are mistakes of unit, and sums of them would not be exact.</summary>
    public const double MostSize = 1e12;

    private const int MostHosts = 10_000, MostVms = 200_000, MostPools = 10_000, MostQuotas = 100_000;

    public static ClusterSnapshot Read(JsonField file)
    {
        file["format"].OneOf("vcluster/1");
        var hosts = file["hosts"].Items(MostHosts).Select(ReadHost).ToImmutableArray();
        var limits = file["limits"].Object();
        var cluster = new ClusterSnapshot(
            file["name"].TextOrNull() ?? "",
            file["storage"].IsGiven && file["storage"].OneOf("shared", "local") == "local",
            new ClusterLimits(limits["vcpu_ratio"].Number(0, 1000, above: true), limits["failover_hosts"].WholeOr(0, 0, MostHosts), limits["used_ceiling"].NumberOr(0.8, 0, 1, above: true)),
            hosts,
            [])
        {
            Reference = file["reference_host"].IsGiven ? ReadSize(file["reference_host"].Object()) : null,
        };
        Unique(file["hosts"], hosts.Select(host => host.Id));
        cluster = cluster with { Pools = ReadPools(file["pools"], cluster), Quotas = ReadQuotas(file["quotas"]) };
        var reader = new VmReader(cluster);
        ImmutableArray<ClusterVm> vms = [.. file["vms"].Items(MostVms).Select(reader.ReadOld)];
        Unique(file["vms"], vms.Select(vm => vm.Id));
        return cluster with { Vms = vms };
    }

    public static void Unique(JsonField list, IEnumerable<string> ids)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (id, index) in ids.Select((id, index) => (id, index)))
        {
            if (!known.Add(id))
            {
                throw new ClusterFileException($"{list.Path}[{index}].id: '{id}' is not allowed; give an id that no other has");
            }
        }
    }

    private static ClusterHost ReadHost(JsonField host)
    {
        host.Object();
        var size = ReadSize(host);
        return new ClusterHost(host["id"].Text(), size, ReadState(host["state"]))
        {
            CpuSpeed = host["cpu_speed"].NumberOr(1, 0, 1000, above: true),
            ReservedMemoryMb = host["memory_reserved_mb"].NumberOr(0, 0, size.MemoryMb),
            DiskGb = host["disk_gb"].NumberOrNull(0, MostSize),
            Rack = host["rack"].TextOrNull(),
            IsSaturated = host["saturated"].FlagOr(false),
        };
    }

    private static HostAvailability ReadState(JsonField state) => !state.IsGiven ? HostAvailability.Unknown : state.OneOf("online", "closed", "drain", "unknown") switch
    {
        "online" => HostAvailability.Online,
        "closed" => HostAvailability.Closed,
        "drain" => HostAvailability.Drain,
        _ => HostAvailability.Unknown,
    };

    private static HostSize ReadSize(JsonField host) => new(
        host["cpu_cores"].Number(0, MostSize, above: true),
        host["memory_mb"].Number(0, MostSize, above: true),
        host["disk_mbps"].Number(0, MostSize, above: true),
        host["net_mbps"].Number(0, MostSize, above: true));

    private static ImmutableArray<ClusterPool> ReadPools(JsonField pools, ClusterSnapshot cluster)
    {
        if (!pools.IsGiven)
        {
            return [];
        }

        var hosts = cluster.Hosts.Select(host => host.Id).ToHashSet(StringComparer.Ordinal);
        ImmutableArray<ClusterPool> read = [.. pools.Items(MostPools).Select(pool => ReadPool(pool.Object(), hosts))];
        Unique(pools, read.Select(pool => pool.Id));
        return read;
    }

    private static ClusterPool ReadPool(JsonField pool, HashSet<string> hosts)
    {
        var capacity = pool["capacity_gb"].Number(0, MostSize, above: true);
        return new ClusterPool(pool["id"].Text(), capacity, pool["free_gb"].NumberOrNull(0, capacity), Known(pool["hosts"], hosts, "the id of a host"))
        {
            LatencyMs = pool["latency_ms"].NumberOrNull(0, MostSize),
        };
    }

    public static ImmutableArray<string> Known(JsonField list, HashSet<string> ids, string what) => list.IsGiven
        ? [.. list.Items(ids.Count).Select(item => ids.Contains(item.Text()) ? item.Text() : throw item.Refuse(what))]
        : [];

    private static ImmutableArray<TenantQuota> ReadQuotas(JsonField quotas)
    {
        if (!quotas.IsGiven)
        {
            return [];
        }

        ImmutableArray<TenantQuota> read = [.. quotas.Items(MostQuotas).Select(quota => new TenantQuota(
            quota.Object()["tenant"].Text(),
            quota["vms"].IsGiven ? quota["vms"].Whole(0, int.MaxValue) : null,
            quota["vcpus"].NumberOrNull(0, MostSize),
            quota["memory_mb"].NumberOrNull(0, MostSize)))];
        Unique(quotas, read.Select(quota => quota.Tenant));
        return read;
    }
}
