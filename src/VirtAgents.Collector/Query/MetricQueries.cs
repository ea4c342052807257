using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Metrics;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Query;

/// <summary>Answers queries of metrics: summaries by step, grouped and ranked.</summary>
internal sealed class MetricQueries(IFleetReader fleet, ITimeSeriesStore store, QueryLimits limits, QueryTurns turns, TimeProvider clock)
{
    public async Task AnswerAsync(QueryMetricsRequest request, IServerStreamWriter<QueryMetricsResponse> stream, CancellationToken cancellationToken)
    {
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        MetricQueryPlan plan = MetricQueryPlan.Parse(request, directory, clock.GetUtcNow().ToUnixTimeMilliseconds(), limits);
        MetricAnswer answer = new(stream, plan.ToHeader(), limits, clock);
        QueryTrailer trailer = new();
        using (await turns.TakeAsync(cancellationToken))
        {
            foreach (MetricPart part in plan.Metrics)
            {
                await AnswerAsync(plan, part, answer, trailer, cancellationToken);
            }

            trailer.Points = (uint)answer.Points;
            trailer.SeriesAnswered = (uint)answer.Series;
            await answer.FinishAsync(trailer, cancellationToken);
        }
    }

    private async Task AnswerAsync(
        MetricQueryPlan plan, MetricPart part, MetricAnswer answer, QueryTrailer trailer, CancellationToken cancellationToken)
    {
        long read = (long)(trailer.Samples + trailer.MinuteRollups + trailer.HourRollups);
        MetricReader reader = new(plan, part, limits);
        try
        {
            await reader.RunAsync(store, limits.StoredValues - read, answer, cancellationToken);
        }
        catch (QueryTooLargeException)
        {
            throw QueryRefusedException.TooMuch(
                $"the answer needs more than {limits.StoredValues} stored values; ask for a shorter range or fewer metrics, or name a vm, tenant or device");
        }

        trailer.Samples += (ulong)reader.Sources.Raw;
        trailer.MinuteRollups += (ulong)reader.Sources.Minutes;
        trailer.HourRollups += (ulong)reader.Sources.Hours;
        trailer.SeriesMatched += (uint)reader.Matched;
        trailer.SeriesLeftOut += (uint)reader.LeftOut;
        trailer.PercentileRelativeError = Math.Max(trailer.PercentileRelativeError, reader.IsExact ? 0 : QuantileSketch.RelativeError);
    }
}
