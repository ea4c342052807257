using System.Numerics;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>
/// The rollups of one series in an hour as whole numbers, rounded as they are stored: one number of each kind for each window that has values,
/// in order of time. Used again and again.
/// </summary>
/// <remarks>
/// Means, denominators and sums have seven digits; a sum is told as distance from mean times count. Lowest, highest and newest values have five
/// digits, the last two as distances from the first in the order of floating point, which are zero for a series that stands still. Squared
/// deviations have two digits. Times of the newest values are milliseconds from the start of their window.
/// </remarks>
internal sealed class RollupFigures
{
    public const int MostWindows = 60;

    /// <summary>Most values of a window whose bins are kept one by one.</summary>
    public const int Few = 64;

    private static readonly long HighestFine = FloatBits.Fine(float.MaxValue);
    private readonly int[] _inner = new int[MostWindows * Few];
    private readonly int[] _ends = new int[MostWindows];
    private readonly (int Lowest, int Highest)[] _bounds = new (int, int)[MostWindows];

    public RollupFigures() => Kinds = [Means, Weights, Sums, Lowest, Spreads, Lasts, Deviations, Times];

    /// <summary>A bit for each window that has values.</summary>
    public ulong Presence { get; private set; }

    /// <summary>Windows that have values.</summary>
    public int Windows { get; private set; }

    public long[] Counts { get; } = new long[MostWindows];

    public long[] Means { get; } = new long[MostWindows];

    public long[] Weights { get; } = new long[MostWindows];

    public long[] Sums { get; } = new long[MostWindows];

    public long[] Lowest { get; } = new long[MostWindows];

    public long[] Spreads { get; } = new long[MostWindows];

    public long[] Lasts { get; } = new long[MostWindows];

    public long[] Deviations { get; } = new long[MostWindows];

    public long[] Times { get; } = new long[MostWindows];

    /// <summary>All but the counts, in the order in which rows of before schema version 4 have them.</summary>
    public long[][] Kinds { get; }

    /// <summary>Whether no window has more values than <see cref="Few"/>, so that the bin of each value is kept.</summary>
    public bool IsFew { get; private set; }

    public void Clear() => (Presence, Windows, IsFew) = (0, 0, true);

    /// <summary>Takes which windows there are from a row that is read; the counts are there already.</summary>
    /// <exception cref="InvalidDataException">There are fewer or more values than can be.</exception>
    public void Begin(ulong presence, bool few)
    {
        (Presence, Windows, IsFew) = (presence, BitOperations.PopCount(presence), few);
        for (int position = 0, end = 0; position < Windows; position++)
        {
            if (Counts[position] < 1 || (few && Counts[position] > Few))
            {
                throw new InvalidDataException($"{Counts[position]} values in a window");
            }

            end += few ? InnerOf(Counts[position]) : 0;
            _ends[position] = end;
        }
    }

    /// <summary>Adds the next window.</summary>
    /// <param name="window">Its place in the hour.</param>
    /// <param name="summary">What it has.</param>
    /// <param name="startMs">Its start; milliseconds since 1970 UTC.</param>
    /// <param name="bins">Bins of its values, ascending; not needed of many.</param>
    public void Take(int window, Summary summary, long startMs, ReadOnlySpan<int> bins)
    {
        int position = Windows++;
        Presence |= 1UL << window;
        Counts[position] = summary.Count;
        Means[position] = FloatBits.Of(summary.Amount / summary.Weight);
        Weights[position] = FloatBits.Of(summary.Weight);
        Sums[position] = FloatBits.Of(summary.Sum) - FloatBits.Of(FloatBits.Value(Means[position]) * summary.Count);
        Lowest[position] = FloatBits.Fine(summary.Minimum);
        Spreads[position] = FloatBits.Fine(summary.Maximum) - Lowest[position];
        Lasts[position] = FloatBits.Fine(summary.Last) - Lowest[position];
        Deviations[position] = FloatBits.Coarse(Math.Max(0, summary.SquaredDeviations));
        Times[position] = summary.LastUnixMs - startMs;
        Bound(position);
        IsFew &= summary.Count <= Few;
        if (IsFew)
        {
            TakeInner(position, bins);
        }
    }

    /// <summary>Adds a window of other figures as the next one, as it is.</summary>
    /// <param name="window">Its place in the hour.</param>
    /// <param name="other">The other figures.</param>
    /// <param name="from">Position among their windows that are there.</param>
    public void Append(int window, RollupFigures other, int from)
    {
        int position = Windows++;
        Presence |= 1UL << window;
        Counts[position] = other.Counts[from];
        for (int kind = 0; kind < Kinds.Length; kind++)
        {
            Kinds[kind][position] = other.Kinds[kind][from];
        }

        _bounds[position] = other._bounds[from];
        IsFew &= other.Counts[from] <= Few;
        if (IsFew)
        {
            _ends[position] = InnerOf(Counts[position]) + (position == 0 ? 0 : _ends[position - 1]);
            other.Inner(from).CopyTo(Inner(position));
        }
    }

    /// <summary>A window as a summary.</summary>
    /// <param name="position">Position among the windows that are there.</param>
    /// <param name="startMs">Start of the window; milliseconds since 1970 UTC.</param>
    /// <param name="values">What percentiles need; null = they are not asked for.</param>
    public Summary Restore(int position, long startMs, Distribution? values)
    {
        long count = Counts[position];
        double mean = FloatBits.Value(Means[position]);
        double weight = FloatBits.Value(Weights[position]);
        long sum = FloatBits.Of(mean * count) + Sums[position];
        long lowest = Lowest[position];
        return Summary.Restore(
            count, mean * weight, weight, FloatBits.Value(sum),
            FloatBits.FineValue(lowest), FloatBits.FineValue(lowest + Spreads[position]), FloatBits.FineValue(lowest + Lasts[position]),
            startMs + Times[position], FloatBits.CoarseValue(Deviations[position]), values);
    }

    /// <summary>Whether another row has the same windows and means.</summary>
    public bool HasMeansOf(RollupFigures other) =>
        Presence == other.Presence && Means.AsSpan(0, Windows).SequenceEqual(other.Means.AsSpan(0, Windows));

    /// <summary>Reckons <see cref="BoundsOf"/> once lowest and highest values are there: a logarithm takes longer than the rest of a window.</summary>
    /// <exception cref="InvalidDataException">There are no such values.</exception>
    public void Bound()
    {
        for (int position = 0; position < Windows; position++)
        {
            Bound(position);
        }
    }

    /// <summary>The bins of the lowest and the highest value of a window, as whoever reads it will compute them.</summary>
    public (int Lowest, int Highest) BoundsOf(int position) => _bounds[position];

    /// <summary>Bins of the values of a window but for the lowest and the highest one, ascending.</summary>
    public Span<int> Inner(int position)
    {
        int length = InnerOf(Counts[position]);
        return _inner.AsSpan(_ends[position] - length, length);
    }

    /// <summary>How many values of how many are neither the lowest nor the highest one.</summary>
    private static int InnerOf(long count) => (int)Math.Max(0, count - 2);

    private void Bound(int position)
    {
        (long lowest, long spread) = (Lowest[position], Spreads[position]);
        _bounds[position] = lowest >= -HighestFine && lowest <= HighestFine && spread >= 0 && spread <= HighestFine - lowest
            ? (BinOf(lowest), BinOf(lowest + spread))
            : throw new InvalidDataException($"a window with values of {lowest} and {spread} more");
    }

    private static int BinOf(long fine) => QuantileSketch.BinOf(FloatBits.FineValue(fine));

    private void TakeInner(int position, ReadOnlySpan<int> bins)
    {
        int length = InnerOf(bins.Length);
        _ends[position] = length + (position == 0 ? 0 : _ends[position - 1]);
        (int lowest, int highest) = BoundsOf(position);
        Span<int> inner = Inner(position);
        for (int i = 0; i < length; i++)
        {
            inner[i] = Math.Clamp(bins[i + 1], lowest, highest);
        }
    }
}
