using Grpc.Core;
using VirtAgents.Core.Metrics;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Query;

/// <summary>Sends the answer to a query of metrics: the header before anything else, then series in messages of bounded size, then the trailer.</summary>
/// <remarks>Nothing is sent before there is something to tell, so that a query that is refused while it reads still ends with a plain status.</remarks>
internal sealed class MetricAnswer(IServerStreamWriter<QueryMetricsResponse> stream, QueryHeader header, QueryLimits limits, TimeProvider clock)
{
    private readonly SeriesBatch _batch = new();
    private bool _hasBegun;
    private int _inBatch;

    /// <summary>Points so far.</summary>
    public int Points { get; private set; }

    /// <summary>Series so far.</summary>
    public int Series { get; private set; }

    /// <summary>Sends a series, or keeps it for the next message.</summary>
    /// <exception cref="QueryRefusedException">The answer has too many points, or the caller does not take it.</exception>
    public async ValueTask AddAsync(string metric, SeriesLabels labels, IEnumerable<StepValue> steps, CancellationToken cancellationToken)
    {
        MetricSeries piece = labels.ToMessage(metric);
        Series++;
        foreach (StepValue step in steps)
        {
            if (++Points > limits.Points)
            {
                throw TooManyPoints(limits);
            }

            if (_inBatch == limits.PointsOfMessage)
            {
                piece.More = piece.Points.Count > 0;
                AddPiece(piece);
                await SendBatchAsync(cancellationToken);
                piece = labels.ToMessage(metric);
            }

            StepPoint point = new() { TimeUnixMs = step.StartUnixMs };
            if (step.Value is { } value)
            {
                point.Value = value;
            }

            piece.Points.Add(point);
            _inBatch++;
        }

        AddPiece(piece);
    }

    /// <summary>Sends what is left.</summary>
    public async ValueTask FinishAsync(QueryTrailer trailer, CancellationToken cancellationToken)
    {
        await SendBatchAsync(cancellationToken);
        await SendAsync(new QueryMetricsResponse { Trailer = trailer }, cancellationToken);
    }

    /// <summary>An answer has too many points.</summary>
    public static QueryRefusedException TooManyPoints(QueryLimits limits) => QueryRefusedException.TooMuch(
        $"the answer has more than {limits.Points} points; use a longer step_ms, a shorter range, group_by, or name a vm, host, tenant or device");

    private void AddPiece(MetricSeries piece)
    {
        if (piece.Points.Count > 0)
        {
            _batch.Series.Add(piece);
        }
    }

    private async ValueTask SendBatchAsync(CancellationToken cancellationToken)
    {
        if (_batch.Series.Count > 0)
        {
            await SendAsync(new QueryMetricsResponse { Batch = _batch }, cancellationToken);
            _batch.Series.Clear();
        }

        _inBatch = 0;
    }

    private async ValueTask SendAsync(QueryMetricsResponse message, CancellationToken cancellationToken)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            await AcceptedAsync(new QueryMetricsResponse { Header = header }, cancellationToken);
        }

        await AcceptedAsync(message, cancellationToken);
    }

    private async ValueTask AcceptedAsync(QueryMetricsResponse message, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(message, cancellationToken).WaitAsync(limits.Acceptance, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw QueryRefusedException.TooMuch($"the caller did not take a part of the answer within {limits.Acceptance.TotalSeconds:F0} seconds");
        }
    }
}
