using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Tests.Query;

/// <summary>An answer to QueryMetrics, read to its end and held against the order of its messages.</summary>
internal sealed record MetricAnswerRead(QueryHeader Header, IReadOnlyList<MetricSeries> Series, QueryTrailer Trailer, int Messages)
{
    public static async Task<MetricAnswerRead> ReadAsync(QueryService.QueryServiceClient client, QueryMetricsRequest request)
    {
        using AsyncServerStreamingCall<QueryMetricsResponse> call = client.QueryMetrics(request, QueryServer.Options());
        List<QueryMetricsResponse> messages = [];
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            messages.Add(call.ResponseStream.Current);
        }

        Assert.Equal(QueryMetricsResponse.PartOneofCase.Header, messages[0].PartCase);
        Assert.Equal(QueryMetricsResponse.PartOneofCase.Trailer, messages[^1].PartCase);
        Assert.All(messages[1..^1], m => Assert.NotEmpty(m.Batch.Series));
        List<MetricSeries> series = Joined(messages[1..^1].SelectMany(m => m.Batch.Series));
        Assert.Equal((uint)series.Count, messages[^1].Trailer.SeriesAnswered);
        Assert.Equal((uint)series.Sum(s => s.Points.Count), messages[^1].Trailer.Points);
        return new(messages[0].Header, series, messages[^1].Trailer, messages.Count);
    }

    /// <summary>Name and values of each series; null where a point has no value.</summary>
    public IEnumerable<(string Name, string Values)> Lines => Series.Select(s => (NameOf(s), string.Join(' ', s.Points.Select(Text))));

    public static string NameOf(MetricSeries series) => series.UnknownGroup ? "unknown" : string.Join('/', new[]
    {
        series.Cluster, series.Tenant, series.Pool, series.Host, series.Vm.Length > 0 ? series.Vm : series.VmId, series.Device,
    }.Where(n => n.Length > 0));

    private static string Text(StepPoint point) => point.HasValue ? point.Value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture) : "null";

    private static List<MetricSeries> Joined(IEnumerable<MetricSeries> pieces)
    {
        List<MetricSeries> series = [];
        bool goesOn = false;
        foreach (MetricSeries piece in pieces)
        {
            if (goesOn)
            {
                Assert.Equal((series[^1].Metric, NameOf(series[^1])), (piece.Metric, NameOf(piece)));
                series[^1].Points.AddRange(piece.Points);
            }
            else
            {
                series.Add(piece);
            }

            goesOn = piece.More;
        }

        Assert.False(goesOn);
        return series;
    }
}
