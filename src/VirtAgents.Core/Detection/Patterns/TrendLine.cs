using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>A straight line through values over time, as good as it is: a few values that are far off do not turn it.</summary>
/// <remarks>
/// The slope is the median of the slopes between all pairs of values (Theil 1950; Sen 1968: <i>Estimates of the regression coefficient based on
/// Kendall's tau</i>), its interval the ranks that Sen takes from the variance of Kendall's S. Whether there is a trend at all is the test of Mann (1945) and Kendall.
/// Neighbouring values of one VM are alike, which makes both look surer than they are, so that the variance is multiplied by what autocorrelation of the
/// first order costs of the number of values (Yue, Wang 2004: <i>The Mann-Kendall test modified by effective sample size</i>). Ties do not lessen it, which is the
/// careful side.
/// </remarks>
/// <param name="Slope">Growth for each unit of time.</param>
/// <param name="SlopeLow">Below it in one of ten cases.</param>
/// <param name="SlopeHigh">Above it in one of ten cases.</param>
/// <param name="Level">Where the line is at the newest time.</param>
/// <param name="Spread">Standard deviation of the values around the line, from the median distance.</param>
/// <param name="Significance">1 less the chance that values without a trend grow or fall so steadily; 0 to 1.</param>
internal readonly record struct TrendLine(double Slope, double SlopeLow, double SlopeHigh, double Level, double Spread, double Significance)
{
    /// <summary>Most values of one line: work and memory grow with the square.</summary>
    public const int MostValues = 32;

    private const double NormalSpreadOfMedianDistance = 1.4826;
    private const double Quantile90 = 1.2816;
    private const double MostAutocorrelation = 0.9;

    /// <summary>Lays a line.</summary>
    /// <param name="times">When, growing; any unit. From 3 to <see cref="MostValues"/>.</param>
    /// <param name="values">As many; finite.</param>
    public static TrendLine Fit(ReadOnlySpan<double> times, ReadOnlySpan<double> values)
    {
        Span<double> slopes = stackalloc double[MostValues * (MostValues - 1) / 2];
        slopes = slopes[..(values.Length * (values.Length - 1) / 2)];
        int concordance = Slopes(times, values, slopes);
        slopes.Sort();
        double slope = Median(slopes);
        Span<double> distances = stackalloc double[values.Length];
        double level = LevelOf(times, values, slope, distances);
        double variance = values.Length * (values.Length - 1.0) * ((2 * values.Length) + 5) / 18 * Inflation(distances);
        double score = Math.Max(0, Math.Abs(concordance) - 1) / Math.Sqrt(variance);
        double half = Quantile90 * Math.Sqrt(variance);
        return new(
            slope,
            slopes[Rank((slopes.Length - half) / 2, slopes.Length)],
            slopes[Rank((slopes.Length + half) / 2, slopes.Length)],
            level,
            SpreadOf(distances),
            Math.Max(0, 1 - (2 * Math.Pow(10, -NormalTail.MinusLog10(score)))));
    }

    /// <summary>Growth for each unit of time alone; for halves of a line.</summary>
    public static double SlopeOf(ReadOnlySpan<double> times, ReadOnlySpan<double> values)
    {
        Span<double> slopes = stackalloc double[MostValues * (MostValues - 1) / 2];
        slopes = slopes[..(values.Length * (values.Length - 1) / 2)];
        _ = Slopes(times, values, slopes);
        slopes.Sort();
        return Median(slopes);
    }

    private static int Slopes(ReadOnlySpan<double> times, ReadOnlySpan<double> values, Span<double> slopes)
    {
        int concordance = 0, next = 0;
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = i + 1; j < values.Length; j++)
            {
                double growth = values[j] - values[i];
                concordance += Math.Sign(growth);
                slopes[next++] = growth / (times[j] - times[i]);
            }
        }

        return concordance;
    }

    // Where the line is at the newest time, and the distance of each value from it.
    private static double LevelOf(ReadOnlySpan<double> times, ReadOnlySpan<double> values, double slope, Span<double> distances)
    {
        Span<double> sorted = stackalloc double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            sorted[i] = distances[i] = values[i] + (slope * (times[^1] - times[i]));
        }

        sorted.Sort();
        double level = Median(sorted);
        foreach (ref double distance in distances)
        {
            distance -= level;
        }

        return level;
    }

    private static double Inflation(ReadOnlySpan<double> distances)
    {
        (double product, double square) = (0, distances[0] * distances[0]);
        for (int i = 1; i < distances.Length; i++)
        {
            product += distances[i] * distances[i - 1];
            square += distances[i] * distances[i];
        }

        double correlation = square > 0 ? Math.Clamp(product / square, 0, MostAutocorrelation) : 0;
        return (1 + correlation) / (1 - correlation);
    }

    private static double SpreadOf(Span<double> distances)
    {
        foreach (ref double distance in distances)
        {
            distance = Math.Abs(distance);
        }

        distances.Sort();
        return NormalSpreadOfMedianDistance * Median(distances);
    }

    private static int Rank(double place, int count) => Math.Clamp((int)Math.Round(place), 0, count - 1);

    private static double Median(ReadOnlySpan<double> sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
