using System.Collections.Immutable;

namespace VirtAgents.Core.Detection.Incidents;

/// <summary>What tells a finding from others: there is at most one of a key at a time.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Element">Where.</param>
/// <param name="Detail">Disk, interface or device concerned; empty when it is the whole element.</param>
public readonly record struct FindingKey(FindingKind Kind, Element Element, string Detail);

/// <summary>Something that is wrong now, or was. Immutable; a new one replaces it.</summary>
/// <param name="Key">What and where.</param>
/// <param name="Name">Name of the element when it was found, for people.</param>
/// <param name="Severity">How much it matters by itself.</param>
/// <param name="SinceUnixMs">Since when, by the clock of the host where it happened or of the collector that concluded it; milliseconds since 1970 UTC.</param>
/// <param name="Evidence">What it rests on, for people.</param>
public sealed record Finding(FindingKey Key, string Name, Severity Severity, long SinceUnixMs, string Evidence)
{
    /// <summary>Most hosts that are named in <see cref="Witnesses"/>.</summary>
    public const int MostWitnesses = 1_000;

    private readonly ImmutableArray<string> _witnesses = [];

    /// <summary>Since when it holds no more, milliseconds since 1970 UTC; null = it holds.</summary>
    public long? ClearedUnixMs { get; init; }

    /// <summary>Whether it holds.</summary>
    public bool IsActive => ClearedUnixMs is null;

    /// <summary>Id of the line of the event feed that raised it; 0 = concluded from several.</summary>
    public long EventId { get; init; }

    /// <summary>Host that the element was on when it was found, as UUID; empty = not known, or it is no single one.</summary>
    public string HostId { get; init; } = "";

    /// <summary>
    /// Hosts whose agents tell so now, as UUIDs; at most <see cref="MostWitnesses"/>. It clears when none of them does any more.
    /// Empty for what is not told by an agent as a lasting condition. It grows without a change of the incident being told.
    /// </summary>
    public ImmutableArray<string> Witnesses
    {
        get => _witnesses;
        init => _witnesses = value.IsDefault ? [] : value;
    }
}
