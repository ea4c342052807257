namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What is done about incidents.</summary>
public sealed partial class IncidentTracker
{
    /// <summary>Records what was done about an incident, or is recommended; its state stays as it is.</summary>
    /// <param name="incident">Identity; one that is not kept any more changes nothing.</param>
    /// <param name="text">What was done, by which rule and with which outcome; for people.</param>
    /// <param name="nowUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <returns>The change; none when there is no such incident.</returns>
    public IReadOnlyList<IncidentChange> Record(Guid incident, string text, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (_book.Find(incident) is not { } one)
        {
            return [];
        }

        Begin(nowUnixMs);
        Tell(IncidentChangeKind.Acted, one, text, null);
        return End();
    }
}
