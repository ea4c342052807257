using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Detection.Incidents.FindingKind;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>Hosts that take no VM until an incident is over. Pure.</summary>
/// <remarks>
/// What holds of a host that is out of sight is not here: nothing goes there anyway. Incidents that somebody has silenced do not count, so that a host can be used in spite of one: an
/// interface that nobody needs, a disk that is known to be slow.
/// </remarks>
public sealed class HostTroubles
{
    private const int UuidLength = 36;

    private static readonly KindSet Kinds = KindSet.Of(HostTroubled, HostSaturated, HostBootStorm, DiskSlow, InterfaceDown, SamplesMissing);

    private readonly Dictionary<HostId, Finding[]> _found;

    private HostTroubles(IEnumerable<Finding> found) => _found = found.GroupBy(HostOf).Where(g => g.Key != default)
        .ToDictionary(g => g.Key, g => g.OrderByDescending(f => f.Severity).ThenBy(f => f.SinceUnixMs).ToArray());

    /// <summary>No host has any.</summary>
    public static HostTroubles None { get; } = new([]);

    /// <summary>Of incidents.</summary>
    /// <param name="incidents">Those of which something holds.</param>
    public static HostTroubles Of(IEnumerable<Incident> incidents)
    {
        ArgumentNullException.ThrowIfNull(incidents);
        return new(incidents.Where(i => i is { IsActive: true, IsSilenced: false }).SelectMany(i => i.Findings()).Where(f => f.IsActive && Kinds.Contains(f.Key.Kind)));
    }

    /// <summary>Why a host takes no VM, for people, the worst first; null = nothing is told against it.</summary>
    /// <param name="host">The host.</param>
    public string? WhyClosed(HostId host) => _found.TryGetValue(host, out Finding[]? found)
        ? string.Join("; ", found.Select(FindingKinds.Describe).Distinct(StringComparer.Ordinal))
        : null;

    /// <summary>Whether its VMs wait for CPU.</summary>
    /// <param name="host">The host.</param>
    public bool IsSaturated(HostId host) => _found.TryGetValue(host, out Finding[]? found) && found.Any(f => f.Key.Kind == HostSaturated);

    // Elements of a host begin with its UUID, and interfaces of VMs are none of it.
    private static HostId HostOf(Finding finding) =>
        finding.Key.Element is { Kind: ElementKind.Host or ElementKind.Network, Id.Length: >= UuidLength } element && Guid.TryParseExact(element.Id.AsSpan(0, UuidLength), "D", out Guid id)
            ? new(id)
            : default;
}
