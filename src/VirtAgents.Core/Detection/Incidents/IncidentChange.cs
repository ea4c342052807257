namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What happened to an incident. The numbers are part of the API and of the control database: never reuse one.</summary>
public enum IncidentChangeKind
{
    /// <summary>Not a change.</summary>
    Unspecified = 0,

    /// <summary>It was opened.</summary>
    Opened = 1,

    /// <summary>A symptom was added, or one holds again.</summary>
    SymptomAdded = 2,

    /// <summary>A symptom, or the root while symptoms go on, holds no more.</summary>
    Cleared = 3,

    /// <summary>A deeper cause was found; the root before is a symptom now.</summary>
    RootChanged = 4,

    /// <summary>Nothing of it holds any more.</summary>
    Resolved = 5,

    /// <summary>It came back.</summary>
    Reopened = 6,

    /// <summary>It turned out to be part of another incident.</summary>
    Merged = 7,

    /// <summary>Somebody took it on.</summary>
    Acknowledged = 8,

    /// <summary>A silence that covers it was set or lifted.</summary>
    Silenced = 9,

    /// <summary>A rule acted on it, recommends something, or gave up; or what it did has ended.</summary>
    Acted = 10,
}

/// <summary>One step in the life of an incident, and the incident after it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Incident">The incident after it.</param>
/// <param name="AtUnixMs">When, by the clock of the collector; milliseconds since 1970 UTC.</param>
/// <param name="Text">What happened, for people.</param>
public sealed record IncidentChange(IncidentChangeKind Kind, Incident Incident, long AtUnixMs, string Text)
{
    /// <summary>Finding it is about; null = none in particular.</summary>
    public Finding? Finding { get; init; }
}
