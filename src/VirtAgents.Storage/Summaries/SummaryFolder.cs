using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Summaries;

/// <summary>Folds stored samples of a subject into the summaries that a query asks for.</summary>
/// <param name="query">What is asked for.</param>
/// <param name="hosts">The host of each epoch.</param>
/// <param name="isElsewhere">Whether the value of a time (milliseconds since 1970 UTC) and epoch is in another summary already; null = none is.</param>
internal sealed class SummaryFolder(SummaryQuery query, IReadOnlyDictionary<int, HostId> hosts, Func<long, int, bool>? isElsewhere = null)
{
    private readonly int _exactLimit = query.Exact ? int.MaxValue : Distribution.DefaultExactLimit;

    /// <summary>The summaries of a subject, by the host that sampled it.</summary>
    /// <param name="subject">Subject.</param>
    /// <param name="series">Its stored series by metric, which may begin before the query.</param>
    public IEnumerable<SeriesSummaries> Fold(Subject subject, IReadOnlyDictionary<MetricId, RawSeries> series) =>
        Fold(subject, series, query.FromUnixMs, query.ToUnixMs);

    /// <summary>The summaries of a subject in a part of the time that is asked for, by the host that sampled it.</summary>
    /// <param name="subject">Subject.</param>
    /// <param name="series">Its stored series by metric, which may begin before that.</param>
    /// <param name="fromMs">First time; milliseconds since 1970 UTC.</param>
    /// <param name="toMs">First time no longer wanted.</param>
    public IEnumerable<SeriesSummaries> Fold(Subject subject, IReadOnlyDictionary<MetricId, RawSeries> series, long fromMs, long toMs)
    {
        if (!series.TryGetValue(query.Figure.Lead, out RawSeries? lead))
        {
            yield break;
        }

        // A series rarely has more than one host, and goes back to one even more rarely.
        var open = new List<(HostId? Host, List<StepSummary> Steps)>();
        int position = 0;
        foreach (WeightedValue value in query.Figure.Values(series))
        {
            if (value.TimeUnixMs < fromMs || value.TimeUnixMs >= toMs)
            {
                continue;
            }

            while (lead.TimesUnixMs[position] < value.TimeUnixMs)
            {
                position++;
            }

            if (isElsewhere?.Invoke(value.TimeUnixMs, lead.Epochs[position]) != true)
            {
                Add(StepsOf(open, HostOf(lead.Epochs[position])), value);
            }
        }

        // What was read is told once, with the first host.
        long read = series.Values.Sum(s => (long)s.Count);
        foreach ((HostId? host, List<StepSummary> steps) in open.Where(part => IsWanted(part.Host)))
        {
            yield return new SeriesSummaries(subject, host, steps) { Sources = new SummarySources(read, 0, 0) };
            read = 0;
        }
    }

    /// <summary>A summary that can hold what the query asks for.</summary>
    public Summary NewSummary() => new(query.WithValues ? new Distribution(_exactLimit) : null);

    /// <summary>The host of an epoch; null = no longer known.</summary>
    public HostId? HostOf(int epoch) => hosts.TryGetValue(epoch, out HostId host) ? host : null;

    private bool IsWanted(HostId? host) => query.Hosts is not { } hosts || (host is { } known && hosts.Contains(known));

    private static List<StepSummary> StepsOf(List<(HostId? Host, List<StepSummary> Steps)> open, HostId? host)
    {
        foreach ((HostId? known, List<StepSummary> steps) in open)
        {
            if (known == host)
            {
                return steps;
            }
        }

        open.Add((host, []));
        return open[^1].Steps;
    }

    private void Add(List<StepSummary> steps, in WeightedValue value)
    {
        long start = Aggregator.StepStart(value.TimeUnixMs, query.StepMs);
        if (steps.Count == 0 || steps[^1].StartUnixMs != start)
        {
            steps.Add(new StepSummary(start, NewSummary()));
        }

        steps[^1].Summary.Add(value);
    }
}
