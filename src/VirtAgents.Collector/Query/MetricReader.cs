using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Query;

/// <summary>
/// Reads the series of one metric, makes their points or those of their groups, and sends them. Without groups a series is kept only until those
/// before it in the order of the answer are known; of a top-N only what it keeps.
/// </summary>
internal sealed class MetricReader
{
    // Series of as many VMs or hosts are read, sorted and sent at a time.
    private const int OwnersAtOnce = 512;

    private readonly MetricQueryPlan _plan;
    private readonly MetricPart _part;
    private readonly QueryLimits _limits;
    private readonly StepFolder _folder;
    private readonly StepFolder? _across;
    private readonly TopSeries<Answered>? _top;
    private readonly Dictionary<SeriesLabels, SeriesGroup> _groups = [];
    private readonly HashSet<Subject> _seen = [];
    private List<Answered> _ready = [];
    private int _held;

    public MetricReader(MetricQueryPlan plan, MetricPart part, QueryLimits limits)
    {
        _plan = plan;
        _part = part;
        _limits = limits;
        _folder = new StepFolder(AggregateFields.ToCore(part.Aggregate), plan.Percentile, plan.IsExact ? int.MaxValue : Distribution.DefaultExactLimit);
        _across = plan.Across is { } across ? new StepFolder(across, plan.AcrossPercentile, int.MaxValue) : null;
        _top = plan.Top > 0 ? new TopSeries<Answered>(plan.Top, plan.TakesSmallest, Comparer<Answered>.Create((one, other) => one.Labels.CompareTo(other.Labels))) : null;
    }

    /// <summary>What was read so far.</summary>
    public SummarySources Sources { get; private set; }

    /// <summary>Stored series that had values that count.</summary>
    public int Matched { get; private set; }

    /// <summary>Series or groups that the top-N left out.</summary>
    public int LeftOut => _top?.LeftOut ?? 0;

    /// <summary>Whether all percentiles are exact.</summary>
    public bool IsExact => _folder.IsExact;

    /// <summary>Reads and sends.</summary>
    /// <param name="store">Where from.</param>
    /// <param name="mostStored">Most stored values that may be read.</param>
    /// <param name="answer">Where to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="QueryTooLargeException">More stored values are needed.</exception>
    public async Task RunAsync(ITimeSeriesStore store, long mostStored, MetricAnswer answer, CancellationToken cancellationToken)
    {
        // No owner at all must not be mistaken for the store's "all".
        IEnumerable<Guid[]> batches = _part.Selection.Owners is { } owners ? owners.Chunk(OwnersAtOnce) : [[]];
        foreach (Guid[] batch in batches)
        {
            SummaryQuery query = new(_part.Figure, batch, _part.Selection.Device, _plan.Grid.FromUnixMs, _plan.Grid.ToUnixMs, _plan.Grid.StoredStepMs)
            {
                Hosts = _part.Selection.Hosts, WithValues = _folder.NeedsValues, Exact = _plan.IsExact, MostStored = mostStored - Sources.Total,
            };
            await ReadAsync(store.SummariesAsync(query, cancellationToken));
            await SendReadyAsync(answer, cancellationToken);
        }

        foreach ((SeriesLabels labels, SeriesGroup group) in _groups)
        {
            Keep(labels, group.Points());
        }

        _ready.AddRange(_top?.Ranked ?? []);
        await SendReadyAsync(answer, cancellationToken);
    }

    // The parts of a series, one for each host it was on, come one after another.
    private async Task ReadAsync(IAsyncEnumerable<SeriesSummaries> summaries)
    {
        List<SeriesSummaries> parts = [];
        await foreach (SeriesSummaries part in summaries)
        {
            Sources += part.Sources;
            if (parts.Count > 0 && parts[0].Subject != part.Subject)
            {
                Take(parts);
                parts.Clear();
            }

            if (_part.Selection.Includes(part.Subject, part.Host))
            {
                parts.Add(part);
            }
        }

        Take(parts);
    }

    private void Take(List<SeriesSummaries> parts)
    {
        if (parts.Count == 0)
        {
            return;
        }

        Subject subject = parts[0].Subject;
        if (!_seen.Add(subject))
        {
            throw new InvalidOperationException($"the store gave the parts of {subject} apart");
        }

        Matched++;
        foreach (IGrouping<SeriesLabels, SeriesSummaries> group in parts.GroupBy(p => _part.Grouping.Of(subject, p.Host)))
        {
            List<(long, Summary)> steps = SeriesSteps.Merge(
                group.SelectMany(p => p.Steps.Select(s => (_plan.Grid.Told(s.StartUnixMs), s.Summary))), _folder);
            if (_part.Grouping.IsGrouping)
            {
                AddToGroup(group.Key, steps);
            }
            else
            {
                Keep(group.Key, SeriesSteps.Points(steps, _folder));
            }
        }
    }

    private void AddToGroup(SeriesLabels labels, List<(long, Summary)> steps)
    {
        if (!_groups.TryGetValue(labels, out SeriesGroup? group))
        {
            _groups.Add(labels, group = new SeriesGroup(_folder, _across));
        }

        int before = group.Count;
        group.Add(steps);
        Hold(group.Count - before);
    }

    private void Keep(SeriesLabels labels, List<SeriesPoint> points)
    {
        if (points.Count == 0)
        {
            return;
        }

        Answered series = new(labels, points);
        Answered? dropped = null;
        if (_top is { } top)
        {
            dropped = top.Add(series, points.Average(p => p.Value));
        }
        else
        {
            _ready.Add(series);
        }

        // Those of groups are held already.
        Hold(_part.Grouping.IsGrouping ? 0 : points.Count - (dropped?.Points.Count ?? 0));
    }

    private void Hold(int more)
    {
        _held += more;
        if (_held > _limits.Points)
        {
            throw MetricAnswer.TooManyPoints(_limits);
        }
    }

    private async Task SendReadyAsync(MetricAnswer answer, CancellationToken cancellationToken)
    {
        foreach (Answered series in _top is null ? _ready.OrderBy(s => s.Labels) : _ready.AsEnumerable())
        {
            await answer.AddAsync(_part.Metric.Name, series.Labels, Gaps.Fill(series.Points, _plan.Grid, _plan.Fill), cancellationToken);
            _held -= series.Points.Count;
        }

        _ready = [];
    }

    private sealed record Answered(SeriesLabels Labels, List<SeriesPoint> Points);
}
