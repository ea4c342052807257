using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>Reads the sections of a range of time that belong to given streams, oldest hour first, and in an hour in the order they were written.</summary>
internal sealed class ChunkScan(Database database, Damage damage) : IDisposable
{
    private readonly BlobCursor _blobs = database.OpenBlobs("chunk", "data");
    private readonly SectionReader _section = new();
    private readonly ChunkDirectory _directory = new();
    private Dictionary<(long Hour, int Stream), long> _sealedTo = [];
    private byte[] _bytes = [];

    /// <summary>Gives the wanted columns to <paramref name="sink"/>; values outside the range may be among them.</summary>
    public void Run(long fromMs, long toMs, HashSet<int>? streams, IColumnSink sink, CancellationToken cancellationToken)
    {
        if (fromMs >= toMs)
        {
            return;
        }

        _sealedTo = SegmentTable.SealedTo(database, Hours.Of(fromMs), Hours.Of(toMs - 1));
        using Statement rows = database.Prepare(
            "SELECT chunk, sections, hour FROM directory WHERE hour BETWEEN ?1 AND ?2 AND max_ms >= ?3 AND min_ms < ?4 ORDER BY hour, chunk");
        rows.Bind(1, Hours.Of(fromMs)).Bind(2, Hours.Of(toMs - 1)).Bind(3, fromMs).Bind(4, toMs);
        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadChunk(rows.Int64(0), rows.Int64(2), rows.Blob(1), streams, sink);
        }
    }

    /// <summary>Gives the wanted columns of one part of a chunk to <paramref name="sink"/>, but for sections that are in a sealed segment by now.</summary>
    public void ReadChunk(long chunk, long hour, ReadOnlySpan<byte> directory, HashSet<int>? streams, IColumnSink sink)
    {
        try
        {
            _directory.Read(directory);
        }
        catch (InvalidDataException)
        {
            damage.Directory(chunk);
            return;
        }

        bool there = false;
        foreach ((int stream, int offset, int length) in _directory.Sections)
        {
            if (streams?.Contains(stream) == false || chunk <= _sealedTo.GetValueOrDefault((hour, stream), long.MinValue))
            {
                continue;
            }

            there = there || _blobs.MoveTo(chunk);
            if (!there || !TryRead(stream, offset, length, sink))
            {
                damage.Section(chunk, stream);
            }
        }
    }

    public void Dispose() => _blobs.Dispose();

    private bool TryRead(int stream, int offset, int length, IColumnSink sink)
    {
        if (length > _bytes.Length)
        {
            _bytes = new byte[Math.Max(length, 16 * 1024)];
        }

        Span<byte> section = _bytes.AsSpan(0, length);
        try
        {
            if (!_blobs.TryRead(section, offset))
            {
                return false;
            }

            _section.Read(section, stream, sink);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
