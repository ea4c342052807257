namespace VirtAgents.Core.Forecasts;

/// <summary>The models that a forecast is chosen from. Values that are missing are NaN.</summary>
/// <remarks>
/// Growth is the median of the slopes between all pairs of values (Theil 1950, Sen 1968: <i>Estimates of the regression
/// coefficient based on Kendall's tau</i>), so that bursts and jumps do not bend it. The shape of a season is the median of what its
/// phases are above the growth. What the newest values are beside both dies away as fast as such differences did before.
/// </remarks>
internal static class Models
{
    // Slopes of all pairs of more values are too many; then those of evenly spread values.
    private const int MostForSlope = 160;
    private const int Seasons = 14;

    /// <summary>Fills in what a model expects after the past.</summary>
    public static void Predict(ForecastModel model, ReadOnlySpan<double> past, int season, Span<double> ahead)
    {
        switch (model)
        {
            case ForecastModel.SeasonalNaive:
                Repeat(past, season, ahead);
                break;
            case ForecastModel.Drift:
                Grow(past, ahead);
                break;
            case ForecastModel.SeasonalTrend when season > 1 && past.Length >= 2 * season:
                GrowInSeasons(past, season, ahead);
                break;
            case ForecastModel.SeasonalTrend:
                Grow(past, ahead);
                break;
            default:
                ahead.Fill(Last(past));
                break;
        }
    }

    private static void Repeat(ReadOnlySpan<double> past, int season, Span<double> ahead)
    {
        double last = Last(past);
        for (int step = 0; step < ahead.Length; step++)
        {
            int at = past.Length + step;
            do
            {
                at -= season;
            }
            while (at >= 0 && (at >= past.Length || !double.IsFinite(past[at])));
            ahead[step] = at >= 0 ? past[at] : last;
        }
    }

    private static void Grow(ReadOnlySpan<double> past, Span<double> ahead)
    {
        (double last, double slope) = (Last(past), Slope(past));
        for (int step = 0; step < ahead.Length; step++)
        {
            ahead[step] = last + (slope * (step + 1));
        }
    }

    private static void GrowInSeasons(ReadOnlySpan<double> past, int season, Span<double> ahead)
    {
        ReadOnlySpan<double> newest = past.Length > Seasons * season ? past[^(Seasons * season)..] : past;
        double slope = SeasonSlope(newest, season);
        double[] profile = Profile(newest, season, slope);
        (double rest, double dying) = Remainder(newest, season, slope, profile);
        for (int step = 0; step < ahead.Length; step++)
        {
            int at = newest.Length + step;
            rest *= dying;
            ahead[step] = (slope * at) + profile[at % season] + rest;
        }
    }

    // Between values a whole number of seasons apart, the season cancels out.
    private static double SeasonSlope(ReadOnlySpan<double> past, int season)
    {
        List<double> slopes = [];
        for (int apart = season; apart < past.Length; apart += season)
        {
            for (int at = apart; at < past.Length; at++)
            {
                Add(slopes, (past[at] - past[at - apart]) / apart);
            }
        }

        return Medians.Of(slopes);
    }

    private static double[] Profile(ReadOnlySpan<double> past, int season, double slope)
    {
        List<double>[] phases = [.. Enumerable.Range(0, season).Select(_ => new List<double>())];
        List<double> all = [];
        for (int at = 0; at < past.Length; at++)
        {
            Add(phases[at % season], past[at] - (slope * at));
            Add(all, past[at] - (slope * at));
        }

        double middle = Medians.Of(all);
        return [.. phases.Select(p => p.Count > 0 ? Medians.Of(p) : middle)];
    }

    private static (double Beyond, double Dying) Remainder(ReadOnlySpan<double> past, int season, double slope, double[] profile)
    {
        (double product, double square, double before, double newest) = (0, 0, double.NaN, 0);
        for (int at = 0; at < past.Length; at++)
        {
            double rest = past[at] - (slope * at) - profile[at % season];
            if (double.IsFinite(rest) && double.IsFinite(before))
            {
                product += rest * before;
                square += before * before;
            }

            newest = double.IsFinite(rest) ? rest : newest;
            before = rest;
        }

        return (newest, square > 0 ? Math.Clamp(product / square, 0, 0.999) : 0);
    }

    private static double Slope(ReadOnlySpan<double> past)
    {
        int stride = Math.Max(1, (past.Length + MostForSlope - 1) / MostForSlope);
        List<double> slopes = [];
        for (int later = past.Length - 1; later >= 0; later -= stride)
        {
            for (int earlier = later - stride; earlier >= 0; earlier -= stride)
            {
                Add(slopes, (past[later] - past[earlier]) / (later - earlier));
            }
        }

        return Medians.Of(slopes);
    }

    private static double Last(ReadOnlySpan<double> past)
    {
        int at = past.Length - 1;
        while (at >= 0 && !double.IsFinite(past[at]))
        {
            at--;
        }

        return at >= 0 ? past[at] : double.NaN;
    }

    private static void Add(List<double> values, double value)
    {
        if (double.IsFinite(value))
        {
            values.Add(value);
        }
    }
}
