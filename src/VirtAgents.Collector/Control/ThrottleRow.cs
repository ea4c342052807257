using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Control;

/// <summary>A limit that a rule about findings has set for a culprit. Its identity is the one of the directive that sets it.</summary>
internal sealed class ThrottleRow : LimitRow
{
    public Guid IncidentId { get; set; }

    public FindingKind Finding { get; set; }

    /// <summary>Detail of the finding.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Since when the finding holds.</summary>
    public long SinceUnixMs { get; set; }

    /// <summary>What the VM used before, in the unit of the limit.</summary>
    public double Used { get; set; }
}
