using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Planning;

/// <summary>Plans and placements over gRPC and JSON.</summary>
internal sealed class PlanningGrpcService(LivePlanner planner, VolumePlanner volumes) : PlanningService.PlanningServiceBase
{
    public override Task<PlanResponse> Plan(PlanRequest request, ServerCallContext context) => planner.PlanAsync(request, context.CancellationToken);

    public override Task<PlaceResponse> Place(PlaceRequest request, ServerCallContext context) => planner.PlaceAsync(request, context.CancellationToken);

    public override Task<PlaceVolumeResponse> PlaceVolume(PlaceVolumeRequest request, ServerCallContext context) => volumes.PlaceAsync(request, context.CancellationToken);
}
