using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>
/// Builds the segments of a stream and hour: the sealed hour, if there is one, together with all sections written since. It only
/// reads; so it works beside writes, on a connection of its own.
/// </summary>
internal sealed class HourSealer(Damage damage)
{
    /// <summary>How far back figures look for what they need (<see cref="Core.Metrics.DerivedMetric.HoldMs"/>); milliseconds.</summary>
    private const long LookbackMs = Core.Metrics.DerivedMetric.HoldMs;
    private const long HourMs = RollupSegments.HourMs;

    private readonly RawSegment _raw = new();
    private readonly RollupSegments _rollups = new();
    private readonly SectionReader _section = new();
    private byte[] _bytes = [];

    /// <summary>The segments of one stream; none when nothing could be read.</summary>
    public IReadOnlyList<SegmentDraft> Build(Database database, SealPlan plan, int stream, CancellationToken cancellationToken)
    {
        long startMs = plan.Hour * HourMs;
        using var cells = new HourCells(startMs, startMs + HourMs);
        int reports = LoadSegment(database, cells, plan.Hour, stream, startMs, startMs + HourMs, cancellationToken);
        reports += LoadSections(database, cells, plan.Streams[stream], stream);
        cells.Complete();
        if (cells.IsEmpty)
        {
            return [];
        }

        using var before = new HourCells(startMs - LookbackMs, startMs);
        LoadSegment(database, before, plan.Hour - 1, stream, startMs - LookbackMs, startMs, cancellationToken);
        if (SealPlan.Of(database, plan.Hour - 1, damage) is { } earlier && earlier.Streams.TryGetValue(stream, out List<SectionPlace>? places))
        {
            LoadSections(database, before, places, stream);
        }

        before.Complete();
        return [_raw.Build(cells, reports), .. _rollups.Build(before, cells, plan.Hour, stream, reports)];
    }

    private int LoadSegment(Database database, HourCells cells, long hour, int stream, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        using var scan = new SegmentScan(database, damage);
        int reports = 0;
        foreach (SegmentHead head in scan.Find(SegmentTier.Raw, fromMs, toMs, [stream], cancellationToken).Where(h => h.Hour == hour))
        {
            scan.Read(head, null, new HourLoader(cells, fromMs, toMs));
            reports += head.Reports;
        }

        return reports;
    }

    private int LoadSections(Database database, HourCells cells, List<SectionPlace> places, int stream)
    {
        using BlobCursor blobs = database.OpenBlobs("chunk", "data");
        int reports = 0;
        foreach (SectionPlace place in places)
        {
            if (!TryLoad(blobs, cells, place, stream))
            {
                damage.Section(place.Chunk, stream);
                continue;
            }

            reports += _section.ReportCount;
        }

        return reports;
    }

    private bool TryLoad(BlobCursor blobs, HourCells cells, SectionPlace place, int stream)
    {
        if (place.Length > _bytes.Length)
        {
            _bytes = new byte[Math.Max(place.Length, 16 * 1024)];
        }

        Span<byte> bytes = _bytes.AsSpan(0, place.Length);
        try
        {
            if (!blobs.MoveTo(place.Chunk) || !blobs.TryRead(bytes, place.Offset))
            {
                return false;
            }

            _section.Read(bytes, stream, cells);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
