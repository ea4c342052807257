using System.Text.Json;
using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Protocol.V1;
using V1 = VirtAgents.Protocol.V1;
using ProposalState = VirtAgents.Core.Detection.Remediation.ProposalState;

namespace VirtAgents.Collector.Remediation;

/// <summary>Answers what is asked of proposals, and carries out what people decide about them.</summary>
internal sealed class ProposalRequests(
    ProposalStore store, ProposalDesk desk, RemediationFile file, RemediationScene scene, RemediationSender sender, RemediationTurn turn, IncidentKeeper keeper,
    TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<ListProposalsResponse> ListAsync(ListProposalsRequest request, CancellationToken cancellationToken)
    {
        int pageSize = DirectiveFields.PageSize(request.PageSize);
        ProposalState state = Enum.IsDefined(request.State)
            ? (ProposalState)request.State
            : throw QueryRefusedException.Invalid("state", (int)request.State, "the numbers of ProposalState; 0 = any");
        ulong filters = PageToken.MarkOf([$"{state}"]);
        Guid? before = request.PageToken.Length > 0 ? PageToken.Parse(request.PageToken, filters).Id : null;
        IReadOnlyList<ProposalRow> rows = await store.ListAsync(state, before, pageSize + 1, cancellationToken);
        return new ListProposalsResponse
        {
            Proposals = { rows.Take(pageSize).Select(ToMessage) },
            NextPageToken = rows.Count > pageSize ? new PageToken(filters, rows[pageSize - 1].Id, "").ToString() : "",
        };
    }

    public Task<ProposalRecord> ApproveAsync(ApproveProposalRequest request, CancellationToken cancellationToken)
    {
        (string actor, string note) = (DirectiveFields.Actor(request.Actor), DirectiveFields.Text("note", request.Note));
        return turn.RunAsync(
            async () =>
            {
                ProposalRow row = await OpenAsync(request.Id, cancellationToken);
                if (await CarryOutAsync(row, new Approval(row.Id, actor, note), cancellationToken) is { } problem)
                {
                    await keeper.RecordAsync(row.IncidentId, $"{actor} approved proposal {row.Id}, and it was not sent: {problem}", cancellationToken);
                    throw new QueryRefusedException(StatusCode.FailedPrecondition, $"proposal {row.Id} is not carried out now: {problem}");
                }

                return ToMessage((await store.FindAsync(row.Id, cancellationToken))!);
            },
            cancellationToken);
    }

    public Task<ProposalRecord> DeclineAsync(DeclineProposalRequest request, CancellationToken cancellationToken)
    {
        (string actor, string note) = (DirectiveFields.Actor(request.Actor), DirectiveFields.Text("note", request.Note));
        return turn.RunAsync(
            async () =>
            {
                ProposalRow row = await OpenAsync(request.Id, cancellationToken);
                await store.EndAsync(row.Id, ProposalState.Declined, actor, note, Now, cancellationToken);
                string said = note.Length > 0 ? $": {note}" : "";
                await keeper.RecordAsync(
                    row.IncidentId, $"{ProposalDesk.NameOf(row.Directive)} of {row.VmName}, proposal {row.Id}, was declined by {actor}{said}", cancellationToken);
                return ToMessage((await store.FindAsync(row.Id, cancellationToken))!);
            },
            cancellationToken);
    }

    // Judged again by what is seen now: between a proposal and its approval the world goes on.
    private async Task<string?> CarryOutAsync(ProposalRow row, Approval approval, CancellationToken cancellationToken)
    {
        RemediationView view = await scene.ReadAsync(file.Current(), cancellationToken);
        if (ProposalJudge.FindingOf(ProposalStore.ToProposal(row), view.Incidents) is not var (incident, finding))
        {
            return "its finding has ended";
        }

        RemediationDecision decision = view.Decide(incident, finding, isApproved: true, LimitForm.AmountOf(row.Directive, ParametersOf(row)));
        if (decision.Rule?.Name != row.Rule || decision.Rule.Directive != row.Directive)
        {
            return view.VmOf(finding) is null ? "it is not known where the VM is" : $"rule '{row.Rule}' does not decide about it any more";
        }

        // What is sent is what was shown to whoever approves.
        if (decision.Verdict == RemediationVerdict.Act && ProposalDesk.ParametersOf(decision) != row.Parameters)
        {
            await desk.EndAsync(row, new(ProposalState.Withdrawn, $"it would be {decision.Directive} now"), cancellationToken);
            return $"it would be {decision.Directive} now, which is another proposal";
        }

        return decision.Verdict == RemediationVerdict.Act
            ? (await sender.SendAsync(decision, incident, finding, view.VmOf(finding)!, view, approval, cancellationToken)).Problem
            : decision.Why;
    }

    private async Task<ProposalRow> OpenAsync(string id, CancellationToken cancellationToken)
    {
        Guid wanted = DirectiveFields.Id(id, "a proposal");
        ProposalRow row = await store.FindAsync(wanted, cancellationToken)
            ?? throw QueryRefusedException.NotFound($"id: there is no proposal {wanted}; 'virtctl remedy list' or GET /v1/proposals lists them");
        if (row.State == ProposalState.Open && ProposalJudge.EndOf(ProposalStore.ToProposal(row), file.Current(), keeper.Active, Now) is { } end)
        {
            await desk.EndAsync(row, end, cancellationToken);
            throw new QueryRefusedException(StatusCode.FailedPrecondition, $"proposal {wanted} is {Word(end.State)}: {end.Why}");
        }

        return row.State == ProposalState.Open
            ? row
            : throw new QueryRefusedException(StatusCode.FailedPrecondition, $"proposal {wanted} is {Word(row.State)} already");
    }

    private static Dictionary<string, string> ParametersOf(ProposalRow row) => JsonSerializer.Deserialize<Dictionary<string, string>>(row.Parameters)!;

    private static string Word(ProposalState state) => state.ToString().ToLowerInvariant();

    private static ProposalRecord ToMessage(ProposalRow row) => new()
    {
        Id = row.Id.ToString(),
        State = (V1.ProposalState)row.State,
        IncidentId = row.IncidentId.ToString(),
        Finding = (V1.FindingKind)row.Finding,
        Rule = row.Rule,
        Directive = ProposalDesk.NameOf(row.Directive),
        Parameters = { ParametersOf(row) },
        VmId = row.VmId.ToString(),
        Vm = row.VmName,
        Host = row.HostName,
        Why = row.Why,
        ProposedUnixMs = row.ProposedUnixMs,
        ExpiresUnixMs = row.ExpiresUnixMs,
        EndedUnixMs = row.EndedUnixMs,
        Actor = row.Actor,
        Note = row.Note,
        DirectiveId = row.DirectiveId == Guid.Empty ? "" : row.DirectiveId.ToString(),
    };
}
