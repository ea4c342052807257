using Microsoft.Win32.SafeHandles;

namespace VirtAgents.Agent.Spool;

/// <summary>
/// Reads the spool in order, from a sequence on, and goes on when more is appended. Segments that are dropped below it
/// are passed over; the reader sees a hole in the sequence. For one reader at a time.
/// </summary>
internal sealed class SpoolCursor(MessageSpool spool, long after, bool eventsOnly) : IDisposable
{
    private SafeFileHandle? _handle;
    private byte[] _buffer = new byte[4 << 10];
    private SpoolRecord _record;

    /// <summary>Newest sequence that this cursor has passed.</summary>
    public long Last { get; private set; } = after;

    /// <summary>The inventory in force at the place of the cursor; null when none is known.</summary>
    public SpooledInventory? Inventory { get; private set; }

    internal Segment? Segment { get; private set; }

    internal long Offset { get; private set; }

    /// <summary>Newest sequence that was read in this segment.</summary>
    internal long LastInSegment { get; private set; }

    /// <summary>The next record; false when there is none for now (then <see cref="Inventory"/> is the newest one).</summary>
    public bool TryRead(out SpoolRecord record)
    {
        CursorStep step;
        do
        {
            step = spool.Step(this);
        }
        while (step == CursorStep.Moved);

        record = step == CursorStep.Record ? _record : default;
        return step == CursorStep.Record;
    }

    public void Dispose() => _handle?.Dispose();

    internal CursorStep StepDisk(SegmentStore store)
    {
        if ((Segment is null || Segment.IsRemoved) && !TryEnter(store.First))
        {
            return CursorStep.End;
        }

        if (Offset >= Segment!.Length)
        {
            return TryEnter(store.After(Segment)) ? CursorStep.Moved : CursorStep.End;
        }

        if (!SegmentScan.TryReadHeader(_handle!, Offset, Segment.Length, out RecordHeader header))
        {
            return CursorStep.Damaged;
        }

        bool wanted = header.Kind == RecordKind.Inventory ? !eventsOnly : IsWanted(header.Kind, header.Number);
        if (wanted && !SegmentScan.TryReadRecord(_handle!, Offset, Segment.Length, ref _buffer, out header))
        {
            return CursorStep.Damaged;
        }

        Offset += RecordHeader.Size + header.Length;
        return Pass(header, wanted);
    }

    internal CursorStep StepMemory(RecordQueue queue, SpooledInventory? current)
    {
        if (!queue.TryGetAfter(Last, out long sequence, out RecordQueue.Entry entry))
        {
            Inventory = eventsOnly ? null : current ?? Inventory;
            return CursorStep.End;
        }

        bool wanted = IsWanted(entry.Kind, sequence);
        Last = sequence;
        Inventory = eventsOnly ? null : entry.Inventory ?? Inventory;
        _record = new SpoolRecord(entry.Kind, sequence, entry.Payload);
        return wanted ? CursorStep.Record : CursorStep.Moved;
    }

    private bool IsWanted(RecordKind kind, long sequence) => sequence > Last && (!eventsOnly || kind == RecordKind.Event);

    private CursorStep Pass(RecordHeader header, bool wanted)
    {
        ReadOnlyMemory<byte> payload = _buffer.AsMemory(RecordHeader.Size, wanted ? header.Length : 0);
        if (header.Kind == RecordKind.Inventory)
        {
            Inventory = wanted ? new SpooledInventory(Segment!.Generation, header.Number, payload.ToArray()) : null;
            return CursorStep.Moved;
        }

        LastInSegment = header.Number;
        Last = Math.Max(Last, header.Number);
        _record = new SpoolRecord(header.Kind, header.Number, payload);
        return wanted ? CursorStep.Record : CursorStep.Moved;
    }

    private bool TryEnter(Segment? segment)
    {
        if (segment is null)
        {
            return false;
        }

        _handle?.Dispose();
        _handle = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Segment = segment;
        Offset = Segment.HeaderSize;
        LastInSegment = segment.FirstSequence - 1;
        return true;
    }
}
