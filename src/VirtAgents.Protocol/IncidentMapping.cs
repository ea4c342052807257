using System.Diagnostics.CodeAnalysis;
using VirtAgents.Protocol.V1;
using Rules = VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Protocol;

/// <summary>Incidents as messages of the API. Kinds, states and severities have the same numbers in both.</summary>
public static class IncidentMapping
{
    /// <summary>An incident without symptoms, steps and plots.</summary>
    public static IncidentRecord Summary(Rules.Incident incident)
    {
        ArgumentNullException.ThrowIfNull(incident);
        return new()
        {
            Id = incident.Id.ToString(),
            State = (IncidentState)incident.State,
            Root = ToWire(incident.Root),
            SymptomCount = (uint)(incident.Symptoms.Length + incident.SymptomsLeftOut),
            ActiveSymptomCount = (uint)incident.Symptoms.Count(s => s.IsActive),
            Severity = (IncidentSeverity)incident.Severity,
            OpenedUnixMs = incident.OpenedUnixMs,
            UpdatedUnixMs = incident.UpdatedUnixMs,
            ResolvedUnixMs = incident.ResolvedUnixMs ?? 0,
            Reopened = (uint)incident.Reopened,
            Flapping = incident.IsFlapping,
            MergedInto = incident.MergedInto?.ToString() ?? "",
            AcknowledgedBy = incident.AcknowledgedBy,
            Note = incident.Note,
            Silenced = incident.IsSilenced,
            SuggestedDirective = incident.Suggestion?.DirectiveKind ?? "",
            Suggestion = incident.Suggestion?.Text ?? "",
        };
    }

    /// <summary>An incident with its symptoms, without steps and plots.</summary>
    public static IncidentRecord WithSymptoms(Rules.Incident incident)
    {
        IncidentRecord record = Summary(incident);
        record.Symptoms.AddRange(incident.Symptoms.Select(ToWire));
        return record;
    }

    /// <summary>Reads an incident with its symptoms; what people said about it and what is suggested are left out.</summary>
    /// <param name="record">The message.</param>
    /// <param name="incident">The incident.</param>
    /// <param name="problem">What is wrong with the message.</param>
    public static bool TryFromWire(IncidentRecord record, [NotNullWhen(true)] out Rules.Incident? incident, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(record);
        incident = null;
        problem = !Guid.TryParseExact(record.Id, "D", out Guid id) ? $"id: '{record.Id}' is no UUID"
            : record.Root is null ? "root: it is missing"
            : !Enum.IsDefined((Rules.IncidentState)record.State) ? $"state: {(int)record.State} is not known; this tool may be older than the collector"
            : record.Symptoms.Prepend(record.Root).Select(ProblemOf).FirstOrDefault(p => p is not null);
        if (problem is not null)
        {
            return false;
        }

        incident = new(id, FromWire(record.Root!), record.OpenedUnixMs)
        {
            State = (Rules.IncidentState)record.State,
            Symptoms = [.. record.Symptoms.Select(FromWire)],
            SymptomsLeftOut = Math.Max(0, (int)record.SymptomCount - record.Symptoms.Count),
            Severity = (Rules.Severity)record.Severity,
            UpdatedUnixMs = record.UpdatedUnixMs,
            ResolvedUnixMs = record.ResolvedUnixMs == 0 ? null : record.ResolvedUnixMs,
            Reopened = (int)record.Reopened,
            IsFlapping = record.Flapping,
            IsSilenced = record.Silenced,
        };
        return true;
    }

    private static string? ProblemOf(FindingRecord finding) =>
        !Enum.IsDefined((Rules.FindingKind)finding.Kind) ? $"findings: kind {(int)finding.Kind} is not known; this tool may be older than the collector"
        : !Enum.IsDefined((Rules.ElementKind)finding.ElementKind) ? $"findings: element_kind {(int)finding.ElementKind} is not known"
        : null;

    private static FindingRecord ToWire(Rules.Finding finding) => new()
    {
        Kind = (FindingKind)finding.Key.Kind,
        ElementKind = (ElementKind)finding.Key.Element.Kind,
        ElementId = finding.Key.Element.Id,
        Name = finding.Name,
        Detail = finding.Key.Detail,
        Severity = (IncidentSeverity)finding.Severity,
        SinceUnixMs = finding.SinceUnixMs,
        ClearedUnixMs = finding.ClearedUnixMs ?? 0,
        Evidence = finding.Evidence,
        EventId = (ulong)finding.EventId,
        HostId = finding.HostId,
    };

    private static Rules.Finding FromWire(FindingRecord record) => new(
        new((Rules.FindingKind)record.Kind, new((Rules.ElementKind)record.ElementKind, record.ElementId), record.Detail),
        record.Name, (Rules.Severity)record.Severity, record.SinceUnixMs, record.Evidence)
    {
        ClearedUnixMs = record.ClearedUnixMs == 0 ? null : record.ClearedUnixMs,
        EventId = (long)record.EventId,
        HostId = record.HostId,
    };
}
