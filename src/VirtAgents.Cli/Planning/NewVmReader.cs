using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Planning;

/// <summary>A VM from a file, for the collector to place. Hosts and pools are the collector's to know.</summary>
internal static class NewVmReader
{
    private const int MostVcpus = 100_000, MostNames = 10_000;

    // Groups of live VMs are those of the policy, so one from here would be passed over in silence.
    private static readonly string[] Rules = ["anti_affinity", "affinity", "rack_spread"];

    public static NewVm Read(JsonField vm)
    {
        foreach (var rule in Rules.Where(rule => vm[rule].IsGiven))
        {
            throw vm[rule].Refuse("no groups with --live: those of the collector's policy hold, by the id and tenant of the VM");
        }

        var read = new NewVm
        {
            Id = vm["id"].TextOrNull() ?? "",
            Vcpus = vm["vcpus"].Whole(0, MostVcpus),
            MemoryMb = vm["memory_mb"].Number(0, ClusterReader.MostSize),
            DiskGb = vm["disk_gb"].NumberOr(0, 0, ClusterReader.MostSize),
            AllowedHosts = { vm["allowed_hosts"].Texts(MostNames) },
            Pools = { vm["pools"].Texts(MostNames) },
            Tenant = vm["tenant"].TextOrNull() ?? "",
        };
        Set(vm["cpu_used_cores"], used => read.CpuUsedCores = used);
        Set(vm["memory_used_mb"], used => read.MemoryUsedMb = used);
        Set(vm["disk_used_mbps"], used => read.DiskUsedMbps = used);
        Set(vm["net_used_mbps"], used => read.NetUsedMbps = used);
        return read;
    }

    private static void Set(JsonField use, Action<double> set)
    {
        if (use.NumberOrNull(0, ClusterReader.MostSize) is { } used)
        {
            set(used);
        }
    }
}
