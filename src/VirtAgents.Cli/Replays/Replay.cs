using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using TopologyHost = VirtAgents.Core.Detection.Incidents.TopologyHost;

namespace VirtAgents.Cli.Replays;

/// <summary>What the rules of this build make of a bundle, beside what was recorded.</summary>
/// <param name="Recorded">The incident of the bundle.</param>
/// <param name="Concluded">The one the rules conclude in its place; null = none.</param>
/// <param name="Others">What else they conclude from the same lines.</param>
/// <param name="Differences">What is different, for people; empty = nothing that matters.</param>
internal sealed record Replay(IncidentRecord Recorded, IncidentRecord? Concluded, IReadOnlyList<IncidentRecord> Others, IReadOnlyList<string> Differences)
{
    /// <summary>Runs the rules over a bundle.</summary>
    public static Replay Of(IncidentBundle bundle)
    {
        if (bundle.Incident is null)
        {
            throw Bad("incident: it is missing");
        }

        var recorded = IncidentMapping.TryFromWire(bundle.Incident, out var read, out var problem) ? read : throw Bad($"incident: {problem}");
        var lines = new List<FleetEvent>(bundle.Events.Count);
        foreach (var message in bundle.Events)
        {
            lines.Add(EventMapping.TryFromWire(message, out var line, out problem) ? line : throw Bad(problem));
        }

        var hosts = new List<TopologyHost>(bundle.Hosts.Count);
        foreach (var message in bundle.Hosts)
        {
            hosts.Add(TopologyMapping.TryFromWire(message, out var host, out problem) ? host : throw Bad(problem));
        }

        var concluded = IncidentReplay.Run(lines, Topology.Of(hosts), bundle.ExportedUnixMs);
        var own = IncidentComparison.Pair([recorded], concluded).Single(pair => pair.Recorded is not null).Concluded;
        return new(
            bundle.Incident,
            own is null ? null : IncidentMapping.WithSymptoms(own),
            [.. concluded.Where(one => one != own).Select(IncidentMapping.Summary)],
            own is null ? ["no incident is concluded from these lines"] : IncidentComparison.Differences(recorded, own));
    }

    private static CliFailureException Bad(string problem) => new(ExitCode.Failure, $"The bundle is damaged: {problem}.");
}
