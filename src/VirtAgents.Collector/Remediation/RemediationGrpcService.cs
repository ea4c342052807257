using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Throttles;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Remediation;

/// <summary>Proposals and throttles over gRPC and JSON.</summary>
internal sealed class RemediationGrpcService(ProposalRequests requests, ThrottleStore throttles) : RemediationService.RemediationServiceBase
{
    private const int MostEnded = 1_000;

    public override Task<ListProposalsResponse> ListProposals(ListProposalsRequest request, ServerCallContext context) =>
        requests.ListAsync(request, context.CancellationToken);

    public override Task<ProposalRecord> ApproveProposal(ApproveProposalRequest request, ServerCallContext context) =>
        requests.ApproveAsync(request, context.CancellationToken);

    public override Task<ProposalRecord> DeclineProposal(DeclineProposalRequest request, ServerCallContext context) =>
        requests.DeclineAsync(request, context.CancellationToken);

    public override async Task<ListThrottlesResponse> ListThrottles(ListThrottlesRequest request, ServerCallContext context) => new()
    {
        Throttles = { (request.Ended ? await throttles.EndedAsync(MostEnded, context.CancellationToken) : await throttles.OpenAsync(context.CancellationToken)).Select(ToMessage) },
    };

    private static Throttle ToMessage(ThrottleRow row) => new()
    {
        Id = row.Id.ToString(),
        State = (ThrottleState)row.Stage,
        IncidentId = row.IncidentId.ToString(),
        Finding = (FindingKind)row.Finding,
        Rule = row.Rule,
        Resource = LimitForm.Of(row.Resource).Name,
        VmId = row.VmId.ToString(),
        Vm = row.VmName,
        Host = row.HostName,
        Device = row.Device,
        Amount = row.Amount,
        Used = row.Used,
        SetUnixMs = row.SetUnixMs,
        ExpiresUnixMs = row.ExpiresUnixMs,
        EndedUnixMs = row.EndedUnixMs,
        DirectiveId = row.DirectiveId.ToString(),
        Reason = row.Reason,
        Outcome = row.Outcome,
    };
}
