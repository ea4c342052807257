using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>One plan with a move, what cannot be had when asked to empty hosts, one placement, and a pool for volumes up to 1 TiB.</summary>
internal sealed class FixedPlanningService : PlanningService.PlanningServiceBase
{
    public PlanRequest? PlanAsked { get; private set; }

    public PlaceRequest? PlaceAsked { get; private set; }

    public PlaceVolumeRequest? VolumeAsked { get; private set; }

    public override Task<PlanResponse> Plan(PlanRequest request, ServerCallContext context)
    {
        PlanAsked = request;
        var answer = new PlanResponse
        {
            Cluster = "east",
            Goal = request.Goal,
            Seed = request.Seed,
            Moves = { new PlanMove { Vm = "web", From = "alpha", To = "beta", Wave = 0, Reason = "CPU", Gain = 0.5, UsedGb = 2, Seconds = 20 } },
            Before = new PlanFigures { Score = 1.5, HostsInUse = 2 },
            After = new PlanFigures { Score = 1, HostsInUse = 2 },
            Explanation = request.Explain.Length == 0 ? "" : $"{request.Explain} stays on alpha.",
            Notes = { "gamma takes no part: its agent is not connected" },
        };
        if (request.Goal == PlanGoal.Evacuate)
        {
            answer.Unsatisfied.Add(new PlanUnsatisfied { Subject = "db", Reason = "it is pinned" });
        }

        return Task.FromResult(answer);
    }

    public override Task<PlaceResponse> Place(PlaceRequest request, ServerCallContext context)
    {
        PlaceAsked = request;
        var isLarge = request.Vm.Vcpus > 8;
        return Task.FromResult(new PlaceResponse
        {
            Cluster = "east",
            Host = isLarge ? "" : "beta",
            Reason = isLarge ? "no host takes it" : "it leaves the load most even",
            Rejected = { { "vcpus", isLarge ? 2 : 1 } },
            Notes = { "gamma takes no part: its agent is not connected" },
        });
    }

    public override Task<PlaceVolumeResponse> PlaceVolume(PlaceVolumeRequest request, ServerCallContext context)
    {
        VolumeAsked = request;
        var answer = new PlaceVolumeResponse
        {
            Cluster = "east",
            Reason = "no pool takes it",
            Refused = { new RefusedPool { Pool = "nfs", Obstacle = "room-unknown", Reason = "its size or its room is unknown" } },
            Notes = { "not all is known of the pools: the store did not answer within 5 s" },
        };
        return Task.FromResult(request.SizeBytes > 1L << 40 ? answer : new PlaceVolumeResponse(answer)
        {
            Pool = "host-01/default", PoolName = "default", Host = "host-01", HostId = DirectiveData.HostId, SecondBest = "san", Reason = "host-01/default: 2 ms",
            CapacityBytes = 1L << 40, FreeBytes = 1L << 39, LatencyMs = 2, Tags = { "fast" },
        });
    }
}
