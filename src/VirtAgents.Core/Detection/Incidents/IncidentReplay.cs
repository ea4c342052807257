using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>Runs the incident rules over recorded lines of the event feed, as they ran when the lines came. Pure.</summary>
/// <remarks>
/// The clock is that of the lines (<see cref="FleetEvent.ReceivedUnixMs"/>), and time passes second by second between them; after
/// an hour without a line minute by minute, since nothing that waits then is decided by seconds. What people and silences
/// did is not part of it, nor what was known before the first line.
/// </remarks>
public static class IncidentReplay
{
    private const long SecondMs = 1_000, MinuteMs = 60_000, HourMs = 3_600_000;

    /// <summary>The incidents that the lines give, by the time they were opened; those that became part of others are left out.</summary>
    /// <param name="lines">Lines, in the order of the feed.</param>
    /// <param name="topology">What depended on what.</param>
    /// <param name="untilUnixMs">Where time ends, milliseconds since 1970 UTC; not before the last line.</param>
    public static IReadOnlyList<Incident> Run(IEnumerable<FleetEvent> lines, Topology topology, long untilUnixMs)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(topology);
        Dictionary<Guid, Incident> newest = [];
        int made = 0;
        IncidentTracker tracker = new(() => new Guid(++made, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));
        long now = long.MinValue;
        foreach (FleetEvent line in lines)
        {
            now = now == long.MinValue ? line.ReceivedUnixMs : Pass(tracker, topology, now, line.ReceivedUnixMs, newest);
            Keep(tracker.Observe(line, topology, now), newest);
        }

        if (now != long.MinValue)
        {
            Keep(tracker.Tick(topology, Pass(tracker, topology, now, untilUnixMs, newest)), newest);
        }

        return [.. newest.Values.Where(i => i.State != IncidentState.Merged).OrderBy(i => i.OpenedUnixMs).ThenBy(i => i.Id)];
    }

    private static long Pass(IncidentTracker tracker, Topology topology, long now, long until, Dictionary<Guid, Incident> newest)
    {
        long began = now;
        while (now + SecondMs < until)
        {
            now = Math.Min(now + (now - began < HourMs ? SecondMs : MinuteMs), until);
            Keep(tracker.Tick(topology, now), newest);
        }

        // The clock of a collector may have been set back; time does not run backwards here.
        return Math.Max(now, until);
    }

    private static void Keep(IReadOnlyList<IncidentChange> changes, Dictionary<Guid, Incident> newest)
    {
        foreach (IncidentChange change in changes)
        {
            newest[change.Incident.Id] = change.Incident;
        }
    }
}
