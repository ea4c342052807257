using VirtAgents.Collector.Control;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>Rows of new limits.</summary>
internal static class ShareRows
{
    /// <summary>A limit that is to be set.</summary>
    public static ShareLimitRow Of(ShareRule rule, HostInfo host, ShareStep step, Guid directive, long nowUnixMs) => new()
    {
        Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(nowUnixMs)),
        Rule = rule.Name,
        Resource = rule.Resource,
        HostId = host.Id.Value,
        HostName = host.Name,
        VmId = step.Taker!.Vm.Value,
        VmName = step.Taker.VmName,
        Device = step.Taker.Device,
        Stage = LimitStage.Setting,
        IsOpen = true,
        Amount = step.Amount,
        DirectiveId = directive,
        SetUnixMs = nowUnixMs,
        ChangedUnixMs = nowUnixMs,
        ExpiresUnixMs = nowUnixMs + (long)rule.Expiry.TotalMilliseconds,
        Reason = step.Reason,
    };
}
