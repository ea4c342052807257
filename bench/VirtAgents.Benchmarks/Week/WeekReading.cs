using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Benchmarks.Week;

/// <summary>What one tick told of the metrics that means are made of.</summary>
internal sealed class WeekReading
{
    private static readonly MetricDefinition[] Wanted = [.. LiveMeans.Metrics];

    private readonly List<(MetricDefinition Metric, Subject Subject, long Raw)> _values = [];
    private readonly Dictionary<Guid, long> _held = [];
    private long[] _times = [];
    private int[] _epochs = [];

    /// <summary>When; milliseconds since 1970 UTC, 0 = never.</summary>
    public long UnixMs { get; private set; }

    public void Begin(long unixMs, int epoch)
    {
        (UnixMs, _times, _epochs) = (unixMs, [unixMs], [epoch]);
        _values.Clear();
        _held.Clear();
    }

    public void Add(SampleSet samples, Subject?[] subjects)
    {
        for (int i = 0; i < samples.TableCount; i++)
        {
            foreach (MetricDefinition metric in Wanted)
            {
                if (samples[i].ColumnOf(metric.Id) is >= 0 and var column)
                {
                    Add(samples[i], column, metric, subjects);
                }
            }
        }
    }

    public void AddTo(LiveMeans means)
    {
        foreach ((MetricDefinition metric, Subject subject, long raw) in _values)
        {
            means.Add(metric, subject, new RawSeries(_times, [raw], _epochs));
        }
    }

    public long? HeldBy(VmId vm) => _held.TryGetValue(vm.Value, out long bytes) ? bytes : null;

    private void Add(SampleTable table, int column, MetricDefinition metric, Subject?[] subjects)
    {
        for (int row = 0; row < table.RowCount; row++)
        {
            if (subjects[table.Subjects[row]] is { } subject && table.TryGet(row, column, out long raw))
            {
                _values.Add((metric, subject, raw));
                if (metric.Id == Metric.VmMemoryRss)
                {
                    _held[subject.Owner] = raw;
                }
            }
        }
    }
}
