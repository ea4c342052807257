using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Cli.Planning;

/// <summary>VMs from a file, with references into the cluster they are of.</summary>
internal sealed class VmReader(ClusterSnapshot cluster)
{
    private const int MostVcpus = 100_000, MostNames = 1_000;

    private readonly HashSet<string> _hosts = cluster.Hosts.Select(host => host.Id).ToHashSet(StringComparer.Ordinal);
    private readonly HashSet<string> _pools = cluster.Pools.Select(pool => pool.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>One that is on a host.</summary>
    public ClusterVm ReadOld(JsonField vm)
    {
        var host = vm.Object()["host"].Text();
        return _hosts.Contains(host) ? Read(vm, vm["id"].Text(), host) : throw vm["host"].Refuse("the id of a host");
    }

    /// <summary>One that is to be placed; it needs no id and is on no host.</summary>
    public ClusterVm ReadNew(JsonField vm) => Read(vm, vm["id"].TextOrNull() ?? "new", "");

    private ClusterVm Read(JsonField vm, string id, string host) => new(id, host, vm["vcpus"].Whole(0, MostVcpus), vm["memory_mb"].Number(0, ClusterReader.MostSize))
    {
        DiskGb = vm["disk_gb"].NumberOr(0, 0, ClusterReader.MostSize),
        Use = new VmUse(Used(vm["cpu_used_cores"]), Used(vm["memory_used_mb"]), Used(vm["disk_used_mbps"]), Used(vm["net_used_mbps"]), Used(vm["dirty_mbps"])),
        Priority = vm["priority"].WholeOr(5, 1, 10),
        IsPinned = vm["pinned"].FlagOr(false),
        AntiAffinity = vm["anti_affinity"].Texts(MostNames),
        Affinity = vm["affinity"].Texts(MostNames),
        RackSpread = vm["rack_spread"].Texts(MostNames),
        AllowedHosts = ClusterReader.Known(vm["allowed_hosts"], _hosts, "the id of a host"),
        Pools = ClusterReader.Known(vm["pools"], _pools, "the id of a pool"),
        Tenant = vm["tenant"].TextOrNull() ?? "",
    };

    private static double? Used(JsonField use) => use.NumberOrNull(0, ClusterReader.MostSize);
}
