namespace VirtAgents.Collector.Control;

/// <summary>A limit that a rule of shares has set.</summary>
internal sealed class ShareLimitRow : LimitRow
{
    /// <summary>What it was before its last change; 0 = none.</summary>
    public long FormerAmount { get; set; }
}
