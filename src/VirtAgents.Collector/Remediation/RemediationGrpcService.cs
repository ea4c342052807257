using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Remediation;

/// <summary>Proposals over gRPC and JSON.</summary>
internal sealed class RemediationGrpcService(ProposalRequests requests) : RemediationService.RemediationServiceBase
{
    public override Task<ListProposalsResponse> ListProposals(ListProposalsRequest request, ServerCallContext context) =>
        requests.ListAsync(request, context.CancellationToken);

    public override Task<ProposalRecord> ApproveProposal(ApproveProposalRequest request, ServerCallContext context) =>
        requests.ApproveAsync(request, context.CancellationToken);

    public override Task<ProposalRecord> DeclineProposal(DeclineProposalRequest request, ServerCallContext context) =>
        requests.DeclineAsync(request, context.CancellationToken);
}
