namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Says whether spikes come again with a steady period. A pure function; keeps nothing.</summary>
/// <remarks>
/// Of the newest intervals between spikes, three or more, the farthest from their median counts, with half a window for what windows hide. Spikes at random times have an interval that near the
/// median with a probability of about <see cref="DensityAtMedian"/> times twice that distance over the median; one of the intervals is the median itself, so all but one have to be so by chance.
/// As many intervals as give the smallest chance are taken. That grows sure with few intervals when they are long and even, and needs more of short ones, which windows make look even.
/// </remarks>
internal static class SpikeJudge
{
    /// <summary>Chance that random spikes are as even, up to which it is told.</summary>
    public const double MostChance = 1e-4;

    private const int LeastIntervals = 3;
    private const double DensityAtMedian = 0.6, HalfWindow = 0.5, MostSpread = 0.25;

    /// <summary>Judges the newest spikes.</summary>
    /// <param name="spikes">Oldest first; at most <see cref="SpikeSeries.MostSpikes"/>.</param>
    /// <param name="leastPeriod">Least period, windows.</param>
    /// <param name="mostPeriod">Longest period, windows.</param>
    /// <returns>The surest period; null when there are too few, or they are too uneven.</returns>
    public static SpikeVerdict? Judge(IReadOnlyList<Spike> spikes, double leastPeriod, double mostPeriod)
    {
        SpikeVerdict? best = null;
        for (int count = LeastIntervals; count < spikes.Count; count++)
        {
            SpikeVerdict verdict = Judge(spikes, count);
            bool isPeriod = verdict.Period >= leastPeriod && verdict.Period <= mostPeriod && verdict.Spread <= Math.Max(1, MostSpread * verdict.Period);
            best = isPeriod && (best is null || verdict.Chance < best.Value.Chance) ? verdict : best;
        }

        return best;
    }

    private static SpikeVerdict Judge(IReadOnlyList<Spike> spikes, int count)
    {
        int first = spikes.Count - 1 - count;
        Span<double> intervals = stackalloc double[count], lengths = stackalloc double[count + 1], heights = stackalloc double[count + 1];
        for (int i = 0; i <= count; i++)
        {
            (lengths[i], heights[i]) = (spikes[first + i].Length, spikes[first + i].Percent);
        }

        for (int i = 0; i < count; i++)
        {
            intervals[i] = spikes[first + i + 1].Window - spikes[first + i].Window;
        }

        double median = MedianOf(intervals), spread = Math.Max(intervals[^1] - median, median - intervals[0]);
        double chance = Math.Pow(Math.Min(1, DensityAtMedian * 2 * (spread + HalfWindow) / median), count - 1);
        return new((spikes[^1].Window - spikes[first].Window) / (double)count, spread, count + 1, spikes[first].Window, MedianOf(lengths), MedianOf(heights), chance);
    }

    private static double MedianOf(Span<double> values)
    {
        values.Sort();
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}

/// <summary>Spikes that come again. Times are in windows.</summary>
/// <param name="Period">Mean time from one to the next.</param>
/// <param name="Spread">How far an interval is from their median at most.</param>
/// <param name="Count">How many spikes it rests on.</param>
/// <param name="FirstWindow">When the first of them began.</param>
/// <param name="Length">Median of how long one takes.</param>
/// <param name="Percent">Median of how high they go, percent.</param>
/// <param name="Chance">Chance that spikes at random times are as even, 0 to 1.</param>
internal readonly record struct SpikeVerdict(double Period, double Spread, int Count, long FirstWindow, double Length, double Percent, double Chance);
