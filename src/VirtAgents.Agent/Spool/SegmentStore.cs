using System.Diagnostics.CodeAnalysis;

namespace VirtAgents.Agent.Spool;

/// <summary>The segments of a spool directory, oldest first. Not thread-safe; the spool holds its lock.</summary>
internal sealed class SegmentStore : IDisposable
{
    private readonly string _directory;
    private readonly SpoolLimits _limits;
    private readonly TimeProvider _time;
    private readonly Guid _generation = Guid.NewGuid();
    private readonly List<Segment> _segments = [];
    private SegmentWriter? _writer;

    private SegmentStore(string directory, SpoolLimits limits, TimeProvider time) => (_directory, _limits, _time) = (directory, limits, time);

    /// <summary>The process that writes now.</summary>
    public Guid Generation => _generation;

    public long Bytes { get; private set; }

    /// <summary>Newest sequence in any segment; 0 when there is none.</summary>
    public long LastSequence => _segments.Count == 0 ? 0 : _segments[^1].LastSequence;

    public Segment? First => _segments.Count == 0 ? null : _segments[0];

    /// <summary>Opens what is there: torn tails are left out, empty segments removed. What follows goes to a new segment.</summary>
    public static SegmentStore Open(string directory, SpoolLimits limits, TimeProvider time)
    {
        var store = new SegmentStore(directory, limits, time);
        string[] files = Directory.GetFiles(directory, "*" + Segment.Extension);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (string file in files)
        {
            store.Adopt(file);
        }

        return store;
    }

    /// <summary>Appends a record.</summary>
    /// <exception cref="IOException">Nothing was appended; the disk is full or broken.</exception>
    public void Append(RecordKind kind, long sequence, ReadOnlySpan<byte> payload, SpooledInventory? inventory)
    {
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (_writer is not null && (_writer.IsBroken || _writer.Segment.Length >= _limits.SegmentBytes
            || now - _writer.Segment.CreatedUnixMs >= _limits.SegmentAge.TotalMilliseconds))
        {
            Seal();
        }

        if (_writer is null)
        {
            _writer = SegmentWriter.Create(_directory, _generation, sequence, now);
            _segments.Add(_writer.Segment);
            Bytes += _writer.Segment.Length;
        }

        long before = _writer.Segment.Length;
        _writer.Append(kind, sequence, payload, inventory, now);
        Bytes += _writer.Segment.Length - before;
    }

    /// <summary>Closes the segment that is written now, with everything on the disk; the next record begins a new one.</summary>
    public void Seal()
    {
        SegmentWriter? writer = _writer;
        _writer = null;
        using (writer)
        {
            writer?.Flush();
        }
    }

    /// <summary>The writer whose bytes the caller may flush without holding the lock.</summary>
    public bool TryGetDirty([NotNullWhen(true)] out SegmentWriter? writer)
    {
        writer = _writer;
        return writer is { IsDirty: true };
    }

    /// <summary>Removes the oldest segment that is too much or too old; null when all may stay.</summary>
    public Segment? RemoveOneBeyondLimits(long wantedBytes)
    {
        Segment? oldest = First;
        if (oldest is null)
        {
            return null;
        }

        long oldestAllowed = _time.GetUtcNow().ToUnixTimeMilliseconds() - (long)_limits.MaxAge.TotalMilliseconds;
        bool tooMuch = Bytes + wantedBytes > _limits.MaxBytes;
        return tooMuch || oldest.WrittenUnixMs < oldestAllowed ? Remove(oldest) : null;
    }

    /// <summary>Removes the segments whose records are all acknowledged, except the one being written.</summary>
    public void Trim(long acknowledged)
    {
        while (First is { } oldest && oldest != _writer?.Segment && oldest.LastSequence <= acknowledged)
        {
            Remove(oldest);
        }
    }

    /// <summary>The segment after another one; null when that is the newest.</summary>
    public Segment? After(Segment segment)
    {
        int at = _segments.IndexOf(segment);
        return at >= 0 && at + 1 < _segments.Count ? _segments[at + 1] : null;
    }

    /// <summary>Gives up what lies behind a damaged place and returns how many sequence numbers were lost.</summary>
    public long CutAt(Segment segment, long offset, long lastReadable)
    {
        if (segment == _writer?.Segment)
        {
            Seal();
        }

        long lost = Math.Max(0, segment.LastSequence - lastReadable);
        Bytes -= Math.Max(0, segment.Length - offset);
        segment.Length = Math.Min(segment.Length, offset);
        return lost;
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        Seal();
        while (First is { } segment)
        {
            Remove(segment);
        }
    }

    public void Dispose() => Seal();

    private void Adopt(string file)
    {
        Segment? segment = SegmentScan.Open(file);
        if (segment is not null)
        {
            SegmentScan.Verify(segment);
        }

        if (segment is null || segment.IsEmpty)
        {
            File.Delete(file);
            return;
        }

        _segments.Add(segment);
        Bytes += segment.Length;
    }

    private Segment Remove(Segment segment)
    {
        if (segment == _writer?.Segment)
        {
            Seal();
        }

        // The list goes first: a file that cannot be deleted must not be counted or read again.
        _segments.Remove(segment);
        segment.IsRemoved = true;
        Bytes -= segment.Length;
        File.Delete(segment.Path);
        return segment;
    }
}
