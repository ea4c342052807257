using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>What a live migration costs.</summary>
internal static class MigrationCost
{
    private const double MbPerGb = 1024, BitsPerByte = 8, ShareOfLink = 0.5, LeastMbps = 100;

    /// <summary>Of one VM.</summary>
    public static MoveBudget Of(ClusterLayout layout, int vm) =>
        new(1, layout.Vms[vm].MemoryMb / MbPerGb, layout.Uses[vm].MemoryMb / MbPerGb);

    /// <summary>
    /// Time in seconds: memory in use over half of the slower link, less what the guest makes dirty meanwhile and is sent again. A
    /// guest whose rate is unknown is reckoned with the least bandwidth there is.
    /// </summary>
    public static double Seconds(ClusterLayout layout, int vm, int from, int to)
    {
        double link = Math.Min(layout.Hosts[from].Size.NetMbps, layout.Hosts[to].Size.NetMbps) * ShareOfLink;
        double left = layout.Vms[vm].Use.DirtyMbps is { } dirty ? link - (BitsPerByte * dirty) : LeastMbps;
        return layout.Uses[vm].MemoryMb * BitsPerByte / Math.Max(left, LeastMbps);
    }
}
