namespace VirtAgents.Core.Metrics;

/// <summary>Keeps the series that rank first by their mean, in memory for those alone. Not thread-safe.</summary>
/// <typeparam name="T">What stands for a series.</typeparam>
/// <param name="most">How many are kept, over 0.</param>
/// <param name="smallest">Whether the smallest means rank first, not the greatest.</param>
/// <param name="order">Ranks those of equal means; it must tell all apart.</param>
public sealed class TopSeries<T>(int most, bool smallest, IComparer<T> order)
    where T : class
{
    private readonly SortedSet<(double Mean, T Series)> _kept = new(Comparer<(double Mean, T Series)>.Create((one, other) =>
    {
        int means = smallest ? one.Mean.CompareTo(other.Mean) : other.Mean.CompareTo(one.Mean);
        return means != 0 ? means : order.Compare(one.Series, other.Series);
    }));

    /// <summary>How many were not kept.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Those that are kept, by rank.</summary>
    public IEnumerable<T> Ranked => _kept.Select(k => k.Series);

    /// <summary>Adds a series and gives the one that is no longer kept, which may be the same; null when all are.</summary>
    public T? Add(T series, double mean)
    {
        _kept.Add((mean, series));
        if (_kept.Count <= most)
        {
            return null;
        }

        (double Mean, T Series) last = _kept.Max;
        _kept.Remove(last);
        LeftOut++;
        return last.Series;
    }
}
