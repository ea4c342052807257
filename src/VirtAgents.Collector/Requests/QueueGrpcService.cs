using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Requests;

/// <summary>Requests to start VMs over gRPC and JSON.</summary>
internal sealed class QueueGrpcService(QueueRequests requests) : QueueService.QueueServiceBase
{
    public override Task<StartRequestRecord> SubmitRequest(SubmitRequestRequest request, ServerCallContext context) => requests.SubmitAsync(request, context.CancellationToken);

    public override Task<ListRequestsResponse> ListRequests(ListRequestsRequest request, ServerCallContext context) => requests.ListAsync(request, context.CancellationToken);

    public override Task<StartRequestRecord> GetRequest(GetRequestRequest request, ServerCallContext context) => requests.GetAsync(request.Id, context.CancellationToken);

    public override Task<StartRequestRecord> CancelRequest(CancelRequestRequest request, ServerCallContext context) => requests.CancelAsync(request, context.CancellationToken);

    public override Task<QueueFiguresRecord> GetQueueFigures(GetQueueFiguresRequest request, ServerCallContext context) => requests.FiguresAsync(context.CancellationToken);
}
