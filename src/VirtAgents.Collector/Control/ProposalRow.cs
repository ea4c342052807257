using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Control;

/// <summary>What a rule proposed, and what people made of it.</summary>
internal sealed class ProposalRow
{
    public Guid Id { get; set; }

    /// <summary>Grows with each proposal; lists are in its order.</summary>
    public long Number { get; set; }

    public Guid IncidentId { get; set; }

    public FindingKind Finding { get; set; }

    public string Detail { get; set; } = "";

    /// <summary>Since when the finding holds.</summary>
    public long SinceUnixMs { get; set; }

    public Guid VmId { get; set; }

    public string VmName { get; set; } = "";

    /// <summary>Host that the VM was on when it was proposed.</summary>
    public string HostName { get; set; } = "";

    public string Rule { get; set; } = "";

    public DirectiveKind Directive { get; set; }

    /// <summary>Texts by name, as a JSON object.</summary>
    public string Parameters { get; set; } = "{}";

    public string Why { get; set; } = "";

    public long ProposedUnixMs { get; set; }

    public long ExpiresUnixMs { get; set; }

    public ProposalState State { get; set; }

    /// <summary>When it ended; 0 = it is open.</summary>
    public long EndedUnixMs { get; set; }

    /// <summary>Who approved or declined it; empty = nobody.</summary>
    public string Actor { get; set; } = "";

    /// <summary>What they said about it, or why it was withdrawn.</summary>
    public string Note { get; set; } = "";

    /// <summary>The directive that was sent; empty = none.</summary>
    public Guid DirectiveId { get; set; }
}
