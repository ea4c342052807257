using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Requests;
using VirtAgents.Protocol.V1;
using CoreStage = VirtAgents.Core.Scheduling.Requests.RequestStage;

namespace VirtAgents.Collector.Requests;

/// <summary>Takes requests to start VMs, and answers what is asked of them.</summary>
internal sealed class QueueRequests(RequestStore store, QueueScene scene, ScheduleFile file, IFleetReader fleet, QueueTurn turn, QueueRunner runner, RequestSender sender, TimeProvider time)
{
    private const long DayMs = 86_400_000;

    private static readonly DirectiveDefinition Start = DirectiveCatalogue.Find(DirectiveKind.Start)!;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<StartRequestRecord> SubmitAsync(SubmitRequestRequest request, CancellationToken cancellationToken)
    {
        Guid id = request.Id.Length > 0 ? DirectiveFields.Id(request.Id, "a request") : Guid.CreateVersion7(time.GetUtcNow());

        // A known id needs no check: its VM may run since.
        StartRequestRow row = await store.FindAsync(id, cancellationToken) ?? await RecordAsync(request, id, cancellationToken);
        runner.Wake();
        return (await ToldAsync([row], cancellationToken))[0];
    }

    public async Task<ListRequestsResponse> ListAsync(ListRequestsRequest request, CancellationToken cancellationToken)
    {
        int pageSize = DirectiveFields.PageSize(request.PageSize);
        CoreStage stage = Enum.IsDefined(request.State)
            ? (CoreStage)request.State
            : throw QueryRefusedException.Invalid("state", (int)request.State, "the numbers of RequestStage; 0 = any");
        ulong filters = PageToken.MarkOf(["requests", $"{stage}"]);
        Guid? before = request.PageToken.Length > 0 ? PageToken.Parse(request.PageToken, filters).Id : null;
        IReadOnlyList<StartRequestRow> rows = await store.ListAsync(stage, before, pageSize + 1, cancellationToken);
        return new ListRequestsResponse
        {
            Requests = { await ToldAsync([.. rows.Take(pageSize)], cancellationToken) },
            NextPageToken = rows.Count > pageSize ? new PageToken(filters, rows[pageSize - 1].Id, "").ToString() : "",
        };
    }

    public async Task<StartRequestRecord> GetAsync(string id, CancellationToken cancellationToken) =>
        (await ToldAsync([await FindAsync(id, cancellationToken)], cancellationToken))[0];

    public async Task<StartRequestRecord> CancelAsync(CancelRequestRequest request, CancellationToken cancellationToken)
    {
        (string actor, string note) = (DirectiveFields.Actor(request.Actor), DirectiveFields.Text("note", request.Note));
        StartRequestRow row = await FindAsync(request.Id, cancellationToken);
        string why = $"taken back by {actor}{(note.Length > 0 ? $": {note}" : "")}";
        StartRequestRow? ended = await EndAsync(row.Id, CoreStage.Waiting, why, cancellationToken);
        if (ended is null && (ended = await EndAsync(row.Id, CoreStage.Moving, $"{why}; what became of its move tells directive {row.MoveDirectiveId}", cancellationToken)) is not null)
        {
            await sender.TakeBackAsync(ended, why, actor, cancellationToken);
        }

        runner.Wake();
        return RequestMessages.ToMessage(ended ?? throw Refuse(await FindAsync(request.Id, cancellationToken)), null);
    }

    public Task<QueueFiguresRecord> FiguresAsync(CancellationToken cancellationToken) => turn.RunAsync(
        async () =>
        {
            int waiting = (await store.OpenAsync(cancellationToken)).Count(r => r.Stage == CoreStage.Waiting);
            return RequestMeter.Of(waiting, await store.StartedSinceAsync(Now - DayMs, cancellationToken), PromisedShares.Of(await scene.ClustersAsync(cancellationToken)));
        },
        cancellationToken);

    private Task<StartRequestRow?> EndAsync(Guid id, CoreStage stage, string why, CancellationToken cancellationToken) =>
        store.ChangeAsync(id, stage, r => RequestRows.Take(r, RequestRows.ToRequest(r).End(CoreStage.Cancelled, why, Now)), cancellationToken);

    private async Task<StartRequestRow> RecordAsync(SubmitRequestRequest request, Guid id, CancellationToken cancellationToken)
    {
        if (file.Current().Queue is null)
        {
            throw Refuse("requests are not served: give the policy of Scheduling:PolicyFile an object 'queue' (docs/queue.md)");
        }

        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        DirectiveTargetChoice target = DirectiveTargets.Choose(directory, Start, request.Vm, request.Host);
        StartRequestRow row = RequestFields.ToRow(request, id, target, Now);
        Core.Model.VmState state = directory.Find(target.Host.Id)!.Vms.Single(v => v.Info.Id == target.Vm!.Id).State;
        if (RequestFields.WhyNotOff(state) is { } why)
        {
            throw Refuse($"vm: {target.Vm!.Name} on {target.Host.Name} is not to be started: {why}");
        }

        (StartRequestRow? recorded, string? problem) = await store.AddAsync(row, cancellationToken);
        return recorded ?? throw Refuse(problem!);
    }

    // Decided anew for each answer, by what is seen now: nothing about it is kept.
    private async Task<IReadOnlyList<StartRequestRecord>> ToldAsync(IReadOnlyList<StartRequestRow> rows, CancellationToken cancellationToken)
    {
        Dictionary<long, RequestDecision> decisions = [];
        if (rows.Any(r => r.Stage == CoreStage.Waiting))
        {
            await turn.RunAsync(() => DecideAsync(decisions, cancellationToken), cancellationToken);
        }

        return [.. rows.Select(r => RequestMessages.ToMessage(r, r.Stage == CoreStage.Waiting ? decisions.GetValueOrDefault(r.Number) : null))];
    }

    private async Task<bool> DecideAsync(Dictionary<long, RequestDecision> decisions, CancellationToken cancellationToken)
    {
        foreach (QueueSight sight in await scene.ReadAsync(await store.OpenAsync(cancellationToken), cancellationToken))
        {
            ILookup<bool, StartRequest> requests = sight.Rows.Select(RequestRows.ToRequest).ToLookup(r => r.Stage == CoreStage.Waiting);
            foreach (RequestDecision decision in RequestJudge.Decide([.. requests[true]], [.. requests[false]], sight.View))
            {
                decisions[decision.Request.Number] = decision;
            }
        }

        return true;
    }

    private async Task<StartRequestRow> FindAsync(string id, CancellationToken cancellationToken)
    {
        Guid wanted = DirectiveFields.Id(id, "a request");
        return await store.FindAsync(wanted, cancellationToken)
            ?? throw QueryRefusedException.NotFound($"id: there is no request {wanted}; 'virtctl request list' or GET /v1/requests lists them");
    }

    private static QueryRefusedException Refuse(StartRequestRow row) => Refuse($"id: request {row.Id} does not wait any more, " + row.Stage switch
    {
        CoreStage.Sent => $"its VM is being started; cancel directive {row.DirectiveId}",
        CoreStage.Running => "its VM runs; shut that down",
        _ => $"it is {row.Stage.ToString().ToLowerInvariant()}",
    });

    private static QueryRefusedException Refuse(string why) => new(StatusCode.FailedPrecondition, why);
}
