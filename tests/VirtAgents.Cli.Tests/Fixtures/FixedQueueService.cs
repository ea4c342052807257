using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>Two requests, one that waits and one whose VM runs; what was asked for is kept.</summary>
internal sealed class FixedQueueService : QueueService.QueueServiceBase
{
    public const string Waiting = "0199d2a4-6f10-7c3e-9b52-000000000011", Running = "0199d2a4-6f10-7c3e-9b52-000000000012";

    public const string Moved = "0199d2a4-6f10-7c3e-9b52-000000000013";

    public SubmitRequestRequest? Submitted { get; private set; }

    public ListRequestsRequest? Asked { get; private set; }

    public CancelRequestRequest? Cancelled { get; private set; }

    public bool HasServed { get; set; } = true;

    public override Task<StartRequestRecord> SubmitRequest(SubmitRequestRequest request, ServerCallContext context)
    {
        Submitted = request;
        return Task.FromResult(Of(Waiting, RequestStage.Waiting));
    }

    public override Task<ListRequestsResponse> ListRequests(ListRequestsRequest request, ServerCallContext context)
    {
        Asked = request.Clone();
        return Task.FromResult(request.PageToken.Length == 0
            ? new ListRequestsResponse { Requests = { Of(Running, RequestStage.Running) }, NextPageToken = "more" }
            : new ListRequestsResponse { Requests = { Of(Waiting, RequestStage.Waiting) } });
    }

    public override Task<StartRequestRecord> GetRequest(GetRequestRequest request, ServerCallContext context) =>
        Task.FromResult(Of(request.Id, request.Id == Waiting ? RequestStage.Waiting : RequestStage.Running));

    public override Task<StartRequestRecord> CancelRequest(CancelRequestRequest request, ServerCallContext context)
    {
        Cancelled = request;
        return request.Id == Waiting
            ? Task.FromResult(Of(request.Id, RequestStage.Cancelled))
            : throw new RpcException(new Status(StatusCode.FailedPrecondition, $"id: request {request.Id} does not wait any more, its VM runs; shut that down"));
    }

    public override Task<QueueFiguresRecord> GetQueueFigures(GetQueueFiguresRequest request, ServerCallContext context) => Task.FromResult(HasServed
        ? new QueueFiguresRecord
        {
            Waiting = 1, Started = 4, WaitMeanSeconds = 12.5, WaitMedianSeconds = 10, WaitP95Seconds = 30, WaitMaxSeconds = 31, BoundedSlowdown = 1.25, Jain = 0.9,
            VcpusPromised = 0.5, MemoryPromised = 0.25,
        }
        : new QueueFiguresRecord { Waiting = 1 });

    private static StartRequestRecord Of(string id, RequestStage state)
    {
        long submitted = CollectorData.Now.ToUnixTimeMilliseconds() - 60_000;
        StartRequestRecord record = new()
        {
            Id = id, State = state, Vm = "web", Host = "alpha", Tenant = "red", Vcpus = 2, MemoryBytes = 1L << 30, SubmittedUnixMs = submitted, Actor = "ann", Note = "nightly",
        };
        if (state == RequestStage.Running)
        {
            (record.Anywhere, record.Target, record.MoveDirectiveId) = (true, "alpha", Moved);
            record.Choice = "moves to host alpha first: alpha leaves the load most even: score 0.1, beta 0.2";
        }

        if (state == RequestStage.Waiting)
        {
            (record.Place, record.EstimateSeconds, record.Detail) = (3, 7_200, "waits: the quota of tenant 'red' is used up");
        }
        else
        {
            (record.SentUnixMs, record.StartedUnixMs) = (submitted + 1_000, submitted + 4_000);
        }

        return record;
    }
}
