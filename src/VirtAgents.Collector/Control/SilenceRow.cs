using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Control;

/// <summary>A silence or maintenance window.</summary>
internal sealed class SilenceRow
{
    public Guid Id { get; set; }

    public FindingKind Kind { get; set; }

    public ElementKind ElementKind { get; set; }

    public string Name { get; set; } = "";

    public long FromUnixMs { get; set; }

    public long ToUnixMs { get; set; }

    public string Actor { get; set; } = "";

    public string Reason { get; set; } = "";
}
