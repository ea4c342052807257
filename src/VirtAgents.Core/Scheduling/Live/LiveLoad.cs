using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>What the load of a VM was taken from; of several the last one holds.</summary>
internal enum LoadOrigin
{
    /// <summary>Means.</summary>
    Mean = 0,

    /// <summary>Newest figures, at least in part.</summary>
    Newest = 1,

    /// <summary>It is not known, at least in part.</summary>
    Unknown = 2,
}

/// <summary>What a VM uses: the mean where it was seen for a while, else the newest figure, else unknown.</summary>
/// <param name="Use">What it uses.</param>
/// <param name="Origin">What that was taken from.</param>
/// <param name="IsAhead">Whether its CPU is what it will use at most.</param>
internal readonly record struct LiveLoad(VmUse Use, LoadOrigin Origin, bool IsAhead)
{
    private const double Million = 1e6, BitsPerByte = 8;

    /// <summary>Nothing is known.</summary>
    public static LiveLoad Unknown { get; } = new(VmUse.Unknown, LoadOrigin.Unknown, false);

    /// <summary>The load of a VM. One that its inventory gives no disk or no interface uses none.</summary>
    public static LiveLoad Of(LiveVm vm)
    {
        (VmInfo info, VmFigures figures) = (vm.Info, vm.Figures);

        // What a VM used while it ran says nothing of one that is not seen running now.
        VmMeans means = vm.State == VmState.Running ? vm.Means : VmMeans.None;
        LoadOrigin origin = LoadOrigin.Mean;
        double? cpu = Take(means.CpuCores, figures.CpuPercent / 100 * info.VcpuCount, ref origin);

        // What is used now may be more than was to be expected.
        bool isAhead = vm is { State: VmState.Running, OutlookCores: not null } && cpu is not null;
        cpu = isAhead ? Math.Max(vm.OutlookCores!.Value, cpu!.Value) : cpu;
        double? memory = Take(means.MemoryRssBytes, figures.MemoryRssBytes ?? (figures.MemoryUsedPercent / 100 * info.MemoryBytes), ref origin);
        double? disk = info.Disks.IsEmpty ? 0
            : Take(means.DiskBytesPerSecond, figures.DiskReadBytesPerSecond + figures.DiskWriteBytesPerSecond, ref origin);
        double? net = info.Interfaces.IsEmpty ? 0
            : Take(means.NetworkBytesPerSecond, figures.NetworkReceiveBytesPerSecond + figures.NetworkTransmitBytesPerSecond, ref origin);
        return new(new(cpu, memory / LiveSizes.Mib, disk / Million, net * BitsPerByte / Million, null), origin, isAhead);
    }

    private static double? Take(double? mean, double? newest, ref LoadOrigin origin)
    {
        LoadOrigin source = mean is not null ? LoadOrigin.Mean : newest is not null ? LoadOrigin.Newest : LoadOrigin.Unknown;
        origin = source > origin ? source : origin;
        return mean ?? newest;
    }
}
