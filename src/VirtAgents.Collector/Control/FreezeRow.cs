namespace VirtAgents.Collector.Control;

/// <summary>The freeze switch. There is at most one row; none = it was never touched.</summary>
internal sealed class FreezeRow
{
    public const int TheOne = 1;

    public int Id { get; set; } = TheOne;

    public bool IsFrozen { get; set; }

    public string Reason { get; set; } = "";

    public string Actor { get; set; } = "";

    public long SinceUnixMs { get; set; }
}
