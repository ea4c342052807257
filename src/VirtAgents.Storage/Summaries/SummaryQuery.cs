using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Summaries;

/// <summary>Asks for summaries of one figure, by series, host and step.</summary>
/// <param name="Figure">What.</param>
/// <param name="Owners">UUIDs of VMs or hosts; empty = all.</param>
/// <param name="Device">Device; null = all.</param>
/// <param name="FromUnixMs">First time; milliseconds since 1970 UTC.</param>
/// <param name="ToUnixMs">First time no longer wanted.</param>
/// <param name="StepMs">Length of a step, over 0; milliseconds. Steps begin at multiples of it since 1970 UTC.</param>
public sealed record SummaryQuery(Figure Figure, IReadOnlyList<Guid> Owners, string? Device, long FromUnixMs, long ToUnixMs, long StepMs)
{
    /// <summary>Only what these hosts sampled; null = all. <value>Default null.</value></summary>
    public IReadOnlySet<HostId>? Hosts { get; init; }

    /// <summary>Whether percentiles will be asked of the answer. <value>Default false.</value></summary>
    public bool WithValues { get; init; }

    /// <summary>Whether only stored samples may be used, no rollups, and percentiles must be exact. <value>Default false.</value></summary>
    public bool Exact { get; init; }

    /// <summary>Most stored values that may be read for the answer. <value>Default no limit.</value></summary>
    public long MostStored { get; init; } = long.MaxValue;
}

/// <summary>Summaries of one series while it was on one host, in order of time; steps without values are left out.</summary>
/// <param name="Subject">What they are about.</param>
/// <param name="Host">UUID of the host whose agent sampled it; null = no longer known.</param>
/// <param name="Steps">The summaries.</param>
public sealed record SeriesSummaries(Subject Subject, HostId? Host, IReadOnlyList<StepSummary> Steps)
{
    /// <summary>What the answer was read from.</summary>
    public SummarySources Sources { get; init; }
}

/// <summary>The summary of one step.</summary>
/// <param name="StartUnixMs">Start of the step; milliseconds since 1970 UTC.</param>
/// <param name="Summary">What is known of the values in it; at least one.</param>
public readonly record struct StepSummary(long StartUnixMs, Summary Summary);

/// <summary>How many stored values an answer was made of, by tier.</summary>
/// <param name="Raw">Samples.</param>
/// <param name="Minutes">Rollups of a minute.</param>
/// <param name="Hours">Rollups of an hour.</param>
public readonly record struct SummarySources(long Raw, long Minutes, long Hours)
{
    /// <summary>All of them.</summary>
    public long Total => Raw + Minutes + Hours;

    /// <summary>Both together.</summary>
    public static SummarySources operator +(SummarySources one, SummarySources other) =>
        new(one.Raw + other.Raw, one.Minutes + other.Minutes, one.Hours + other.Hours);
}
