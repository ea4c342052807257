using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>What was stored of VMs over the last <see cref="Window"/>, as means. Not thread-safe.</summary>
/// <remarks>
/// One sample is no load: CPU time comes in ticks and work in bursts, so that a plan of newest figures would move VMs for what is over
/// when they arrive. A counter tells all that was used between two readings however far apart they are, so that some stretches of the
/// window are enough, and a sixth of its samples is read. Growth between readings of different epochs is not known: a VM that came from another
/// host has means of the time since. What a VM used before it was started or resumed says nothing of what it will use, and does not count.
/// The mean over all disks or interfaces is known only when that of each one it has now is.
/// </remarks>
/// <param name="since">The VMs, and since when each is in its state; milliseconds since 1970 UTC, 0 = unknown, then all counts.</param>
public sealed class LiveMeans(IReadOnlyDictionary<VmId, long> since)
{
    /// <summary>Over how long means are taken.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private const int StretchCount = 3;

    // Two of the slow intervals that agents have unless they are told otherwise.
    private const long StretchMs = 30_000;

    private static readonly long WindowMs = (long)Window.TotalMilliseconds;

    private readonly Dictionary<(MetricId Metric, Guid Vm, string Device), Seen> _seen = [];

    /// <summary>Nothing was stored of any VM.</summary>
    public static LiveMeans None { get; } = new(ImmutableDictionary<VmId, long>.Empty);

    /// <summary>What is to be added.</summary>
    public static ImmutableArray<MetricDefinition> Metrics { get; } =
    [
        .. new[] { Metric.VmCpuTime, Metric.VmMemoryRss, Metric.DiskReadBytes, Metric.DiskWriteBytes, Metric.NetReceiveBytes, Metric.NetTransmitBytes }
            .Select(m => MetricCatalogue.Find(m)!),
    ];

    /// <summary>The stretches of the window of which samples are to be added, oldest first: first time, and first time no longer wanted; milliseconds since 1970 UTC.</summary>
    /// <param name="nowUnixMs">Now; milliseconds since 1970 UTC.</param>
    public static IEnumerable<(long FromUnixMs, long ToUnixMs)> Stretches(long nowUnixMs)
    {
        for (int i = 0; i < StretchCount; i++)
        {
            long from = nowUnixMs - WindowMs + (i * (WindowMs - StretchMs) / (StretchCount - 1));
            yield return (from, from + StretchMs);
        }
    }

    /// <summary>Adds a stretch of a series, after all that are older; those of VMs that were not named are passed over.</summary>
    /// <param name="metric">One of <see cref="Metrics"/>.</param>
    /// <param name="subject">A VM or a device of one.</param>
    /// <param name="stretch">Its samples, in order of time.</param>
    public void Add(MetricDefinition metric, Subject subject, RawSeries stretch)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(stretch);
        if (!since.TryGetValue(new VmId(subject.Owner), out long from) || stretch.Count == 0 || stretch[stretch.Count - 1].TimeUnixMs < from)
        {
            return;
        }

        ref Seen seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, (metric.Id, subject.Owner, subject.Device), out _);
        if (metric.Shape == MetricShape.Counter)
        {
            seen.AddGrowth(metric, First(stretch, from));
            seen.AddGrowth(metric, stretch[stretch.Count - 1]);
        }
        else
        {
            seen.AddLevels(metric, stretch, from);
        }
    }

    /// <summary>The means of a VM.</summary>
    public VmMeans Of(VmInfo vm)
    {
        ArgumentNullException.ThrowIfNull(vm);
        Guid id = vm.Id.Value;
        return new(
            Mean(Metric.VmCpuTime, id, ""), Mean(Metric.VmMemoryRss, id, ""),
            Sum(vm.Disks.Where(d => d.Source.Length > 0).Select(d => Mean(Metric.DiskReadBytes, id, d.Target) + Mean(Metric.DiskWriteBytes, id, d.Target))),
            Sum(vm.Interfaces.Select(i => Mean(Metric.NetReceiveBytes, id, i.Mac) + Mean(Metric.NetTransmitBytes, id, i.Mac))));
    }

    private static CounterReading First(RawSeries stretch, long fromUnixMs)
    {
        int at = 0;
        while (stretch[at].TimeUnixMs < fromUnixMs)
        {
            at++;
        }

        return stretch[at];
    }

    // Unlike that of LINQ: one that is unknown makes the whole unknown, and of nothing nothing is known.
    private static double? Sum(IEnumerable<double?> means)
    {
        double? sum = null;
        foreach (double? mean in means)
        {
            if (mean is null)
            {
                return null;
            }

            sum = (sum ?? 0) + mean;
        }

        return sum;
    }

    private double? Mean(MetricId metric, Guid vm, string device) => _seen.TryGetValue((metric, vm, device), out Seen seen) ? seen.Mean : null;

    /// <summary>What was seen of one series.</summary>
    private struct Seen
    {
        private CounterRate _counter;
        private double _amount;
        private double _weight;

        public readonly double? Mean => _weight > 0 ? _amount / _weight : null;

        // A reading that is added twice adds nothing: no time is between.
        public void AddGrowth(MetricDefinition metric, in CounterReading reading)
        {
            if (_counter.Observe(reading, WindowMs, out CounterGrowth growth) == UnknownReason.None)
            {
                _amount += growth.Amount * metric.Scale;
                _weight += growth.Milliseconds / 1000.0;
            }
        }

        public void AddLevels(MetricDefinition metric, RawSeries stretch, long fromUnixMs)
        {
            for (int i = 0; i < stretch.Count; i++)
            {
                bool counts = stretch[i].TimeUnixMs >= fromUnixMs;
                _amount += counts ? SeriesValues.Scale(metric, stretch.Raw[i]) : 0;
                _weight += counts ? 1 : 0;
            }
        }
    }
}
