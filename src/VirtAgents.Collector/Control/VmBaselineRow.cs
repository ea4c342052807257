namespace VirtAgents.Collector.Control;

/// <summary>What was learnt of one VM.</summary>
internal sealed class VmBaselineRow
{
    public Guid VmId { get; set; }

    /// <summary>End of the newest window that was learnt; what is long gone is dropped by it.</summary>
    public long SeenUnixMs { get; set; }

    /// <summary>Bytes of the baseline; their first number is the version of their form.</summary>
    public byte[] State { get; set; } = [];
}
