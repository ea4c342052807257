using VirtAgents.Collector.Control;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Throttles;

/// <summary>Rows of throttles as the judge sees them.</summary>
internal static class ThrottleRows
{
    public static HeldLimit ToLimit(ThrottleRow row) => new(
        row.Id, row.Rule, row.Resource, new HostId(row.HostId), new VmId(row.VmId), row.Device, row.Stage, row.Amount)
    {
        Directive = row.DirectiveId,
        ChangedUnixMs = row.ChangedUnixMs,
        ExpiresUnixMs = row.ExpiresUnixMs,
        Attempts = row.Attempts,
        RetryUnixMs = row.RetryUnixMs,
        Detail = row.Outcome,
    };

    public static PastThrottle ToPast(ThrottleRow row) => new(row.Detail, row.SinceUnixMs, row.Stage != LimitStage.Failed, row.IsOpen ? null : row.EndedUnixMs);

    /// <summary>Takes into a row what became of its throttle.</summary>
    public static void Take(ThrottleRow row, HeldLimit limit, long nowUnixMs)
    {
        (row.Stage, row.Amount, row.ChangedUnixMs) = (limit.Stage, limit.Amount, limit.ChangedUnixMs);
        (row.Attempts, row.RetryUnixMs, row.Outcome) = (limit.Attempts, limit.RetryUnixMs, limit.Detail);
        (row.IsOpen, row.EndedUnixMs) = (!limit.IsEnded, limit.IsEnded ? nowUnixMs : 0);
    }

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
