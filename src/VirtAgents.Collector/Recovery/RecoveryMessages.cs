using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Scheduling.Recovery;
using VirtAgents.Protocol.V1;
using CoreDecision = VirtAgents.Core.Scheduling.Recovery.RecoveryDecision;
using RecoveryDecision = VirtAgents.Protocol.V1.RecoveryDecision;

namespace VirtAgents.Collector.Recovery;

/// <summary>Recovery as messages.</summary>
internal static class RecoveryMessages
{
    public static HostRecovery ToMessage(HostView host, string? cannot, OffConfirmationRow? confirmation, RecoverySight sight) => new()
    {
        Host = host.Host.Name,
        HostId = host.Host.Id.ToString(),
        Agent = host.Agent,
        LastReportUnixMs = host.LastReportUnixMs,
        CannotConfirm = cannot ?? "",
        Confirmation = confirmation is null ? null : ToMessage(confirmation),
        Vms = { sight.Decisions.Select(d => ToMessage(d, sight.Tries.LastOrDefault(t => t.VmId == d.Vm.Info.Id.Value))) },
    };

    private static OffConfirmation ToMessage(OffConfirmationRow row) => new()
    {
        Actor = row.Actor,
        Reason = row.Reason,
        AtUnixMs = row.AtUnixMs,
        Holds = row.IsOpen,
        EndedUnixMs = row.EndedUnixMs,
        EndReason = row.EndReason,
    };

    private static RecoveryVm ToMessage(CoreDecision decision, RecoveryRow? tried) => new()
    {
        Vm = decision.Vm.Info.Name,
        VmId = decision.Vm.Info.Id.ToString(),
        LastSeen = (VmState)decision.Vm.LastSeen,
        Decision = DecisionOf(decision.Action),
        Why = decision.Why,
        Target = tried?.HostName ?? decision.Target?.Name ?? "",
        DirectiveId = tried?.DirectiveId.ToString() ?? "",
        State = tried is null ? DirectiveStage.Unspecified : tried.EndedUnixMs == 0 ? DirectiveStage.Sent : (DirectiveStage)tried.Outcome,
        SentUnixMs = tried?.SentUnixMs ?? 0,
    };

    private static RecoveryDecision DecisionOf(RecoveryAction action) => action switch
    {
        RecoveryAction.Leave => RecoveryDecision.Leave,
        RecoveryAction.Wait => RecoveryDecision.Wait,
        RecoveryAction.Recommend => RecoveryDecision.Recommend,
        RecoveryAction.Start => RecoveryDecision.Start,
        _ => RecoveryDecision.Begun,
    };
}
