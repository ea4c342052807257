namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>Waiting requests in the order of a discipline. Not thread-safe.</summary>
/// <remarks>
/// Of a discipline whose ranks change two requests change places seldom, so the order of the last time is nearly right: sorting
/// by insertion then costs little more than asking for the ranks. Where it is not, as after many arrivals at once, it gives up
/// and all is sorted anew.
/// </remarks>
internal sealed class WaitingQueue(IQueueDiscipline discipline)
{
    private const int ShiftsPerEntry = 16;

    private WaitingEntry[] _entries = new WaitingEntry[64];
    private int _first;
    private int _end;

    public int Count => _end - _first;

    private Span<WaitingEntry> Waiting => _entries.AsSpan(_first, Count);

    /// <summary>Adds a request that has come now.</summary>
    public void Add(QueuedRequest request, double nowSeconds)
    {
        MakeRoom();
        WaitingEntry entry = new(discipline.Rank(request, nowSeconds), request);
        int place = Count;
        if (discipline.IsFixed)
        {
            place = ~Waiting.BinarySearch(entry);
            Array.Copy(_entries, _first + place, _entries, _first + place + 1, Count - place);
        }

        _entries[_first + place] = entry;
        _end++;
    }

    /// <summary>The requests in the order that holds now.</summary>
    public ReadOnlySpan<WaitingEntry> Arrange(double nowSeconds)
    {
        if (!discipline.IsFixed && !RankAnew(Waiting, nowSeconds) && !TrySortByInsertion(Waiting))
        {
            Waiting.Sort();
        }

        return Waiting;
    }

    /// <summary>Takes away those at the given places, in ascending order.</summary>
    public void Remove(List<int> places)
    {
        if (places.Count == 0)
        {
            return;
        }

        // Those before the last place move up: most of what starts stands near the head.
        int to = places[^1];
        int next = places.Count - 1;
        Span<WaitingEntry> waiting = Waiting;
        for (int from = to; from >= 0; from--)
        {
            if (next >= 0 && places[next] == from)
            {
                next--;
            }
            else
            {
                waiting[to--] = waiting[from];
            }
        }

        waiting[..places.Count].Clear();
        _first += places.Count;
    }

    // Whether they are still in order, which is found on the way.
    private bool RankAnew(Span<WaitingEntry> entries, double nowSeconds)
    {
        bool isInOrder = true;
        double before = double.NegativeInfinity;
        for (int i = 0; i < entries.Length; i++)
        {
            ref WaitingEntry entry = ref entries[i];
            double rank = discipline.Rank(entry.Request, nowSeconds);
            entry.Rank = rank;
            isInOrder &= before < rank || (i > 0 && entries[i - 1].CompareTo(entry) < 0);
            before = rank;
        }

        return isInOrder;
    }

    private static bool TrySortByInsertion(Span<WaitingEntry> entries)
    {
        long shifts = (long)ShiftsPerEntry * entries.Length;
        for (int i = 1; i < entries.Length && shifts >= 0; i++)
        {
            if (entries[i - 1].Rank < entries[i].Rank)
            {
                continue;
            }

            WaitingEntry entry = entries[i];
            int place = i;
            while (place > 0 && entry.CompareTo(entries[place - 1]) < 0)
            {
                entries[place] = entries[place - 1];
                place--;
            }

            entries[place] = entry;
            shifts -= i - place;
        }

        return shifts >= 0;
    }

    private void MakeRoom()
    {
        if (_end < _entries.Length)
        {
            return;
        }

        WaitingEntry[] roomy = Count > _entries.Length / 2 ? new WaitingEntry[2 * _entries.Length] : _entries;
        Array.Copy(_entries, _first, roomy, 0, Count);
        (_first, _end, _entries) = (0, Count, roomy);
        Array.Clear(_entries, _end, _entries.Length - _end);
    }
}
