using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Recovery;

/// <summary>Hosts that are off over gRPC and JSON.</summary>
internal sealed class RecoveryGrpcService(RecoveryRequests requests) : RecoveryService.RecoveryServiceBase
{
    public override Task<HostRecovery> ConfirmOff(ConfirmOffRequest request, ServerCallContext context) => requests.ConfirmAsync(request, context.CancellationToken);

    public override Task<HostRecovery> WithdrawOff(WithdrawOffRequest request, ServerCallContext context) => requests.WithdrawAsync(request, context.CancellationToken);

    public override Task<HostRecovery> GetRecovery(GetRecoveryRequest request, ServerCallContext context) => requests.GetAsync(request.Host, context.CancellationToken);
}
