namespace VirtAgents.Core.Metrics;

/// <summary>
/// Percentiles of any number of values in bounded memory: the value at a rank is told within <see cref="RelativeError"/>.
/// Sketches of parts merge into exactly the sketch of the whole, in any order.
/// </summary>
/// <remarks>
/// Values fall into bins whose bounds grow by the factor γ = (1 + α) / (1 − α), α being the relative error, and each bin
/// keeps a count: C. Masson, J. E. Rim, H. K. Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with
/// Relative-Error Guarantees", PVLDB 12(12), 2019, section 2. Nothing is ever collapsed: magnitudes from 1e-9 to 1e19, which
/// hold every metric, need at most <see cref="MostBins"/> bins for each sign. Smaller ones count as 0, greater ones as 1e19.
/// Not thread-safe.
/// </remarks>
public sealed class QuantileSketch
{
    /// <summary>Greatest relative error of a percentile.</summary>
    public const double RelativeError = 0.01;

    /// <summary>Most bins for positive values, and as many for negative ones.</summary>
    public const int MostBins = 3_225;

    private const double Smallest = 1e-9;
    private const double Greatest = 1e19;
    private static readonly double LogGamma = Math.Log((1 + RelativeError) / (1 - RelativeError));
    private static readonly double[] Representatives = Represent();
    private readonly SketchBins _positive = new();
    private SketchBins? _negative;
    private long _zeros;

    /// <summary>Number of values.</summary>
    public long Count => _zeros + _positive.Total + (_negative?.Total ?? 0);

    /// <summary>Number of the bin of a value: 0 for zero, from 1 to <see cref="MostBins"/> for positive values, negative for negative ones; it grows with the value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number.</exception>
    public static int BinOf(double value)
    {
        double magnitude = Math.Abs(value);
        if (double.IsNaN(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "not a number");
        }

        if (magnitude < Smallest)
        {
            return 0;
        }

        int bin = Math.Clamp(1 + (int)Math.Ceiling(Math.Log(Math.Min(magnitude, Greatest) / Smallest) / LogGamma), 1, MostBins);
        return value < 0 ? -bin : bin;
    }

    /// <summary>The value that stands for all values of a bin.</summary>
    public static double ValueOf(int bin) => bin == 0 ? 0 : bin > 0 ? Representatives[bin] : -Representatives[-bin];

    /// <summary>Adds a value.</summary>
    public void Add(double value) => AddBin(BinOf(value), 1);

    /// <summary>Adds values of one bin.</summary>
    /// <param name="bin">As <see cref="BinOf"/> gives it.</param>
    /// <param name="count">How many; over 0.</param>
    public void AddBin(int bin, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(bin), MostBins);
        if (bin == 0)
        {
            _zeros += count;
        }
        else if (bin > 0)
        {
            _positive.Add(bin, count);
        }
        else
        {
            (_negative ??= new SketchBins()).Add(-bin, count);
        }
    }

    /// <summary>Adds everything another sketch has.</summary>
    public void Merge(QuantileSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _zeros += other._zeros;
        _positive.Merge(other._positive);
        if (other._negative is { } negative)
        {
            (_negative ??= new SketchBins()).Merge(negative);
        }
    }

    /// <summary>The bins that have values, in ascending order of value.</summary>
    public IEnumerable<(int Bin, long Count)> Bins()
    {
        IEnumerable<(int Bin, long Count)> negative = _negative?.Ascending().Reverse().Select(b => (-b.Bin, b.Count)) ?? [];
        IEnumerable<(int Bin, long Count)> zero = _zeros > 0 ? [(0, _zeros)] : [];
        return negative.Concat(zero).Concat(_positive.Ascending());
    }

    /// <summary>A percentile by nearest rank, within <see cref="RelativeError"/>; null without values.</summary>
    /// <param name="percentile">Over 0, at most 100.</param>
    public double? Percentile(double percentile)
    {
        long count = Count;
        if (count == 0)
        {
            return null;
        }

        long rank = Math.Clamp((long)Math.Ceiling(percentile / 100 * count), 1, count);
        foreach ((int bin, long values) in Bins())
        {
            rank -= values;
            if (rank <= 0)
            {
                return ValueOf(bin);
            }
        }

        throw new InvalidOperationException("the bins hold fewer values than were counted");
    }

    // Bin b holds (Smallest * γ^(b-2), Smallest * γ^(b-1)]; the value in it with equal relative distance to both bounds.
    private static double[] Represent()
    {
        double gamma = (1 + RelativeError) / (1 - RelativeError);
        double[] values = new double[MostBins + 1];
        for (int bin = 1; bin <= MostBins; bin++)
        {
            values[bin] = Smallest * Math.Pow(gamma, bin - 1) * 2 / (1 + gamma);
        }

        return values;
    }
}
