using Microsoft.Win32.SafeHandles;

namespace VirtAgents.Agent.Spool;

/// <summary>Appends to the newest segment. A write that fails half-way leaves no trace that a reader could see.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SafeFileHandle _handle;
    private byte[] _buffer = new byte[4 << 10];

    private SegmentWriter(Segment segment, SafeFileHandle handle) => (Segment, _handle) = (segment, handle);

    public Segment Segment { get; }

    /// <summary>The inventory that this segment already tells.</summary>
    public SpooledInventory? Inventory { get; private set; }

    /// <summary>The file could not be brought back to whole records; nothing more may be appended.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>There are bytes that are not known to be on the disk.</summary>
    public bool IsDirty { get; private set; }

    /// <exception cref="IOException">The file cannot be made, such as when the disk is full; nothing is left of it.</exception>
    public static SegmentWriter Create(string directory, Guid generation, long firstSequence, long nowUnixMs)
    {
        string path = Path.Combine(directory, Segment.NameOf(firstSequence));
        var segment = new Segment(path, generation, firstSequence) { CreatedUnixMs = nowUnixMs, WrittenUnixMs = nowUnixMs };
        Span<byte> header = stackalloc byte[Segment.HeaderSize];
        segment.WriteHeader(header);
        using FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly,
        });
        try
        {
            file.Write(header);
            SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return new SegmentWriter(segment, handle) { IsDirty = true };
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Appends a record, and before it the inventory it belongs to when the segment does not tell it yet.</summary>
    /// <exception cref="IOException">Nothing was appended.</exception>
    public void Append(RecordKind kind, long sequence, ReadOnlySpan<byte> payload, SpooledInventory? inventory, long nowUnixMs)
    {
        bool tellInventory = inventory is not null && !inventory.IsSameAs(Inventory);
        int first = tellInventory ? RecordHeader.Size + inventory!.Payload.Length : 0;
        int size = first + RecordHeader.Size + payload.Length;
        if (_buffer.Length < size)
        {
            _buffer = new byte[Math.Max(size, _buffer.Length * 2)];
        }

        if (tellInventory)
        {
            Compose(_buffer.AsSpan(0, first), RecordKind.Inventory, inventory!.Version, inventory.Payload);
        }

        Compose(_buffer.AsSpan(first, size - first), kind, sequence, payload);
        Write(_buffer.AsSpan(0, size));
        Segment.Length += size;
        Segment.LastSequence = sequence;
        Segment.WrittenUnixMs = nowUnixMs;
        Inventory = inventory ?? Inventory;
    }

    /// <summary>Waits until the disk has everything that was appended before the call.</summary>
    public void Flush()
    {
        IsDirty = false;
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (IOException)
        {
            IsDirty = true;
            throw;
        }
    }

    public void Dispose() => _handle.Dispose();

    private static void Compose(Span<byte> record, RecordKind kind, long number, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(record[RecordHeader.Size..]);
        RecordHeader.Write(record, kind, number);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, Segment.Length);
            IsDirty = true;
        }
        catch (IOException)
        {
            TryCutBack();
            throw;
        }
    }

    private void TryCutBack()
    {
        try
        {
            RandomAccess.SetLength(_handle, Segment.Length);
        }
        catch (IOException)
        {
            // Readers stop at Segment.Length and the next start cuts the torn tail off, so a new segment is enough.
            IsBroken = true;
        }
    }
}
