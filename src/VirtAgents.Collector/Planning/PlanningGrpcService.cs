using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Planning;

/// <summary>Plans and placements over gRPC and JSON.</summary>
internal sealed class PlanningGrpcService(LivePlanner planner) : PlanningService.PlanningServiceBase
{
    public override Task<PlanResponse> Plan(PlanRequest request, ServerCallContext context) => planner.PlanAsync(request, context.CancellationToken);

    public override Task<PlaceResponse> Place(PlaceRequest request, ServerCallContext context) => planner.PlaceAsync(request, context.CancellationToken);
}
