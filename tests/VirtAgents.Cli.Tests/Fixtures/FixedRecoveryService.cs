using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>host-02 is not heard and may be confirmed to be off, host-01 is heard; what is confirmed is remembered.</summary>
internal sealed class FixedRecoveryService : RecoveryService.RecoveryServiceBase
{
    private readonly List<Google.Protobuf.IMessage> _requests = [];

    /// <summary>What was confirmed and taken back.</summary>
    public IReadOnlyList<Google.Protobuf.IMessage> Requests => _requests;

    public override Task<HostRecovery> ConfirmOff(ConfirmOffRequest request, ServerCallContext context)
    {
        _requests.Add(request);
        return Task.FromResult(Told(request.Host, new OffConfirmation { Actor = request.Actor, Reason = request.Reason, AtUnixMs = CollectorData.Ago(60), Holds = true }));
    }

    public override Task<HostRecovery> WithdrawOff(WithdrawOffRequest request, ServerCallContext context)
    {
        _requests.Add(request);
        return Task.FromResult(Told(
            request.Host, new OffConfirmation { Actor = "ann", Reason = "cord pulled", AtUnixMs = CollectorData.Ago(60), EndedUnixMs = CollectorData.Ago(1), EndReason = $"taken back by {request.Actor}: {request.Note}" }));
    }

    public override Task<HostRecovery> GetRecovery(GetRecoveryRequest request, ServerCallContext context) => Task.FromResult(Told(request.Host, null));

    private static HostRecovery Told(string host, OffConfirmation? confirmation)
    {
        if (host == "host-01")
        {
            return new() { Host = "host-01", HostId = "aaaaaaaa-0000-4000-8000-000000000001", Agent = AgentStatus.Connected, LastReportUnixMs = CollectorData.Ago(1), CannotConfirm = "its agent is connected" };
        }

        bool isSent = confirmation is not null;
        return new()
        {
            Host = "host-02", HostId = "aaaaaaaa-0000-4000-8000-000000000002", Agent = AgentStatus.Lost, LastReportUnixMs = CollectorData.Ago(3725), Confirmation = confirmation,
            Vms =
            {
                new RecoveryVm
                {
                    Vm = "web-7", VmId = CollectorData.WebId, LastSeen = VmState.Running, Target = "host-01", Decision = isSent ? RecoveryDecision.Begun : RecoveryDecision.Recommend,
                    Why = isSent ? "it was started on host-01" : "host-01 leaves the load most even", DirectiveId = isSent ? CollectorData.DbId : "", State = isSent ? DirectiveStage.Done : DirectiveStage.Unspecified,
                    SentUnixMs = isSent ? CollectorData.Ago(30) : 0,
                },
                new RecoveryVm { Vm = "db-7", VmId = CollectorData.DbId, LastSeen = VmState.ShutOff, Decision = RecoveryDecision.Leave, Why = "it was last seen ShutOff, not running" },
            },
        };
    }
}
