using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Query;

/// <summary>The query API over gRPC and JSON: each call goes to the part that answers it.</summary>
internal sealed class QueryGrpcService(
    FleetQueries fleet, VolumeQueries volumes, SeriesQueries series, MetricQueries metrics, LatestWatch watch) : QueryService.QueryServiceBase
{
    public override Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context) =>
        fleet.ListHostsAsync(request, context.CancellationToken);

    public override Task<ListVmsResponse> ListVms(ListVmsRequest request, ServerCallContext context) =>
        fleet.ListVmsAsync(request, context.CancellationToken);

    public override Task<Vm> GetVm(GetVmRequest request, ServerCallContext context) =>
        fleet.GetVmAsync(request, context.CancellationToken);

    public override Task<ListPoolsResponse> ListPools(ListPoolsRequest request, ServerCallContext context) =>
        fleet.ListPoolsAsync(request, context.CancellationToken);

    public override Task<ListVolumesResponse> ListVolumes(ListVolumesRequest request, ServerCallContext context) =>
        volumes.ListAsync(request, context.CancellationToken);

    public override Task<GetLatestResponse> GetLatest(GetLatestRequest request, ServerCallContext context) =>
        series.LatestAsync(request, context.CancellationToken);

    public override Task<QueryRangeResponse> QueryRange(QueryRangeRequest request, ServerCallContext context) =>
        series.RangeAsync(request, context.CancellationToken);

    public override Task QueryMetrics(QueryMetricsRequest request, IServerStreamWriter<QueryMetricsResponse> responseStream, ServerCallContext context) =>
        metrics.AnswerAsync(request, responseStream, context.CancellationToken);

    public override Task WatchLatest(WatchLatestRequest request, IServerStreamWriter<WatchLatestResponse> responseStream, ServerCallContext context) =>
        watch.RunAsync(request, responseStream, context.CancellationToken);

    public override Task<ListMetricsResponse> ListMetrics(ListMetricsRequest request, ServerCallContext context) =>
        Task.FromResult(MetricList.All);
}
