using VirtAgents.Collector.Configuration;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Fleet;

/// <summary>
/// How many hosts may be known. What is known of a host is kept, so without a bound whoever draws a new id for each
/// connection would fill the memory of the collector.
/// </summary>
internal sealed class HostAdmission(FleetMemory memory, CollectorOptions options)
{
    private readonly Lock _lock = new();
    private HashSet<HostId>? _known;

    /// <summary>Whether a host is known, or may become so; those of the store are.</summary>
    public bool TryAdmit(HostId host)
    {
        lock (_lock)
        {
            _known ??= [.. memory.Hosts];
            return _known.Contains(host) || (_known.Count < options.Limits.Hosts && _known.Add(host));
        }
    }
}
