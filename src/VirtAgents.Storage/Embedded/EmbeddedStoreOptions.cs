namespace VirtAgents.Storage.Embedded;

/// <summary>Settings of the embedded store.</summary>
public sealed class EmbeddedStoreOptions
{
    /// <summary>The file; it is created with mode 0600, a missing directory with mode 0700.</summary>
    /// <value>No default.</value>
    public string Path { get; set; } = "";

    /// <summary>Whether to open the file of a running collector for reading only; writes are then answered as unavailable.</summary>
    /// <value>Default false.</value>
    public bool ReadOnly { get; set; }

    /// <summary>How many newest values are held in memory, 16 bytes each and some overhead; beyond that, newest values are read from the file.</summary>
    /// <value>Default 4,000,000; 0 to 100,000,000.</value>
    public int LatestValues { get; set; } = 4_000_000;

    /// <summary>How many bytes of chunks are read at start to fill the newest values.</summary>
    /// <value>Default 64 MiB; 0 to 4 GiB.</value>
    public long WarmBytes { get; set; } = 64L << 20;

    /// <summary>How many bytes the rollups of hours that are not sealed yet may take in memory, with what is remembered to go on with them; what finds no room is answered from samples.</summary>
    /// <value>Default 256 MiB; 0 to 64 GiB.</value>
    public long OpenRollupBytes { get; set; } = 256L << 20;

    /// <summary>How long rollups of a minute are kept; zero = for ever.</summary>
    /// <value>Default 180 days.</value>
    public TimeSpan MinuteRetention { get; set; } = TimeSpan.FromDays(180);

    /// <summary>How long rollups of an hour are kept; zero = for ever.</summary>
    /// <value>Default 1,100 days.</value>
    public TimeSpan HourRetention { get; set; } = TimeSpan.FromDays(1_100);

    /// <summary>Whether samples go into the file; without them it keeps positions, events and inventories for a store that has the samples.</summary>
    /// <value>Default true.</value>
    internal bool KeepsSamples { get; init; } = true;

    /// <summary>What is wrong with the settings; null when nothing is.</summary>
    public string? Problem() => this switch
    {
        { Path: "" } => "Store:Embedded:Path is empty: name a file",
        { LatestValues: < 0 or > 100_000_000 } => $"Store:Embedded:LatestValues is {LatestValues}, allowed are 0 to 100,000,000",
        { WarmBytes: < 0 or > 4L << 30 } => $"Store:Embedded:WarmBytes is {WarmBytes}, allowed are 0 to {4L << 30}",
        { OpenRollupBytes: < 0 or > 64L << 30 } => $"Store:Embedded:OpenRollupBytes is {OpenRollupBytes}, allowed are 0 to {64L << 30}",
        { MinuteRetention.Ticks: < 0 } => $"Store:Embedded:MinuteRetention is {MinuteRetention}, it must not be negative",
        { HourRetention.Ticks: < 0 } => $"Store:Embedded:HourRetention is {HourRetention}, it must not be negative",
        _ => null,
    };
}
