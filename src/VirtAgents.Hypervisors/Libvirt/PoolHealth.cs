using System.Globalization;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Turns readings of pools into events. Pure but for its own memory.</summary>
internal sealed class PoolHealth
{
    /// <summary>Full below 1 % of the size, until there is 2 % again.</summary>
    private const double FullRatio = 0.01;
    private const double RoomRatio = 0.02;

    private readonly HashSet<string> _known = [];
    private readonly HashSet<string> _failed = [];
    private readonly HashSet<string> _full = [];

    /// <summary>What has changed since the reading before. A pool that was removed from libvirt is forgotten, not failed.</summary>
    public IReadOnlyList<HostEvent> Observe(IReadOnlyList<PoolReading> readings, long timeUnixMs)
    {
        List<HostEvent> events = [];
        HashSet<string> present = [.. readings.Select(reading => reading.Pool.Name)];
        _known.IntersectWith(present);
        _failed.IntersectWith(present);
        _full.IntersectWith(present);
        foreach (PoolReading reading in readings)
        {
            ObserveWorking(reading, timeUnixMs, events);
            ObserveSpace(reading, timeUnixMs, events);
        }

        return events;
    }

    private void ObserveWorking(PoolReading reading, long timeUnixMs, List<HostEvent> events)
    {
        string name = reading.Pool.Name;
        bool isNew = _known.Add(name);
        if (reading.Works)
        {
            if (_failed.Remove(name))
            {
                events.Add(Told(HostEventKind.PoolRestored, name, timeUnixMs, "the pool works again"));
            }

            return;
        }

        // A pool that was stopped before the agent came is how somebody wants it.
        if (_failed.Add(name) && !(isNew && reading.IsStopped))
        {
            events.Add(Told(HostEventKind.PoolFailed, name, timeUnixMs, reading.Problem));
        }
    }

    private void ObserveSpace(PoolReading reading, long timeUnixMs, List<HostEvent> events)
    {
        if (reading is not { CapacityBytes: > 0 and { } capacity, AvailableBytes: { } available })
        {
            return;
        }

        string name = reading.Pool.Name;
        double ratio = (double)available / capacity;
        string evidence = string.Create(CultureInfo.InvariantCulture, $"{available} of {capacity} bytes available ({100 * ratio:F2} %)");
        if (ratio < FullRatio && _full.Add(name))
        {
            events.Add(Told(HostEventKind.PoolFull, name, timeUnixMs, evidence));
        }
        else if (ratio >= RoomRatio && _full.Remove(name))
        {
            events.Add(Told(HostEventKind.PoolSpaceRestored, name, timeUnixMs, evidence));
        }
    }

    private static HostEvent Told(HostEventKind kind, string pool, long timeUnixMs, string evidence) =>
        new(kind, timeUnixMs, Device: pool, Evidence: evidence);
}
