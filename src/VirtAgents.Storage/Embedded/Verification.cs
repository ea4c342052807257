using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded;

/// <summary>Reads everything a file has, piece by piece, and says what is wrong with it.</summary>
internal sealed class Verification : IColumnSink, ISegmentSink
{
    private const int MostProblems = 100;
    private const int ChunksPerStep = 200;
    private const int SegmentsPerStep = 50;
    private readonly List<string> _problems = [];
    private readonly SectionReader _section = new();
    private readonly RowBuffer _row = new();
    private readonly RollupRow _rollup = new();
    private long _chunk = long.MinValue;
    private long _segment = long.MinValue;
    private long _commits;
    private long _segments;

    public StoreVerification Report => new(_commits, _segments, _problems);

    /// <summary>Checks what SQLite itself knows of its file, and that no part is without its whole.</summary>
    public void CheckFile(Database database)
    {
        using (Statement check = database.Prepare("PRAGMA integrity_check(20)"))
        {
            while (check.Step())
            {
                if (check.Text(0) is var line && line != "ok")
                {
                    Add(line);
                }
            }
        }

        Orphans(database, "parts of commits that are gone", "SELECT count(*) FROM directory d WHERE NOT EXISTS (SELECT 1 FROM chunk c WHERE c.id = d.chunk)");
        Orphans(database, "columns of sealed hours that are gone", "SELECT count(*) FROM segment_column c WHERE NOT EXISTS (SELECT 1 FROM segment s WHERE s.id = c.segment)");
        Orphans(database, "subjects of owners that are gone", "SELECT count(*) FROM subject s WHERE NOT EXISTS (SELECT 1 FROM owner o WHERE o.id = s.owner)");
    }

    /// <summary>Checks some commits; false when there are no more.</summary>
    public bool CheckChunks(Database database, CancellationToken cancellationToken)
    {
        using Statement select = database.Prepare(
            "SELECT d.chunk, d.sections, c.data FROM directory d JOIN chunk c ON c.id = d.chunk WHERE d.chunk > ?1 AND d.chunk IN (SELECT id FROM chunk WHERE id > ?1 ORDER BY id LIMIT ?2) ORDER BY d.chunk");
        select.Bind(1, _chunk).Bind(2, ChunksPerStep);
        long last = _chunk;
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A commit has a part for each hour it reaches into.
            _commits += select.Int64(0) > last ? 1 : 0;
            last = select.Int64(0);
            CheckChunk(last, select.Blob(1), select.Blob(2));
        }

        bool any = last > _chunk;
        _chunk = last;
        return any;
    }

    /// <summary>Checks some sealed hours; false when there are no more.</summary>
    public bool CheckSegments(Database database, CancellationToken cancellationToken)
    {
        using Statement select = database.Prepare("SELECT id, tier, hour, stream, sealed_to, min_ms, max_ms, reports FROM segment WHERE id > ?1 ORDER BY id LIMIT ?2");
        select.Bind(1, _segment).Bind(2, SegmentsPerStep);
        using var scan = new SegmentScan(database, new Damage());
        bool any = false;
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            any = true;
            var head = new SegmentHead(
                select.Int64(0), (SegmentTier)select.Int32(1), select.Int64(2), select.Int32(3), select.Int64(4), select.Int64(5), select.Int64(6), select.Int32(7));
            _segment = head.Id;
            _segments++;
            if (!scan.Read(head, null, this))
            {
                Add($"sealed hour {head.Id} (tier {head.Tier}, hour {head.Hour}, stream {head.Stream}) is damaged");
            }
        }

        return any;
    }

    bool IColumnSink.Wants(MetricId metric) => true;

    void IColumnSink.Column(SectionReader section, MetricId metric)
    {
        // That it could be read is all that is asked.
    }

    bool ISegmentSink.Wants(int subject) => true;

    void ISegmentSink.Row(SegmentHead head, SealedBlock block, int row, ushort number, in SealedRow bytes)
    {
        if (head.Tier == SegmentTier.Raw)
        {
            _row.Read(bytes.Bytes, block.Times.Length);
            return;
        }

        ByteReader bins = _rollup.Read(bytes, block.Times.Length);
        for (int position = 0; position < System.Numerics.BitOperations.PopCount(_rollup.Presence); position++)
        {
            _rollup.ReadBins(ref bins, position, null);
        }
    }

    private void CheckChunk(long chunk, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> data)
    {
        var sections = new ChunkDirectory();
        try
        {
            sections.Read(directory);
            foreach ((int stream, int offset, int length) in sections.Sections)
            {
                if (offset > data.Length - length)
                {
                    throw new InvalidDataException("a section ends beyond its commit");
                }

                _section.Read(data.Slice(offset, length), stream, this);
            }
        }
        catch (InvalidDataException e)
        {
            Add($"commit {chunk} is damaged: {e.Message}");
        }
    }

    private void Orphans(Database database, string what, string sql)
    {
        if (database.Number(sql) is > 0 and long count)
        {
            Add($"{count} {what}");
        }
    }

    private void Add(string problem)
    {
        if (_problems.Count < MostProblems)
        {
            _problems.Add(problem);
        }
    }
}
