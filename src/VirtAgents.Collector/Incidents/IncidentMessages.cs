using VirtAgents.Collector.Control;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Protocol.V1;
using Finding = VirtAgents.Core.Detection.Incidents.Finding;
using V1 = VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Incidents;

/// <summary>Incidents as messages of the API. Kinds, states and severities have the same numbers in both.</summary>
internal static class IncidentMessages
{
    /// <summary>An incident without symptoms, steps and plots.</summary>
    public static IncidentRecord Summary(Incident incident) => new()
    {
        Id = incident.Id.ToString(),
        State = (V1.IncidentState)incident.State,
        Root = ToMessage(incident.Root),
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

    /// <summary>A change: the incident after it, with this step alone.</summary>
    public static IncidentRecord ToMessage(IncidentChange change)
    {
        IncidentRecord record = Summary(change.Incident);
        record.Steps.Add(new IncidentStep { Kind = (V1.IncidentChangeKind)change.Kind, TimeUnixMs = change.AtUnixMs, Text = change.Text });
        return record;
    }

    /// <summary>Everything that is known of an incident.</summary>
    public static IncidentRecord Whole(IncidentRow row, long nowUnixMs)
    {
        Incident incident = IncidentStore.Parse(row.Document);
        IncidentRecord record = Summary(incident);
        record.Symptoms.AddRange(incident.Symptoms.Select(ToMessage));
        record.Steps.AddRange(row.Steps.Select(s => new IncidentStep { Kind = (V1.IncidentChangeKind)s.Kind, TimeUnixMs = s.TimeUnixMs, Text = s.Text }));
        record.Plots.AddRange(IncidentPlots.Of(incident, nowUnixMs).Select(ToMessage));
        return record;
    }

    public static SilenceRecord ToMessage(Silence silence) => new()
    {
        Id = silence.Id.ToString(),
        Kind = (V1.FindingKind)silence.Kind,
        ElementKind = (V1.ElementKind)silence.ElementKind,
        Name = silence.Name,
        FromUnixMs = silence.FromUnixMs,
        ToUnixMs = silence.ToUnixMs,
        Actor = silence.Actor,
        Reason = silence.Reason,
    };

    private static FindingRecord ToMessage(Finding finding) => new()
    {
        Kind = (V1.FindingKind)finding.Key.Kind,
        ElementKind = (V1.ElementKind)finding.Key.Element.Kind,
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

    private static V1.IncidentPlot ToMessage(Core.Detection.Incidents.IncidentPlot plot) => new()
    {
        Metric = plot.Metric,
        Vm = plot.Vm,
        Host = plot.Host,
        Device = plot.Device,
        FromUnixMs = plot.FromUnixMs,
        ToUnixMs = plot.ToUnixMs,
    };
}
