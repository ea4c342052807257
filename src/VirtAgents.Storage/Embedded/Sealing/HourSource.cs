using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>Reads what one stream has of an hour: the sealed segment, and sections whose places are known. Used again and again.</summary>
internal sealed class HourSource(Damage damage)
{
    /// <summary>How far back figures look for what they need; milliseconds.</summary>
    private const long LookbackMs = DerivedMetric.HoldMs;
    private const long HourMs = RollupSegments.HourMs;

    private readonly SectionReader _section = new();
    private byte[] _bytes = [];

    /// <summary>The samples before an hour, as far back as figures look.</summary>
    public HourCells Before(Database database, long hour, int stream, CancellationToken cancellationToken)
    {
        long startMs = hour * HourMs;
        var before = new HourCells(startMs - LookbackMs, startMs);
        LoadSegment(database, hour - 1, stream, before, startMs - LookbackMs, startMs, cancellationToken);
        if (SealPlan.Of(database, hour - 1, damage) is { } earlier && earlier.Streams.TryGetValue(stream, out List<SectionPlace>? places))
        {
            LoadSections(database, stream, places, before);
        }

        before.Complete();
        return before;
    }

    /// <summary>Puts what is sealed of an hour into cells.</summary>
    /// <returns>Reports it was made of; 0 = it is not sealed.</returns>
    public int LoadSegment(Database database, long hour, int stream, HourCells cells, long fromMs, long toMs, CancellationToken cancellationToken)
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

    /// <summary>Gives sections of a stream to a sink; one that cannot be read is noted and left out.</summary>
    /// <param name="database">File.</param>
    /// <param name="stream">Stream.</param>
    /// <param name="places">Where they lie.</param>
    /// <param name="sink">Takes their columns.</param>
    /// <param name="read">Told of each that was read: its place, the first and the last time in it; null = nobody.</param>
    /// <returns>Reports in them.</returns>
    public int LoadSections(
        Database database, int stream, IEnumerable<SectionPlace> places, IColumnSink sink, Action<SectionPlace, long, long>? read = null)
    {
        using BlobCursor blobs = database.OpenBlobs("chunk", "data");
        int reports = 0;
        foreach (SectionPlace place in places)
        {
            if (!TryLoad(blobs, place, stream, sink))
            {
                damage.Section(place.Chunk, stream);
                continue;
            }

            reports += _section.ReportCount;
            if (_section.ReportCount > 0)
            {
                read?.Invoke(place, _section.FirstMs, _section.LastMs);
            }
        }

        return reports;
    }

    private bool TryLoad(BlobCursor blobs, SectionPlace place, int stream, IColumnSink sink)
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

            _section.Read(bytes, stream, sink);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
