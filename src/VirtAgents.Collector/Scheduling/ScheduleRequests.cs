using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Answers what is asked of plans, and takes what people decide about them.</summary>
internal sealed class ScheduleRequests(PlanStore store, ScheduleFile file, SchedulerScene scene, SchedulingTurn turn, Scheduler scheduler, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<ListPlansResponse> ListAsync(ListPlansRequest request, CancellationToken cancellationToken)
    {
        int pageSize = DirectiveFields.PageSize(request.PageSize);
        PlanState state = Enum.IsDefined(request.State)
            ? (PlanState)request.State
            : throw QueryRefusedException.Invalid("state", (int)request.State, "the numbers of PlanStage; 0 = any");
        ulong filters = PageToken.MarkOf(["plans", $"{state}"]);
        Guid? before = request.PageToken.Length > 0 ? PageToken.Parse(request.PageToken, filters).Id : null;
        IReadOnlyList<PlanRow> rows = await store.ListAsync(state, before, pageSize + 1, cancellationToken);
        return new ListPlansResponse
        {
            Plans = { rows.Take(pageSize).Select(ScheduleMessages.ToMessage) },
            NextPageToken = rows.Count > pageSize ? new PageToken(filters, rows[pageSize - 1].Id, "").ToString() : "",
        };
    }

    public async Task<PlanRecord> GetAsync(string id, CancellationToken cancellationToken) => ScheduleMessages.ToMessage(await FindAsync(id, cancellationToken));

    public async Task<ListOutcomesResponse> OutcomesAsync(ListOutcomesRequest request, CancellationToken cancellationToken)
    {
        int pageSize = DirectiveFields.PageSize(request.PageSize);
        ulong filters = PageToken.MarkOf(["outcomes"]);
        Guid? before = request.PageToken.Length > 0 ? PageToken.Parse(request.PageToken, filters).Id : null;
        IReadOnlyList<(PlanStepRow Step, string Rule)> rows = await store.OutcomesAsync(before, pageSize + 1, cancellationToken);
        return new ListOutcomesResponse
        {
            Moves = { rows.Take(pageSize).Select(r => ScheduleMessages.ToMessage(r.Step, r.Rule)) },
            NextPageToken = rows.Count > pageSize ? new PageToken(filters, rows[pageSize - 1].Step.DirectiveId, "").ToString() : "",
        };
    }

    public Task<PlanRecord> ApproveAsync(ApprovePlanRequest request, CancellationToken cancellationToken)
    {
        (string actor, string note) = (DirectiveFields.Actor(request.Actor), DirectiveFields.Text("note", request.Note));
        return turn.RunAsync(
            async () =>
            {
                PlanRow row = await FindAsync(request.Id, cancellationToken);
                await CheckAsync(row, cancellationToken);
                long now = Now;
                PlanRow? begun = await store.ChangeAsync(
                    row.Id, r => (r.State, r.BegunUnixMs, r.Actor, r.Note) = (PlanState.Running, now, actor, note), cancellationToken);
                scheduler.Wake();
                return ScheduleMessages.ToMessage(begun ?? throw Refuse(row, "it has ended"));
            },
            cancellationToken);
    }

    public Task<PlanRecord> CancelAsync(CancelPlanRequest request, CancellationToken cancellationToken)
    {
        (string actor, string note) = (DirectiveFields.Actor(request.Actor), DirectiveFields.Text("note", request.Note));
        return turn.RunAsync(
            async () =>
            {
                PlanRow row = await FindAsync(request.Id, cancellationToken);
                ScheduledPlan stopped = PlanJudge.Stop(PlanRows.ToPlan(row), PlanState.Cancelled, $"ended by {actor}{(note.Length > 0 ? $": {note}" : "")}");
                PlanRow? ended = row.IsActive ? await store.ChangeAsync(row.Id, Take, cancellationToken) : null;
                scheduler.Wake();
                return ScheduleMessages.ToMessage(ended ?? throw Refuse(row, "it has ended"));

                void Take(PlanRow current)
                {
                    PlanRows.Take(current, stopped, Now);
                    (current.Actor, current.Note) = (actor, note);
                }
            },
            cancellationToken);
    }

    // Judged again by what is seen now: between a plan and its approval the world goes on.
    private async Task CheckAsync(PlanRow row, CancellationToken cancellationToken)
    {
        if (row.State != PlanState.Proposed)
        {
            throw Refuse(row, row.State == PlanState.Recommended ? "its rule only recommends; give the rule the mode approve or auto, or move the VMs yourself" : "it does not wait for approval");
        }

        SchedulerView view = await scene.ReadAsync(file.Current(), cancellationToken);
        string? why = view.HeldBecause
            ?? (view.ComingBack.Contains(row.Cluster) ? "not all of its hosts are heard of again since the collector started" : null)
            ?? PlanJudge.WhyOvertaken(PlanRows.ToPlan(row), view.For(row, new Dictionary<Guid, DirectiveNow>()))
            ?? ((await store.ActiveAsync(cancellationToken)).FirstOrDefault(p => p.Cluster == row.Cluster && p.State == PlanState.Running) is { } other ? $"plan {other.Id} of the cluster is being carried out" : null);
        if (why is not null)
        {
            throw Refuse(row, why);
        }
    }

    private async Task<PlanRow> FindAsync(string id, CancellationToken cancellationToken)
    {
        Guid wanted = DirectiveFields.Id(id, "a plan");
        return await store.FindAsync(wanted, cancellationToken)
            ?? throw QueryRefusedException.NotFound($"id: there is no plan {wanted}; 'virtctl plans' or GET /v1/plans lists them");
    }

    private static QueryRefusedException Refuse(PlanRow row, string why) =>
        new(StatusCode.FailedPrecondition, $"plan {row.Id} is {row.State.ToString().ToLowerInvariant()}: {why}");
}
