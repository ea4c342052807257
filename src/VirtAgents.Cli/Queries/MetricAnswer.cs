using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>The answer to a question over time, whole.</summary>
/// <param name="Metrics">Each metric that was asked for.</param>
/// <param name="FromUnixMs">First time.</param>
/// <param name="ToUnixMs">First time no longer wanted.</param>
/// <param name="StepMs">Length of a step; 0 = every stored value.</param>
/// <param name="Series">The series, metric by metric.</param>
/// <param name="Trailer">What it was made of; null for stored values.</param>
internal sealed record MetricAnswer(
    IReadOnlyList<AnsweredMetric> Metrics, long FromUnixMs, long ToUnixMs, long StepMs, IReadOnlyList<MetricSeries> Series, QueryTrailer? Trailer)
{
    public static async Task<MetricAnswer> ReadAsync(CommandContext context, MetricQuery query, CancellationToken cancel) =>
        query.Step.IsRaw ? await ReadStoredAsync(context, query, cancel) : await ReadStepsAsync(context, query.ToRequest(), query.Aggregate, cancel);

    /// <summary>Reads steps; <paramref name="aggregate"/> is what was asked for, null = the usual one of each metric.</summary>
    public static async Task<MetricAnswer> ReadStepsAsync(
        CommandContext context, QueryMetricsRequest request, AggregateChoice? aggregate, CancellationToken cancel)
    {
        QueryHeader? header = null;
        QueryTrailer? trailer = null;
        var series = new List<MetricSeries>();
        await foreach (var message in context.Client.StreamAsync(options => context.Client.Query.QueryMetrics(request, options), context.Settings.Timeout, cancel))
        {
            header = message.Header ?? header;
            trailer = message.Trailer ?? trailer;
            Join(series, message.Batch?.Series ?? []);
        }

        return header is null || trailer is null
            ? throw new CliFailureException(ExitCode.Failure, $"the collector at {context.Settings.Address} ended its answer too early; ask again.")
            : new MetricAnswer(
                [.. header.Metrics.Select(metric => new AnsweredMetric(metric.Metric, metric.Unit, AggregateChoice.NameOf(metric.Aggregate, aggregate)))],
                header.FromUnixMs, header.ToUnixMs, header.StepMs, series, trailer);
    }

    private static async Task<MetricAnswer> ReadStoredAsync(CommandContext context, MetricQuery query, CancellationToken cancel)
    {
        var metrics = new List<AnsweredMetric>();
        var series = new List<MetricSeries>();
        foreach (var metric in query.Metrics)
        {
            var answer = await context.Client.CallAsync(options => context.Client.Query.QueryRangeAsync(query.ToRangeRequest(metric), options), cancel);
            metrics.Add(new AnsweredMetric(metric, answer.Unit, null));
            series.AddRange(answer.Series.Select(one => Stored(metric, one)));
        }

        return new MetricAnswer(metrics, query.FromInstant.ToUnixTimeMilliseconds(), query.ToInstant.ToUnixTimeMilliseconds(), 0, series, null);
    }

    // Pieces of a long series become one again.
    private static void Join(List<MetricSeries> series, IEnumerable<MetricSeries> pieces)
    {
        foreach (var piece in pieces)
        {
            if (series.Count > 0 && series[^1].More)
            {
                series[^1].Points.AddRange(piece.Points);
                series[^1].More = piece.More;
            }
            else
            {
                series.Add(piece);
            }
        }
    }

    private static MetricSeries Stored(string metric, Series series) => new()
    {
        Metric = metric,
        Host = series.Host,
        Vm = series.Vm,
        VmId = series.VmId,
        Device = series.Device,
        Points = { series.Points.Select(point => new StepPoint { TimeUnixMs = point.TimeUnixMs, Value = point.Value }) },
    };
}

/// <summary>A metric of an answer.</summary>
/// <param name="Name">Name.</param>
/// <param name="Unit">Unit of its values.</param>
/// <param name="Aggregate">How the values of a step became one, as on the command line; null for values as they are stored.</param>
internal sealed record AnsweredMetric(string Name, string Unit, string? Aggregate);
