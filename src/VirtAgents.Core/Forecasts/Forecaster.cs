using System.Collections.Immutable;

namespace VirtAgents.Core.Forecasts;

/// <summary>Forecasts a series from its own past. Pure.</summary>
/// <remarks>
/// <para>Each model is tried from places in the second half of the past (rolling origin), as far ahead as there is past. The
/// one with the smallest mean absolute error is taken, and the naive one unless the other is better by 5 %.</para>
/// <para>Intervals are the errors that the model made from those places at like distances, the greater of so many (split
/// conformal: Lei and others 2018, <i>Distribution-free predictive inference for regression</i>, section 2.2). Errors from
/// neighbouring places are alike where a series wanders; they count for as many as would be independent (Bartlett 1935:
/// <i>Some aspects of the time-correlation problem</i>), so that the promise is measured, not proved. They never get narrower with
/// distance, and beyond what could be tried they grow as a random walk does, with the square root.</para>
/// </remarks>
public static class Forecaster
{
    /// <summary>Fewest known values that a forecast is made of.</summary>
    public const int LeastValues = 12;

    /// <summary>Most values that are looked at, the newest; and most steps ahead.</summary>
    public const int MostValues = 2_000;

    private const int MostOrigins = 40;
    private const double ClearlyBetter = 0.95;

    /// <summary>Forecasts a series.</summary>
    /// <param name="values">Values at equal steps, oldest first; NaN where one is missing. Of more than <see cref="MostValues"/> the newest count.</param>
    /// <param name="season">Steps of a season, such as 24 for hours of a day; 1 = none. At least 1.</param>
    /// <param name="horizon">Steps ahead, 1 to <see cref="MostValues"/>.</param>
    /// <returns>The forecast; null when fewer than <see cref="LeastValues"/> are known.</returns>
    public static Forecast? Of(ReadOnlySpan<double> values, int season, int horizon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(horizon, MostValues);
        double[] past = Trimmed(values);
        if (past.Count(double.IsFinite) < LeastValues)
        {
            return null;
        }

        Trial[] trials = [.. Enum.GetValues<ForecastModel>().Select(m => Try(m, past, season, horizon))];
        Trial naive = trials[(int)ForecastModel.Naive], best = trials.MinBy(t => t.MeanError) ?? naive;
        Trial taken = best.MeanError < ClearlyBetter * naive.MeanError ? best : naive;
        double[] ahead = new double[horizon];
        Models.Predict(taken.Model, past, season, ahead);
        return new(taken.Model, Around(ahead, taken), MaseOf(taken, past, season), taken.Origins);
    }

    private static double[] Trimmed(ReadOnlySpan<double> values)
    {
        ReadOnlySpan<double> newest = values.Length > MostValues ? values[^MostValues..] : values;
        int end = newest.Length, start = 0;
        while (start < end && !double.IsFinite(newest[start]))
        {
            start++;
        }

        return newest[start..].ToArray();
    }

    private static Trial Try(ForecastModel model, double[] past, int season, int horizon)
    {
        int first = Math.Max(LeastValues / 2, past.Length / 2), places = Math.Min(MostOrigins, past.Length - first);
        int farthest = Math.Min(horizon, past.Length - first);
        Trial trial = new(model, farthest);
        double[] ahead = new double[farthest];
        for (int place = 0; place < places; place++)
        {
            int origin = first + (int)((long)place * (past.Length - first) / places);
            int reach = Math.Min(farthest, past.Length - origin);
            Models.Predict(model, past.AsSpan(0, origin), season, ahead.AsSpan(0, reach));
            trial.Add(ahead.AsSpan(0, reach), past.AsSpan(origin, reach));
        }

        return trial;
    }

    private static ImmutableArray<ForecastPoint> Around(double[] ahead, Trial trial)
    {
        var points = ImmutableArray.CreateBuilder<ForecastPoint>(ahead.Length);
        (double inner, double outer) = (0, 0);
        for (int step = 1; step <= ahead.Length; step++)
        {
            inner = Math.Max(inner, trial.ErrorAt(step, 0.80));
            outer = Math.Max(Math.Max(inner, outer), trial.ErrorAt(step, 0.95));
            double middle = ahead[step - 1];
            points.Add(new(middle, middle - inner, middle + inner, middle - outer, middle + outer));
        }

        return points.MoveToImmutable();
    }

    private static double? MaseOf(Trial trial, double[] past, int season)
    {
        (double sum, int count) = (0, 0);
        for (int at = season; at < past.Length; at++)
        {
            double step = Math.Abs(past[at] - past[at - season]);
            if (double.IsFinite(step))
            {
                (sum, count) = (sum + step, count + 1);
            }
        }

        return count > 0 && sum > 0 && double.IsFinite(trial.MeanError) ? trial.MeanError / (sum / count) : null;
    }
}
