namespace VirtAgents.Collector.Query;

/// <summary>How much one query may ask for. All of it is told to the caller who goes beyond.</summary>
internal sealed record QueryLimits
{
    /// <summary>The limits of the product.</summary>
    public static QueryLimits Default { get; } = new();

    /// <summary>Most points of one answer. <value>Default 1,000,000.</value></summary>
    public int Points { get; init; } = 1_000_000;

    /// <summary>Most stored values read for one answer. <value>Default 10,000,000.</value></summary>
    public long StoredValues { get; init; } = 10_000_000;

    /// <summary>Longest range. <value>Default 400 days.</value></summary>
    public TimeSpan Range { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Longest step. <value>Default 366 days.</value></summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromDays(366);

    /// <summary>Range queries that run at once; others wait. Bounds the memory they take together. <value>Default 4.</value></summary>
    public int ConcurrentRanges { get; init; } = 4;

    /// <summary>Most metrics of one query. <value>Default 16.</value></summary>
    public int Metrics { get; init; } = 16;

    /// <summary>Most series that a top-N may keep. <value>Default 10,000.</value></summary>
    public int Top { get; init; } = 10_000;

    /// <summary>Most points of one message of a stream. <value>Default 5,000, some 100 KiB.</value></summary>
    public int PointsOfMessage { get; init; } = 5_000;

    /// <summary>How long a caller may take to accept a message of an answer: it holds a turn meanwhile. <value>Default 60 seconds.</value></summary>
    public TimeSpan Acceptance { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Watchers of summaries at once. <value>Default 200.</value></summary>
    public int LatestWatchers { get; init; } = 200;

    /// <summary>Oldest value that still counts as a newest one. <value>Default 10 minutes.</value></summary>
    public TimeSpan LatestAge { get; init; } = TimeSpan.FromMinutes(10);
}
