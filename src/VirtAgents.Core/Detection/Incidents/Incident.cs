using System.Collections.Immutable;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Where an incident stands. The numbers are part of the API and of the control database: never reuse one.</summary>
public enum IncidentState
{
    /// <summary>Not a state; as a filter: any.</summary>
    Unspecified = 0,

    /// <summary>Something of it holds, and nobody has taken it on.</summary>
    Open = 1,

    /// <summary>Something of it holds, and somebody has taken it on.</summary>
    Acknowledged = 2,

    /// <summary>Nothing of it holds any more.</summary>
    Resolved = 3,

    /// <summary>It turned out to be part of another incident.</summary>
    Merged = 4,
}

/// <summary>
/// One cause with all it led to. The root is the deepest element that explains the others, which are its symptoms.
/// Immutable; a new one replaces it.
/// </summary>
/// <param name="Id">Identity; the same over reopening and when a deeper root is found.</param>
/// <param name="Root">The cause.</param>
/// <param name="OpenedUnixMs">When it was opened, by the clock of the collector; milliseconds since 1970 UTC.</param>
public sealed record Incident(Guid Id, Finding Root, long OpenedUnixMs)
{
    /// <summary>Symptoms that are kept of one incident; of more the number is.</summary>
    public const int MostSymptoms = 2_000;

    /// <summary>Where it stands.</summary>
    public IncidentState State { get; init; } = IncidentState.Open;

    /// <summary>What the cause led to, oldest first; at most <see cref="MostSymptoms"/>.</summary>
    public ImmutableArray<Finding> Symptoms { get; init; } = [];

    /// <summary>Symptoms beyond those kept.</summary>
    public int SymptomsLeftOut { get; init; }

    /// <summary>Greatest severity that its findings ever had.</summary>
    public Severity Severity { get; init; } = Root.Severity;

    /// <summary>When it changed last, by the clock of the collector; milliseconds since 1970 UTC.</summary>
    public long UpdatedUnixMs { get; init; } = OpenedUnixMs;

    /// <summary>When nothing of it held any more; null = something does.</summary>
    public long? ResolvedUnixMs { get; init; }

    /// <summary>How often it came back after it was resolved.</summary>
    public int Reopened { get; init; }

    /// <summary>Whether it comes and goes so often that it is called resolved only after a longer quiet.</summary>
    public bool IsFlapping { get; init; }

    /// <summary>Incident it turned out to be part of; null = none.</summary>
    public Guid? MergedInto { get; init; }

    /// <summary>Who took it on; empty = nobody.</summary>
    public string AcknowledgedBy { get; init; } = "";

    /// <summary>What they said about it.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether a silence or maintenance window held when it was opened: it is recorded, and nobody is called.</summary>
    public bool IsSilenced { get; init; }

    /// <summary>What could be done, and why; null = nothing that a directive can do.</summary>
    public Suggestion? Suggestion { get; init; }

    /// <summary>Whether something of it holds.</summary>
    public bool IsActive => State is IncidentState.Open or IncidentState.Acknowledged;

    /// <summary>The cause, and then what it led to.</summary>
    public IEnumerable<Finding> Findings() => Symptoms.Prepend(Root);
}

/// <summary>What could be done about an incident. Nothing is done by suggesting it.</summary>
/// <param name="DirectiveKind">Name of the kind of directive, as <c>virtctl directive kinds</c> lists it; empty = nothing that a directive can do.</param>
/// <param name="Text">What to do and why, for people.</param>
public sealed record Suggestion(string DirectiveKind, string Text);
