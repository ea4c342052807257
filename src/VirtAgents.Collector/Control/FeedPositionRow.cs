namespace VirtAgents.Collector.Control;

/// <summary>How far a reader of the event feed has come; changed in the transaction that records what it concluded.</summary>
internal sealed class FeedPositionRow
{
    public string Reader { get; set; } = "";

    /// <summary>Id of the newest line it has taken.</summary>
    public long EventId { get; set; }
}
