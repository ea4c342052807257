using System.Collections.Immutable;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>A figure whose stored summaries are what ticks told <see cref="AnomalyWatch"/> of.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Slot">Where it goes in <see cref="VmSums"/>; of a figure of hosts in <see cref="RecordedTicks"/>.</param>
/// <param name="IsOfHost">Whether it is of the host.</param>
/// <param name="CountsOnce">Whether the time counts once for all devices together.</param>
public sealed record RecordedSignal(Figure Figure, int Slot, bool IsOfHost = false, bool CountsOnce = false)
{
    internal const int HostAvailable = 0, HostTotal = 1, HostUptime = 2;

    /// <summary>All that are needed.</summary>
    public static ImmutableArray<RecordedSignal> All { get; } =
    [
        .. VmSignals.All.Select((metric, slot) => new RecordedSignal(Figure.Of(metric), slot, CountsOnce: slot is VmSignals.DiskOperations or VmSignals.NetworkReceive or VmSignals.NetworkTransmit)),
        new(Figure.Of(DerivedCatalogue.Find("vm_disk_read_bytes_per_second")!), VmSums.DiskRead, CountsOnce: true),
        new(Figure.Of(DerivedCatalogue.Find("vm_disk_write_bytes_per_second")!), VmSums.DiskWrite, CountsOnce: true),
        new(Rate(Metric.VmSwapIn), VmSums.SwapIn),
        new(Rate(Metric.VmSwapOut), VmSums.SwapOut),
        new(Rate(Metric.VmMajorFaults), VmSums.MajorFaults),
        new(Level(Metric.VmBalloonCurrent), VmSums.Balloon),
        new(Level(Metric.VmBalloonMaximum), VmSums.BalloonMaximum),
        new(Level(Metric.HostMemoryAvailable), HostAvailable, IsOfHost: true),
        new(Level(Metric.HostMemoryTotal), HostTotal, IsOfHost: true),
        new(Level(Metric.HostUptime), HostUptime, IsOfHost: true),
    ];

    private static Figure Rate(MetricId metric) => Figure.RateOf(MetricCatalogue.Find(metric)!);

    private static Figure Level(MetricId metric) => Figure.LevelOf(MetricCatalogue.Find(metric)!);
}
