using VirtAgents.Collector.Control;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Throttles;

/// <summary>Rows of throttles: what the judge sees of the past, and new ones.</summary>
internal static class ThrottleRows
{
    public static PastThrottle ToPast(ThrottleRow row) => new(row.Detail, row.SinceUnixMs, row.Stage != LimitStage.Failed, row.IsOpen ? null : row.EndedUnixMs);

    /// <summary>A throttle that is to be set.</summary>
    public static ThrottleRow Of(RemediationDecision decision, Guid incident, Finding finding, VmEntry vm, Guid directive, long nowUnixMs) => new()
    {
        Id = directive,
        IncidentId = incident,
        Finding = finding.Key.Kind,
        Detail = finding.Key.Detail,
        SinceUnixMs = finding.SinceUnixMs,
        Rule = decision.Rule!.Name,
        Resource = decision.Rule.Throttle!.Resource,
        HostId = vm.Host.Host.Id.Value,
        HostName = vm.Host.Host.Name,
        VmId = vm.Vm.Info.Id.Value,
        VmName = vm.Vm.Info.Name,
        Device = decision.Throttle!.Device,
        Stage = LimitStage.Setting,
        IsOpen = true,
        Amount = decision.Throttle.Amount,
        Used = decision.Throttle.Used,
        DirectiveId = directive,
        SetUnixMs = nowUnixMs,
        ChangedUnixMs = nowUnixMs,
        ExpiresUnixMs = nowUnixMs + (long)decision.Rule.Throttle.Expiry.TotalMilliseconds,
        Reason = decision.Why,
    };
}
