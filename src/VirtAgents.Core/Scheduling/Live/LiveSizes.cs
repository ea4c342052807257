using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>Figures of hosts and VMs in the units of a cluster.</summary>
/// <remarks>
/// No host tells what its storage and network carry. All get the same estimate, 500 MB/s and 1,000 Mbit/s, or twice what the VMs of the
/// busiest host use when that is more: so these loads are compared, and no host is called full by them.
/// </remarks>
internal static class LiveSizes
{
    /// <summary>Bytes of a MiB.</summary>
    public const double Mib = 1 << 20;

    // Shares of a host's memory that its own processes take; used when it cannot be reckoned from figures.
    private const double UsualReserve = 0.05;

    private const double LeastDiskMbps = 500, LeastNetMbps = 1_000, Headroom = 2;

    /// <summary>What storage and network of every host are taken to carry.</summary>
    public static (double DiskMbps, double NetMbps) Carried(IEnumerable<IEnumerable<VmUse>> byHost)
    {
        (double disk, double net) = (LeastDiskMbps, LeastNetMbps);
        foreach (VmUse[] uses in byHost.Select(u => u.ToArray()))
        {
            disk = Math.Max(disk, Headroom * uses.Sum(u => u.DiskMbps ?? 0));
            net = Math.Max(net, Headroom * uses.Sum(u => u.NetMbps ?? 0));
        }

        return (disk, net);
    }

    /// <summary>Memory in MiB of what is no VM: what the host uses less what its VMs hold, or a usual share when either is unknown.</summary>
    public static double ReservedMb(LiveHost host)
    {
        double size = host.Info.MemoryBytes / Mib;
        double? held = 0;
        foreach (LiveVm vm in host.Vms.Where(v => LiveCluster.Counts(v.State)))
        {
            held += vm.Figures.MemoryRssBytes / Mib;
        }

        return Math.Clamp((host.Figures.MemoryUsedPercent / 100 * size) - held ?? (UsualReserve * size), 0, size);
    }
}
