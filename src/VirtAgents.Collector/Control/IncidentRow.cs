using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Control;

/// <summary>An incident in the control database: what lists filter by in columns, the whole of it as a document.</summary>
internal sealed class IncidentRow
{
    public Guid Id { get; set; }

    /// <summary>Grows with each incident; lists are in its order.</summary>
    public long Number { get; set; }

    public IncidentState State { get; set; }

    /// <summary>Whether something of it holds; kept beside the state for the index.</summary>
    public bool IsActive { get; set; }

    public Severity Severity { get; set; }

    public FindingKind RootKind { get; set; }

    public long OpenedUnixMs { get; set; }

    public long UpdatedUnixMs { get; set; }

    /// <summary>The incident as JSON.</summary>
    public string Document { get; set; } = "";

    public List<IncidentStepRow> Steps { get; set; } = [];
}

/// <summary>One step in the life of an incident. Rows are added and never changed.</summary>
internal sealed class IncidentStepRow
{
    public Guid IncidentId { get; set; }

    /// <summary>Grows with each step of any incident; watchers and receivers go by it.</summary>
    public long Number { get; set; }

    public IncidentChangeKind Kind { get; set; }

    public long TimeUnixMs { get; set; }

    public string Text { get; set; } = "";
}
