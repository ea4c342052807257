namespace VirtAgents.Collector.Control;

/// <summary>The highest epoch that was given out for a cluster's scheduler.</summary>
internal sealed class EpochRow
{
    public string Cluster { get; set; } = "";

    public long Value { get; set; }

    public long TakenUnixMs { get; set; }
}
