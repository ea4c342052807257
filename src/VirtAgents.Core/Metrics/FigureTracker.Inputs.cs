using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

public sealed partial class FigureTracker
{
    private static Reckoned NoGrowth(out long milliseconds)
    {
        milliseconds = 0;
        return UnknownReason.NotSampled;
    }

    private Reckoned GrowthOf(in LiveRate rate, MetricId metric, out long milliseconds)
    {
        milliseconds = 0;
        if (!IsCurrent(rate.Stamp))
        {
            return UnknownReason.NotSampled;
        }

        UnknownReason unknown = rate.Growth(out CounterGrowth growth);
        milliseconds = growth.Milliseconds;
        return unknown == UnknownReason.None ? growth.Amount * MetricCatalogue.Find(metric)!.Scale : unknown;
    }

    private Reckoned LevelOf(in LiveGauge gauge, MetricId metric) =>
        IsCurrent(gauge.Stamp) && gauge.Value is { } raw ? SeriesValues.Scale(MetricCatalogue.Find(metric)!, raw) : UnknownReason.NotSampled;

    private Reckoned HeldOf(in LiveGauge gauge, MetricId metric) =>
        gauge.Held(_newestUnixMs, _epoch, out long raw) is var unknown and not UnknownReason.None
            ? unknown
            : SeriesValues.Scale(MetricCatalogue.Find(metric)!, raw);

    /// <summary>What is remembered of a VM, as derived metrics ask for it.</summary>
    private readonly struct VmInputs(FigureTracker tracker, VmSlot vm, int vcpuCount) : IDerivedInputs
    {
        public Reckoned Growth(MetricId metric, out long milliseconds) =>
            metric == Metric.VmCpuTime ? tracker.GrowthOf(vm.Cpu, metric, out milliseconds)
            : metric == Metric.VmCpuDelay ? tracker.GrowthOf(vm.Delay, metric, out milliseconds)
            : metric == Metric.VmCpuThrottled ? tracker.GrowthOf(vm.Throttled, metric, out milliseconds)
            : NoGrowth(out milliseconds);

        public Reckoned Level(MetricId metric) =>
            metric == Metric.VmMemoryRss ? tracker.LevelOf(vm.Rss, metric)
            : metric == Metric.VmMemoryAvailable ? tracker.LevelOf(vm.GuestTotal, metric)
            : metric == Metric.VmMemoryUsable ? tracker.LevelOf(vm.GuestUsable, metric)
            : UnknownReason.NotSampled;

        // What the inventory says counts at once, the sampled number only with the next slow tick.
        public Reckoned Held(MetricId metric) =>
            metric == Metric.VmVcpuCount ? (vcpuCount > 0 ? (double)vcpuCount : tracker.HeldOf(vm.Vcpus, metric))
            : metric == Metric.VmHostCpus ? tracker.HeldOf(vm.HostCpus, metric)
            : metric == Metric.VmBalloonMaximum ? tracker.HeldOf(vm.MemoryMaximum, metric)
            : UnknownReason.NotSampled;

        public UnknownReason Freshness(MetricId metric) => vm.MemoryIsStale;
    }

    /// <summary>What is remembered of the host, as derived metrics ask for it.</summary>
    private readonly struct HostInputs(FigureTracker tracker) : IDerivedInputs
    {
        private HostSlot Host => tracker._host;

        public Reckoned Growth(MetricId metric, out long milliseconds) =>
            metric == Metric.HostCpuUser ? tracker.GrowthOf(Host.User, metric, out milliseconds)
            : metric == Metric.HostCpuSystem ? tracker.GrowthOf(Host.System, metric, out milliseconds)
            : metric == Metric.HostCpuIdle ? tracker.GrowthOf(Host.Idle, metric, out milliseconds)
            : metric == Metric.HostCpuIoWait ? tracker.GrowthOf(Host.IoWait, metric, out milliseconds)
            : metric == Metric.HostCpuSteal ? tracker.GrowthOf(Host.Steal, metric, out milliseconds)
            : NoGrowth(out milliseconds);

        public Reckoned Level(MetricId metric) =>
            metric == Metric.HostMemoryTotal ? tracker.LevelOf(Host.MemoryTotal, metric)
            : metric == Metric.HostMemoryAvailable ? tracker.LevelOf(Host.MemoryAvailable, metric)
            : UnknownReason.NotSampled;

        public Reckoned Held(MetricId metric) => UnknownReason.NotSampled;

        public UnknownReason Freshness(MetricId metric) => UnknownReason.None;
    }
}
