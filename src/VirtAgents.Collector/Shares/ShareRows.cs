using VirtAgents.Collector.Control;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>Rows of limits as the judge sees them.</summary>
internal static class ShareRows
{
    public static HeldLimit ToLimit(ShareLimitRow row) => new(
        row.Id, row.Rule, row.Resource, new HostId(row.HostId), new VmId(row.VmId), row.Mac, row.Stage, row.BytesPerSecond)
    {
        FormerAmount = row.FormerBytesPerSecond,
        Directive = row.DirectiveId,
        ChangedUnixMs = row.ChangedUnixMs,
        ExpiresUnixMs = row.ExpiresUnixMs,
        Attempts = row.Attempts,
        RetryUnixMs = row.RetryUnixMs,
        Detail = row.Detail,
    };

    /// <summary>Takes into a row what became of its limit.</summary>
    public static void Take(ShareLimitRow row, HeldLimit limit, long nowUnixMs)
    {
        (row.Stage, row.BytesPerSecond, row.ChangedUnixMs) = (limit.Stage, limit.Amount, limit.ChangedUnixMs);
        (row.Attempts, row.RetryUnixMs, row.Detail) = (limit.Attempts, limit.RetryUnixMs, limit.Detail);
        (row.IsOpen, row.EndedUnixMs) = (!limit.IsEnded, limit.IsEnded ? nowUnixMs : 0);
    }

    /// <summary>A limit that is to be set.</summary>
    public static ShareLimitRow Of(ShareRule rule, HostInfo host, ShareStep step, Guid directive, long nowUnixMs) => new()
    {
        Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(nowUnixMs)),
        Rule = rule.Name,
        Resource = rule.Resource,
        HostId = host.Id.Value,
        HostName = host.Name,
        VmId = step.Nic!.Vm.Value,
        VmName = step.Nic.VmName,
        Mac = step.Nic.Mac,
        Stage = LimitStage.Setting,
        IsOpen = true,
        BytesPerSecond = step.BytesPerSecond,
        DirectiveId = directive,
        SetUnixMs = nowUnixMs,
        ChangedUnixMs = nowUnixMs,
        ExpiresUnixMs = nowUnixMs + (long)rule.Expiry.TotalMilliseconds,
        Reason = step.Reason,
    };
}
