namespace VirtAgents.Core.Metrics;

/// <summary>Counts by bin, dense between the lowest and the highest bin that has any.</summary>
internal sealed class SketchBins
{
    private const int Room = 16;
    private long[] _counts = [];
    private int _first;

    public long Total { get; private set; }

    public void Add(int bin, long count)
    {
        if (bin < _first || bin >= _first + _counts.Length)
        {
            Cover(bin, bin);
        }

        _counts[bin - _first] += count;
        Total += count;
    }

    public void Merge(SketchBins other)
    {
        foreach ((int bin, long count) in other.Ascending())
        {
            Add(bin, count);
        }
    }

    public IEnumerable<(int Bin, long Count)> Ascending()
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
            {
                yield return (_first + i, _counts[i]);
            }
        }
    }

    private void Cover(int low, int high)
    {
        bool empty = _counts.Length == 0;
        int first = Math.Max(1, empty ? low - (Room / 2) : Math.Min(_first, low - Room));
        int last = empty ? high + (Room / 2) : Math.Max(_first + _counts.Length - 1, high + Room);
        if (!empty)
        {
            // Only the side that was too short grows.
            first = low < _first ? first : _first;
            last = high >= _first + _counts.Length ? last : _first + _counts.Length - 1;
        }

        long[] wider = new long[last - first + 1];
        _counts.CopyTo(wider, empty ? 0 : _first - first);
        (_counts, _first) = (wider, first);
    }
}
