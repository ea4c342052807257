using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Control;

/// <summary>Why a rule sent a directive; added in the transaction that records the directive.</summary>
internal sealed class RemediationRow
{
    public Guid DirectiveId { get; set; }

    public Guid IncidentId { get; set; }

    public FindingKind Finding { get; set; }

    public Guid VmId { get; set; }

    public string Rule { get; set; } = "";

    public long AtUnixMs { get; set; }

    /// <summary>Whether the incident says how it ended.</summary>
    public bool IsOutcomeTold { get; set; }
}
