using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Plans of the scheduler over gRPC and JSON.</summary>
internal sealed class SchedulingGrpcService(ScheduleRequests requests) : SchedulingService.SchedulingServiceBase
{
    public override Task<ListPlansResponse> ListPlans(ListPlansRequest request, ServerCallContext context) => requests.ListAsync(request, context.CancellationToken);

    public override Task<PlanRecord> GetPlan(GetPlanRequest request, ServerCallContext context) => requests.GetAsync(request.Id, context.CancellationToken);

    public override Task<PlanRecord> ApprovePlan(ApprovePlanRequest request, ServerCallContext context) => requests.ApproveAsync(request, context.CancellationToken);

    public override Task<PlanRecord> CancelPlan(CancelPlanRequest request, ServerCallContext context) => requests.CancelAsync(request, context.CancellationToken);

    public override Task<ListOutcomesResponse> ListOutcomes(ListOutcomesRequest request, ServerCallContext context) => requests.OutcomesAsync(request, context.CancellationToken);
}
