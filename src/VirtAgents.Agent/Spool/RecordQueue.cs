namespace VirtAgents.Agent.Spool;

/// <summary>
/// Records with contiguous sequence numbers in memory, bounded by bytes: the oldest go first when it is full.
/// Not thread-safe; the spool holds its lock.
/// </summary>
internal sealed class RecordQueue(long maxBytes)
{
    private Entry[] _ring = new Entry[16];
    private int _head;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Sequence of the oldest record; meaningless while the queue is empty.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>Adds the record after the newest one and returns how many had to be dropped for it.</summary>
    public int Enqueue(long sequence, RecordKind kind, ReadOnlySpan<byte> payload, SpooledInventory? inventory)
    {
        if (Count > 0 && sequence != FirstSequence + Count)
        {
            throw new ArgumentException($"sequence {sequence} does not follow {FirstSequence + Count - 1}", nameof(sequence));
        }

        int dropped = 0;
        while (Count > 0 && Bytes + payload.Length > maxBytes)
        {
            Dequeue();
            dropped++;
        }

        Grow();
        FirstSequence = Count == 0 ? sequence : FirstSequence;
        _ring[(_head + Count) & (_ring.Length - 1)] = new Entry(kind, payload.ToArray(), inventory);
        Count++;
        Bytes += payload.Length;
        return dropped;
    }

    public Entry Peek() => _ring[_head];

    public void Dequeue()
    {
        Bytes -= _ring[_head].Payload.Length;
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        FirstSequence++;
        Count--;
    }

    /// <summary>The oldest record after a sequence number; false when there is none.</summary>
    public bool TryGetAfter(long after, out long sequence, out Entry entry)
    {
        sequence = Math.Max(FirstSequence, after + 1);
        long position = sequence - FirstSequence;
        bool found = Count > 0 && position < Count;
        entry = found ? _ring[(_head + (int)position) & (_ring.Length - 1)] : default;
        return found;
    }

    private void Grow()
    {
        if (Count < _ring.Length)
        {
            return;
        }

        var larger = new Entry[_ring.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }

    public readonly record struct Entry(RecordKind Kind, byte[] Payload, SpooledInventory? Inventory);
}
