using VirtAgents.Collector.Control;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using V1 = VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Incidents;

/// <summary>Incidents with their steps and plots, and silences, as messages of the API.</summary>
internal static class IncidentMessages
{
    /// <summary>A change: the incident after it, with this step alone.</summary>
    public static IncidentRecord ToMessage(IncidentChange change)
    {
        IncidentRecord record = IncidentMapping.Summary(change.Incident);
        record.Steps.Add(new IncidentStep { Kind = (V1.IncidentChangeKind)change.Kind, TimeUnixMs = change.AtUnixMs, Text = change.Text });
        return record;
    }

    /// <summary>Everything that is known of an incident.</summary>
    public static IncidentRecord Whole(IncidentRow row, long nowUnixMs)
    {
        Incident incident = IncidentStore.Parse(row.Document);
        IncidentRecord record = IncidentMapping.WithSymptoms(incident);
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
