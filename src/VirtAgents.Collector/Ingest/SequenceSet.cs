using System.Runtime.InteropServices;

namespace VirtAgents.Collector.Ingest;

/// <summary>A set of sequence numbers from 1: everything up to a number, and runs beyond it. Not thread-safe.</summary>
internal sealed class SequenceSet
{
    private readonly List<(long First, long Last)> _beyond;

    public SequenceSet(long contiguous, IEnumerable<(long First, long Last)> beyond)
    {
        Contiguous = contiguous;
        _beyond = [.. beyond];
    }

    /// <summary>Everything from 1 to here is in the set.</summary>
    public long Contiguous { get; private set; }

    /// <summary>Runs beyond <see cref="Contiguous"/>.</summary>
    public int Runs => _beyond.Count;

    public IReadOnlyList<(long First, long Last)> Beyond => _beyond;

    public bool Contains(long number)
    {
        if (number <= Contiguous)
        {
            return number > 0;
        }

        int at = FirstEndingAtOrAfter(number);
        return at < _beyond.Count && _beyond[at].First <= number;
    }

    /// <summary>Adds a run; false when all of it was there.</summary>
    public bool Add(long first, long last)
    {
        first = Math.Max(first, Contiguous + 1);
        if (first > last)
        {
            return false;
        }

        // Runs that touch the new one melt into it.
        int at = FirstEndingAtOrAfter(first - 1), end = at;
        long from = first, to = last;
        while (end < _beyond.Count && _beyond[end].First <= last + 1)
        {
            if (_beyond[end].First <= first && _beyond[end].Last >= last)
            {
                return false;
            }

            from = Math.Min(from, _beyond[end].First);
            to = Math.Max(to, _beyond[end].Last);
            end++;
        }

        _beyond.RemoveRange(at, end - at);
        if (from == Contiguous + 1)
        {
            Contiguous = to;
        }
        else
        {
            _beyond.Insert(at, (from, to));
        }

        return true;
    }

    private int FirstEndingAtOrAfter(long number)
    {
        ReadOnlySpan<(long First, long Last)> runs = CollectionsMarshal.AsSpan(_beyond);
        int low = 0, high = runs.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (runs[middle].Last < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
