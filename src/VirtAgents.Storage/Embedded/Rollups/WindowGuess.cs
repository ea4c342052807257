using VirtAgents.Core.Metrics;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>What the bins of a window let expect of its other figures. Reader and writer guess alike, so that only what differs has to be stored.</summary>
/// <remarks>
/// Lowest and highest value are known with five digits and all others within a percent. So the mean is known within a percent too, the newest
/// value is one of those, and the squared deviations are nearly their two digits. All guesses are made of stored numbers by single operations of
/// IEEE 754, which give the same bits everywhere; only bins and what stands for them are reckoned with the logarithms of the machine, of numbers
/// of five digits and to five digits.
/// </remarks>
internal sealed class WindowGuess
{
    private static readonly long[] Representatives = [.. Enumerable.Range(0, QuantileSketch.MostBins + 1).Select(bin => FloatBits.Fine(QuantileSketch.ValueOf(bin)))];
    private readonly long[] _values = new long[RollupFigures.Few];
    private int _count;
    private double _mean;

    /// <summary>Begins with a window of which counts, lowest and highest values and bins are known.</summary>
    public void Begin(RollupFigures figures, int position)
    {
        (long lowest, long spread) = (figures.Lowest[position], figures.Spreads[position]);
        (int lowestBin, int highestBin) = figures.BoundsOf(position);
        Span<int> inner = figures.Inner(position);
        _count = (int)figures.Counts[position];
        _values[_count - 1] = lowest + spread;
        _values[0] = lowest;
        for (int i = 0; i < inner.Length; i++)
        {
            _values[i + 1] = lowestBin == highestBin ? lowest + (spread / 2) : Math.Clamp(RepresentativeOf(inner[i]), lowest, lowest + spread);
        }
    }

    /// <summary>Which of the values, in ascending order, is nearest to the newest one; the first, the last, or one that is neither.</summary>
    public int PlaceOf(long last)
    {
        if (last == _values[0] || last == _values[_count - 1])
        {
            return last == _values[0] ? 0 : _count - 1;
        }

        int best = 0;
        for (int i = 1; i < _count - 1; i++)
        {
            best = best == 0 || Math.Abs(_values[i] - last) < Math.Abs(_values[best] - last) ? i : best;
        }

        return best;
    }

    /// <summary>Whether a place is that of the lowest or the highest value, which is known as it is stored.</summary>
    public bool IsBound(int place) => place == 0 || place == _count - 1;

    /// <summary>The value at a place.</summary>
    /// <exception cref="InvalidDataException">There is no such place.</exception>
    public long ValueAt(long place) => place >= 0 && place < _count ? _values[place] : throw new InvalidDataException($"value {place} of {_count}");

    /// <summary>Puts the newest value, which is known by now, at its place.</summary>
    public void Know(int place, long last) => _values[place] = last;

    /// <summary>The mean of the values, as it is stored.</summary>
    public long Mean()
    {
        double sum = 0;
        for (int i = 0; i < _count; i++)
        {
            sum += FloatBits.FineValue(_values[i]);
        }

        _mean = sum / _count;
        return double.IsFinite(_mean) ? FloatBits.Of(_mean) : 0;
    }

    /// <summary>The squared deviations from <see cref="Mean"/>, as they are stored.</summary>
    public long Deviations()
    {
        double sum = 0;
        for (int i = 0; i < _count; i++)
        {
            double apart = FloatBits.FineValue(_values[i]) - _mean;
            sum += apart * apart;
        }

        // What is not finite has other bits on other processors.
        return double.IsFinite(sum) ? FloatBits.Coarse(sum) : 0;
    }

    private static long RepresentativeOf(int bin) => bin >= 0 ? Representatives[bin] : -Representatives[-bin];
}
