using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>Two plans, one that is carried out and one that waits; what people decided is kept.</summary>
internal sealed class FixedSchedulingService : SchedulingService.SchedulingServiceBase
{
    public const string Running = "0199d2a4-6f10-7c3e-9b52-000000000001", Proposed = "0199d2a4-6f10-7c3e-9b52-000000000002";

    public ListPlansRequest? Asked { get; private set; }

    public ApprovePlanRequest? Approved { get; private set; }

    public CancelPlanRequest? Cancelled { get; private set; }

    public override Task<ListPlansResponse> ListPlans(ListPlansRequest request, ServerCallContext context)
    {
        Asked = request.Clone();
        return Task.FromResult(request.PageToken.Length == 0
            ? new ListPlansResponse { Plans = { Of(Proposed, PlanStage.Proposed) }, NextPageToken = "more" }
            : new ListPlansResponse { Plans = { Of(Running, PlanStage.Running) } });
    }

    public override Task<PlanRecord> GetPlan(GetPlanRequest request, ServerCallContext context) => Task.FromResult(Of(request.Id, PlanStage.Running));

    public override Task<PlanRecord> ApprovePlan(ApprovePlanRequest request, ServerCallContext context)
    {
        Approved = request;
        return request.Id == Proposed
            ? Task.FromResult(Of(request.Id, PlanStage.Running))
            : throw new RpcException(new Status(StatusCode.FailedPrecondition, $"plan {request.Id} is running: it does not wait for approval"));
    }

    public override Task<PlanRecord> CancelPlan(CancelPlanRequest request, ServerCallContext context)
    {
        Cancelled = request;
        return Task.FromResult(Of(request.Id, PlanStage.Cancelled));
    }

    public override Task<ListOutcomesResponse> ListOutcomes(ListOutcomesRequest request, ServerCallContext context) =>
        Task.FromResult(new ListOutcomesResponse { Moves = { Of(Running, PlanStage.Running).Moves[0] } });

    private static PlanRecord Of(string id, PlanStage state)
    {
        long made = CollectorData.Now.ToUnixTimeMilliseconds() - 60_000;
        return new PlanRecord
        {
            Id = id, State = state, Cluster = "east", Rule = "even", Goal = PlanGoal.Balance, Why = "load is spread by 0.250, 0.1 or more", MadeUnixMs = made, BegunUnixMs = made,
            SpreadBefore = 0.25, SpreadExpected = 0.08,
            Moves =
            {
                new MoveRecord
                {
                    PlanId = id, Vm = "web", From = "alpha", To = "beta", State = MoveStage.Done, Reason = "CPU", SentUnixMs = made, EndedUnixMs = made + 8_000, UsedGb = 2, ExpectedSeconds = 10,
                    MeasuredSeconds = 8, DowntimeSeconds = 0.04, SentGb = 2.2, ExpectedDowntimeSeconds = 0.1, FromCpuBefore = 0.9, ToCpuBefore = 0.2, FromCpuAfter = 0.6, ToCpuAfter = 0.5, Verdict = MoveVerdict.AsExpected, Rule = "even",
                },
                new MoveRecord { PlanId = id, Ordinal = 1, Vm = "db", From = "alpha", To = "beta", Wave = 1, Reason = "memory", UsedGb = 8, ExpectedSeconds = 40, Rule = "even" },
            },
        };
    }
}
