namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Says whether memory of a VM leaks: grows steadily, will be full within a day, and does not slow down.</summary>
/// <remarks>
/// <para>
/// Four stretches are looked at, the newest 2, 4, 8 and 16 hours in <see cref="Buckets"/> means each; quick leaks show in the shortest, slow ones in noise only in
/// the longest. A <see cref="TrendLine"/> is laid through each. Confidence is its significance times its steadiness g² / (g² + (4 s)²), where g is what
/// it grew over the stretch and s the spread around it: random wandering grows as well, but not along a line. The shortest stretch that says so counts, otherwise the surest.
/// </para>
/// <para>
/// What fills a cache slows down: growth of the second half over that of the first is taken to go on so, as a geometric series, and has to reach the end of the memory.
/// What comes daily or weekly, or wanders, stays about below where it was before in that week: half of the growth has to be above that. Of a VM that is known for less than a day there is no such proof, so that only
/// what is full within <see cref="UnknownHoursToFull"/> hours counts.
/// </para>
/// <para>
/// The interval of the time to full is <see cref="Widening"/> times as wide as that of the line: what else a VM does drifts for longer than neighbouring means tell, and a stretch is chosen because it grew.
/// </para>
/// </remarks>
internal static class LeakJudge
{
    /// <summary>Means that a stretch consists of.</summary>
    public const int Buckets = 24;

    /// <summary>Confidence from which on it counts as a leak.</summary>
    public const double LeastConfidence = 0.85;

    /// <summary>Within how many hours memory has to be full.</summary>
    public const double MostHoursToFull = 24;

    /// <summary>The same for a VM that is not known for a day.</summary>
    public const double UnknownHoursToFull = 3;

    /// <summary>By how much the interval of the line is too narrow, by worlds with leaks that are known.</summary>
    public const double Widening = 1.5;

    private const double Quantile90 = 1.2816, SpreadsInGrowth = 4, LeastGrowth = 1, PartOfGrowthThatIsNew = 0.5;
    private const int LeastKnown = 18;
    private static readonly int[] WindowsOfBucket = [1, 2, 4, 8];

    /// <summary>Judges what a VM used up to now.</summary>
    /// <param name="series">What it used.</param>
    /// <param name="windowHours">Length of a window, hours.</param>
    /// <param name="isKnown">Whether the VM is known for a day.</param>
    public static LeakVerdict Judge(LeakSeries series, double windowHours, bool isKnown)
    {
        LeakVerdict best = default;
        foreach (int windows in WindowsOfBucket)
        {
            LeakVerdict verdict = Judge(series, windows, windows * windowHours, isKnown);
            if (verdict.IsLeak)
            {
                // A longer one is surer, but more often begins before the leak, and says then that it is slower than it is.
                return verdict;
            }

            best = verdict.Confidence > best.Confidence ? verdict : best;
        }

        return best;
    }

    private static LeakVerdict Judge(LeakSeries series, int windows, double bucketHours, bool isKnown)
    {
        Span<double> times = stackalloc double[Buckets], values = stackalloc double[Buckets];
        int known = Read(series, windows, bucketHours, times, values);
        if (known < LeastKnown || times[0] > -bucketHours * (Buckets - 3) || times[known - 1] < 0 || values[known - 1] - values[0] < LeastGrowth)
        {
            return default;
        }

        times = times[..known];
        values = values[..known];
        TrendLine line = TrendLine.Fit(times, values);
        double growth = line.Slope * -times[0];
        if (growth < LeastGrowth)
        {
            return default;
        }

        double noise = SpreadsInGrowth * line.Spread, left = Math.Max(0, 100 - line.Level), error = Widening * Quantile90 * line.Spread;
        double quickest = line.Slope + (Widening * (line.SlopeHigh - line.Slope)), slowest = line.Slope - (Widening * (line.Slope - line.SlopeLow));
        double most = isKnown ? MostHoursToFull : UnknownHoursToFull;
        LeakVerdict verdict = new(
            line.Significance * growth * growth / ((growth * growth) + (noise * noise)),
            line.Slope,
            -times[0] + bucketHours,
            line.Level - growth,
            line.Level,
            left / line.Slope,
            Math.Max(0, left - error) / quickest,
            slowest > 0 ? (left + error) / slowest : null,
            false);
        return verdict with { IsLeak = verdict.Confidence >= LeastConfidence
                && verdict.HoursToFull <= most && IsNew(series, verdict, Math.Min(line.Level, values[^1])) && !SlowsDown(times, values, most, line.Spread) };
    }

    // What wanders goes up along a line now and then, but then mostly to where it was before.
    private static bool IsNew(LeakSeries series, in LeakVerdict verdict, double percent) =>
        series.HighBefore(verdict.TrendHours) is not { } high || percent - high >= PartOfGrowthThatIsNew * (verdict.ToPercent - verdict.FromPercent);

    // The second half has to be enough by itself, and what is left of growth if it goes on to slow down as it did. One standard error of its slope counts in its
    // favour: otherwise noise alone would pass for slowing down.
    private static bool SlowsDown(ReadOnlySpan<double> times, ReadOnlySpan<double> values, double mostHours, double spread)
    {
        int half = times.Length / 2;
        double hours = -times[0] / 2, left = 100 - values[^1];
        double before = TrendLine.SlopeOf(times[..half], values[..half]);
        double now = TrendLine.SlopeOf(times[half..], values[half..]) + (spread * Math.Sqrt(12.0 / half) / hours);
        double rest = before <= 0 ? 1 : now / before;
        return now * mostHours < left || (rest < 1 && now * hours * rest / (1 - rest) < left);
    }

    // Times are hours before the middle of the newest stretch, as 0 or less.
    private static int Read(LeakSeries series, int windows, double bucketHours, Span<double> times, Span<double> values)
    {
        int known = 0;
        for (int ago = Buckets - 1; ago >= 0; ago--)
        {
            double mean = series.Mean(ago * windows, windows);
            if (!double.IsNaN(mean))
            {
                (times[known], values[known++]) = (-ago * bucketHours, mean);
            }
        }

        return known;
    }
}
