namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>What <see cref="OpenHours"/> knows of an hour.</summary>
internal sealed class OpenHourEntry
{
    /// <summary>Streams that were seen in it.</summary>
    public Dictionary<int, OpenStreamEntry> Streams { get; } = [];

    /// <summary>How far the pass before went; milliseconds since 1970 UTC.</summary>
    public long RolledTo { get; set; } = long.MinValue;

    /// <summary>Oldest time that streams without an entry wrote since the pass began.</summary>
    public long OldestWriteMs { get; set; } = long.MaxValue;
}

/// <summary>An hour of a stream; without a state something came too late for it.</summary>
internal sealed class OpenStreamEntry(OpenHour state)
{
    /// <summary>How far it is.</summary>
    public OpenHour? State { get; set; } = state;

    /// <summary>What of it may be told.</summary>
    public OpenView? View { get; set; }

    /// <summary>Oldest time written since the pass began.</summary>
    public long OldestWriteMs { get; set; } = long.MaxValue;
}
