using VirtAgents.Collector.Control;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Limits;

/// <summary>Rows of limits as the judges see them.</summary>
internal static class LimitRows
{
    public static HeldLimit ToLimit(LimitRow row) => new(
        row.Id, row.Rule, row.Resource, new HostId(row.HostId), new VmId(row.VmId), row.Device, row.Stage, row.Amount)
    {
        FormerAmount = row is ShareLimitRow share ? share.FormerAmount : 0,
        Directive = row.DirectiveId,
        ChangedUnixMs = row.ChangedUnixMs,
        ExpiresUnixMs = row.ExpiresUnixMs,
        Attempts = row.Attempts,
        RetryUnixMs = row.RetryUnixMs,
        Detail = row.Outcome,
    };

    /// <summary>Takes into a row what became of its limit.</summary>
    public static void Take(LimitRow row, HeldLimit limit, long nowUnixMs)
    {
        (row.Stage, row.Amount, row.ChangedUnixMs) = (limit.Stage, limit.Amount, limit.ChangedUnixMs);
        (row.Attempts, row.RetryUnixMs, row.Outcome) = (limit.Attempts, limit.RetryUnixMs, limit.Detail);
        (row.IsOpen, row.EndedUnixMs) = (!limit.IsEnded, limit.IsEnded ? nowUnixMs : 0);
    }
}
