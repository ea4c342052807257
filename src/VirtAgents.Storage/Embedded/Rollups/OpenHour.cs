using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>An hour of one stream whose rollups are made piece by piece while its samples arrive. For one thread at a time.</summary>
internal sealed class OpenHour(long hour, int stream)
{
    private readonly SeriesStates _series = new();
    private readonly List<RollupPart> _parts = [];

    public long Hour { get; } = hour;

    public int Stream { get; } = stream;

    /// <summary>End of the last minute that is rolled up; milliseconds since 1970 UTC.</summary>
    public long ToMs { get; private set; } = hour * RollupSegments.HourMs;

    /// <summary>Whether nothing was rolled up yet, so that figures need what came before the hour.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Last chunk whose samples are all in it or after <see cref="ToMs"/>.</summary>
    public long SeenTo { get; private set; } = long.MinValue;

    /// <summary>Chunks up to this one have no sample after <see cref="ToMs"/>.</summary>
    public long ReadTo { get; private set; } = long.MinValue;

    /// <summary>The pieces that have values, in order of time.</summary>
    public IReadOnlyList<RollupPart> Parts => _parts;

    /// <summary>Bytes it takes, about.</summary>
    public long Bytes => _parts.Sum(p => p.Bytes) + _series.Bytes;

    /// <summary>What is in all pieces of a figure of a subject, before it was rounded; null = nothing.</summary>
    public Summary? SummaryOf(int subject, ushort number) => _series.SummaryOf(subject, number);

    /// <summary>Whether a section has samples that should be in it and are not: it came too late.</summary>
    /// <param name="place">The section.</param>
    /// <param name="firstMs">First time in it; milliseconds since 1970 UTC.</param>
    public bool IsMissing(SectionPlace place, long firstMs) => place.Chunk > SeenTo && firstMs < ToMs;

    /// <summary>Rolls up the next piece.</summary>
    /// <param name="folder">Rolls it up.</param>
    /// <param name="toMs">Its end; milliseconds since 1970 UTC.</param>
    /// <param name="seenTo">Last chunk that was looked at.</param>
    /// <param name="readTo">Last chunk before the first one that has samples after the piece.</param>
    /// <param name="before">What came before the hour, for the first piece; null = nothing, or it is not the first one.</param>
    /// <param name="cells">Its samples.</param>
    public void Add(PartFolder folder, long toMs, long seenTo, long readTo, HourCells? before, HourCells cells)
    {
        if (toMs > ToMs && !cells.IsEmpty && folder.Fold(Stream, _series, ToMs, toMs, before is null ? [cells] : [before, cells]) is { Blocks.Count: > 0 } part)
        {
            _parts.Add(part);
        }

        (ToMs, SeenTo, ReadTo, IsNew) = (toMs, seenTo, readTo, IsNew && cells.IsEmpty);
    }
}
