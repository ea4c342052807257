using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>Reads segments column by column and gives their rows to a sink, oldest hour first.</summary>
internal sealed class SegmentScan(Database database, Damage damage) : IDisposable
{
    private const string Heads = "SELECT id, hour, stream, sealed_to, min_ms, max_ms, reports FROM segment WHERE tier = ?1 AND ";
    private readonly Statement _column = database.Prepare("SELECT data, form FROM segment_column WHERE segment = ? AND number = ?");
    private readonly BasisColumn _basis = new(database);
    private byte[] _unpacked = [];

    /// <summary>Segments of a tier that have something in a range of time.</summary>
    public List<SegmentHead> Find(SegmentTier tier, long fromMs, long toMs, HashSet<int>? streams, CancellationToken cancellationToken)
    {
        var heads = new List<SegmentHead>();
        if (fromMs >= toMs)
        {
            return heads;
        }

        if (streams is null)
        {
            using Statement all = database.Prepare(Heads + "hour BETWEEN ?2 AND ?3 AND max_ms >= ?4 AND min_ms < ?5");
            Find(all, tier, fromMs, toMs, heads, cancellationToken);
        }
        else
        {
            using Statement one = database.Prepare(Heads + "stream = ?6 AND hour BETWEEN ?2 AND ?3 AND max_ms >= ?4 AND min_ms < ?5");
            foreach (int stream in streams)
            {
                one.Bind(6, stream);
                Find(one, tier, fromMs, toMs, heads, cancellationToken);
            }
        }

        heads.Sort((a, b) => a.Hour != b.Hour ? a.Hour.CompareTo(b.Hour) : a.Stream.CompareTo(b.Stream));
        return heads;
    }

    /// <summary>Gives every row of some columns of the segments of a range to a sink.</summary>
    /// <param name="tier">Tier.</param>
    /// <param name="fromMs">First time; rows may hold others too.</param>
    /// <param name="toMs">First time no longer wanted.</param>
    /// <param name="streams">Only these; null = all.</param>
    /// <param name="numbers">Only these columns; null = all.</param>
    /// <param name="sink">Takes the rows.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public void Run(
        SegmentTier tier, long fromMs, long toMs, HashSet<int>? streams, ushort[]? numbers, ISegmentSink sink, CancellationToken cancellationToken)
    {
        foreach (SegmentHead head in Find(tier, fromMs, toMs, streams, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read(head, numbers, sink);
        }
    }

    /// <summary>Gives every row of some columns of one segment to a sink; false when a part of it is damaged and was left out.</summary>
    public bool Read(SegmentHead head, ushort[]? numbers, ISegmentSink sink)
    {
        if (AxesOf(head) is not SealedAxes axes)
        {
            damage.Segment(head.Id, 0);
            return false;
        }

        bool whole = true;
        foreach (ushort number in numbers ?? [.. axes.Blocks.SelectMany(b => b.Numbers).Distinct().Order()])
        {
            if (!TryReadColumn(head, axes, number, sink))
            {
                damage.Segment(head.Id, number);
                whole = false;
            }
        }

        return whole;
    }

    public void Dispose()
    {
        _column.Dispose();
        _basis.Dispose();
    }

    private static void Find(Statement select, SegmentTier tier, long fromMs, long toMs, List<SegmentHead> heads, CancellationToken cancellationToken)
    {
        select.Bind(1, (int)tier).Bind(2, Hours.Of(fromMs)).Bind(3, Hours.Of(toMs - 1)).Bind(4, fromMs).Bind(5, toMs);
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            heads.Add(new SegmentHead(
                select.Int64(0), tier, select.Int64(1), select.Int32(2), select.Int64(3), select.Int64(4), select.Int64(5), select.Int32(6)));
        }
    }

    private SealedAxes? AxesOf(SegmentHead head)
    {
        using Statement select = database.Prepare("SELECT axes FROM segment WHERE id = ?");
        try
        {
            return select.Bind(1, head.Id).Step() ? SealedAxes.Read(select.Blob(0)) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private bool TryReadColumn(SegmentHead head, SealedAxes axes, ushort number, ISegmentSink sink)
    {
        if (!axes.Blocks.Any(b => b.Numbers.Contains(number)))
        {
            return true;
        }

        try
        {
            if (!_column.Bind(1, head.Id).Bind(2, number).Step())
            {
                return false;
            }

            ByteReader source = ByteReader.OverChecked(ColumnPacking.Unpack((ColumnForm)_column.Int32(1), _column.Blob(0), ref _unpacked));
            foreach (SealedBlock block in axes.Blocks)
            {
                ReadPart(head, axes, block, number, ref source, sink);
            }

            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            _column.Reset();
        }
    }

    private void ReadPart(SegmentHead head, SealedAxes axes, SealedBlock block, ushort number, ref ByteReader source, ISegmentSink sink)
    {
        if (!block.Numbers.Contains(number))
        {
            return;
        }

        for (int row = 0; row < block.Subjects.Length; row++)
        {
            ReadOnlySpan<byte> bytes = source.Take(source.Number(source.Left));
            if (sink.Wants(block.Subjects[row]))
            {
                ushort basis = head.Tier == SegmentTier.Raw ? (ushort)0 : MultipleRow.BasisOf(bytes);
                sink.Row(head, block, row, number, new SealedRow(bytes, basis == 0 ? [] : _basis.RowOf(head.Id, basis, axes, block, row)));
            }
        }
    }
}

/// <summary>What is known of a segment without its content.</summary>
/// <param name="Id">Row id.</param>
/// <param name="Tier">What it holds.</param>
/// <param name="Hour">Hour.</param>
/// <param name="Stream">Stream.</param>
/// <param name="SealedTo">Last chunk that is in it.</param>
/// <param name="MinMs">First time in it; milliseconds since 1970 UTC.</param>
/// <param name="MaxMs">Last time in it.</param>
/// <param name="Reports">Reports it was made of.</param>
internal sealed record SegmentHead(long Id, SegmentTier Tier, long Hour, int Stream, long SealedTo, long MinMs, long MaxMs, int Reports);

/// <summary>Takes the rows of segments as they are read.</summary>
internal interface ISegmentSink
{
    /// <summary>Whether rows of a subject are wanted.</summary>
    bool Wants(int subject);

    /// <summary>One row.</summary>
    void Row(SegmentHead head, SealedBlock block, int row, ushort number, in SealedRow bytes);
}
