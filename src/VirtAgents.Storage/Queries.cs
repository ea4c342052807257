using VirtAgents.Core.Model;

namespace VirtAgents.Storage;

/// <summary>What of one sequence space is durable.</summary>
/// <param name="Boot">Sequence space.</param>
/// <param name="Contiguous">Everything from 1 to this number.</param>
/// <param name="Beyond">Runs above it, first and last number, ascending and apart.</param>
public sealed record StreamPosition(BootId Boot, long Contiguous, IReadOnlyList<(long First, long Last)> Beyond);

/// <summary>Asks for newest values.</summary>
/// <param name="Owner">UUID of a VM or host; null = all.</param>
/// <param name="Metric">Metric; null = all.</param>
/// <param name="MaxAge">Oldest value that still counts, back from <paramref name="NowUnixMs"/>.</param>
/// <param name="NowUnixMs">Now; milliseconds since 1970 UTC.</param>
public sealed record LatestQuery(Guid? Owner, MetricId? Metric, TimeSpan MaxAge, long NowUnixMs);

/// <summary>A value of a series.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Metric">Metric.</param>
/// <param name="TimeUnixMs">When; milliseconds since 1970 UTC.</param>
/// <param name="Raw">Raw 64-bit value.</param>
public readonly record struct SeriesValue(Subject Subject, MetricId Metric, long TimeUnixMs, long Raw);

/// <summary>Asks for the values of one metric over time.</summary>
/// <param name="Metric">Metric.</param>
/// <param name="Owners">UUIDs of VMs or hosts; empty = all.</param>
/// <param name="Device">Device; null = all.</param>
/// <param name="FromUnixMs">First time; milliseconds since 1970 UTC.</param>
/// <param name="ToUnixMs">First time no longer wanted.</param>
public sealed record RangeQuery(MetricId Metric, IReadOnlyList<Guid> Owners, string? Device, long FromUnixMs, long ToUnixMs);

/// <summary>Values of one series, in order of time.</summary>
/// <param name="Subject">What they are about.</param>
/// <param name="TimesUnixMs">Times; milliseconds since 1970 UTC.</param>
/// <param name="Raw">Raw 64-bit values, as many.</param>
/// <param name="Epochs">Number of the (host, boot) each value came from, as many; a counter is not to be compared across epochs.</param>
public sealed record SeriesPoints(Subject Subject, long[] TimesUnixMs, long[] Raw, int[] Epochs);

/// <summary>Asks for events.</summary>
/// <param name="AfterId">Only greater ids.</param>
/// <param name="FromUnixMs">First time; 0 = no limit.</param>
/// <param name="ToUnixMs">First time no longer wanted; 0 = no limit.</param>
/// <param name="Host">Host; null = all.</param>
/// <param name="Vm">VM; null = all.</param>
/// <param name="Kinds">Kinds; empty = all.</param>
/// <param name="Limit">At most so many, 1 to 10,000.</param>
/// <param name="NewestFirst">Newest first instead of oldest first.</param>
public sealed record EventQuery(
    long AfterId, long FromUnixMs, long ToUnixMs, HostId? Host, VmId? Vm, IReadOnlyList<HostEventKind> Kinds, int Limit, bool NewestFirst);

/// <summary>State of a store.</summary>
/// <param name="CanWrite">Whether the last write succeeded or none was tried yet.</param>
/// <param name="Problem">What is wrong and what to do; null when nothing is.</param>
/// <param name="SizeBytes">Bytes on disk; null when not known.</param>
/// <param name="Reports">Reports stored; null when not known.</param>
public sealed record StoreHealth(bool CanWrite, string? Problem, long? SizeBytes, long? Reports);
