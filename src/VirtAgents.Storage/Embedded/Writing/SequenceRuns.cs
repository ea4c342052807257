using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>The set of sequence numbers of a stream that are in the store: everything up to a number, and runs above it.</summary>
internal sealed class SequenceRuns
{
    private readonly List<(long First, long Last)> _beyond;

    public SequenceRuns()
        : this(0, [])
    {
    }

    private SequenceRuns(long contiguous, List<(long First, long Last)> beyond)
    {
        Contiguous = contiguous;
        _beyond = beyond;
    }

    public long Contiguous { get; private set; }

    public IReadOnlyList<(long First, long Last)> Beyond => _beyond;

    public static SequenceRuns Read(long contiguous, ReadOnlySpan<byte> beyond)
    {
        var runs = new List<(long, long)>();
        var source = new ByteReader(beyond);
        long last = contiguous;
        while (source.Left > 0)
        {
            long first = unchecked(last + (long)source.Varint());
            long end = unchecked(first + (long)source.Varint());
            if (first <= last || end < first)
            {
                throw new InvalidDataException("the runs of sequence numbers are not in order");
            }

            runs.Add((first, end));
            last = end;
        }

        return new SequenceRuns(contiguous, runs);
    }

    public bool Contains(long sequence) =>
        (sequence >= 1 && sequence <= Contiguous) || _beyond.Exists(run => run.First <= sequence && sequence <= run.Last);

    public SequenceRuns Copy() => new(Contiguous, [.. _beyond]);

    /// <summary>Adds the numbers from <paramref name="first"/> to <paramref name="last"/>; false when all were there already.</summary>
    public bool Add(long first, long last)
    {
        if (last <= Contiguous)
        {
            return false;
        }

        first = Math.Max(first, Contiguous + 1);
        int at = 0;
        while (at < _beyond.Count && _beyond[at].Last < first - 1)
        {
            at++;
        }

        if (at < _beyond.Count && _beyond[at].First <= first && last <= _beyond[at].Last)
        {
            return false;
        }

        Merge(at, first, last);
        return true;
    }

    public void Write(ByteWriter target)
    {
        long last = Contiguous;
        foreach ((long First, long Last) run in _beyond)
        {
            target.Varint((ulong)(run.First - last));
            target.Varint((ulong)(run.Last - run.First));
            last = run.Last;
        }
    }

    private void Merge(int at, long first, long last)
    {
        int end = at;
        while (end < _beyond.Count && _beyond[end].First - 1 <= last)
        {
            first = Math.Min(first, _beyond[end].First);
            last = Math.Max(last, _beyond[end].Last);
            end++;
        }

        _beyond.RemoveRange(at, end - at);
        if (first == Contiguous + 1)
        {
            Contiguous = last;
        }
        else
        {
            _beyond.Insert(at, (first, last));
        }
    }
}
