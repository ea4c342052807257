using Microsoft.Win32.SafeHandles;

namespace VirtAgents.Agent.Spool;

/// <summary>Reads a segment as a crash may have left it.</summary>
internal static class SegmentScan
{
    /// <summary>Opens a segment file; null when its header is torn or it is not a segment.</summary>
    public static Segment? Open(string path)
    {
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[Segment.HeaderSize];
        int read = ReadFully(handle, header, 0);
        return Segment.FromHeader(path, header[..read]);
    }

    /// <summary>
    /// Checks every record from the start and stops at the first that is not whole: sets <see cref="Segment.Length"/> and
    /// <see cref="Segment.LastSequence"/> to what can be trusted.
    /// </summary>
    public static void Verify(Segment segment)
    {
        using SafeFileHandle handle = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] buffer = new byte[64 << 10];
        segment.Length = Segment.HeaderSize;
        segment.LastSequence = segment.FirstSequence - 1;
        while (TryReadRecord(handle, segment.Length, RandomAccess.GetLength(handle), ref buffer, out RecordHeader header)
            && (header.Kind == RecordKind.Inventory || header.Number > segment.LastSequence))
        {
            segment.LastSequence = header.Kind == RecordKind.Inventory ? segment.LastSequence : header.Number;
            segment.Length += RecordHeader.Size + header.Length;
        }
    }

    /// <summary>Reads the header of a record without its payload; false when it cannot be one.</summary>
    public static bool TryReadHeader(SafeFileHandle handle, long offset, long end, out RecordHeader header)
    {
        Span<byte> bytes = stackalloc byte[RecordHeader.Size];
        header = default;
        if (end - offset < RecordHeader.Size || ReadFully(handle, bytes, offset) < RecordHeader.Size)
        {
            return false;
        }

        header = RecordHeader.Read(bytes);
        return header.IsSane && offset + RecordHeader.Size + header.Length <= end;
    }

    /// <summary>Reads a whole record into the buffer, header first, and checks its checksum.</summary>
    public static bool TryReadRecord(SafeFileHandle handle, long offset, long end, ref byte[] buffer, out RecordHeader header)
    {
        if (!TryReadHeader(handle, offset, end, out header))
        {
            return false;
        }

        int size = RecordHeader.Size + header.Length;
        if (buffer.Length < size)
        {
            buffer = new byte[Math.Max(size, buffer.Length * 2)];
        }

        Span<byte> record = buffer.AsSpan(0, size);
        return ReadFully(handle, record, offset) == size && RecordHeader.ChecksumOf(record) == header.Checksum;
    }

    private static int ReadFully(SafeFileHandle handle, Span<byte> target, long offset)
    {
        int total = 0;
        while (total < target.Length)
        {
            int read = RandomAccess.Read(handle, target[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }
}
