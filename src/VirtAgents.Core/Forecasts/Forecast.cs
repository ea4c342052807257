using System.Collections.Immutable;

namespace VirtAgents.Core.Forecasts;

/// <summary>How a forecast was made.</summary>
public enum ForecastModel
{
    /// <summary>It stays as it is.</summary>
    Naive = 0,

    /// <summary>It repeats the last season.</summary>
    SeasonalNaive = 1,

    /// <summary>It goes on as it grew.</summary>
    Drift = 2,

    /// <summary>It goes on as it grew, in the shape of its seasons.</summary>
    SeasonalTrend = 3,
}

/// <summary>What is expected at one step ahead, in the unit of the values.</summary>
/// <param name="Expected">The middle.</param>
/// <param name="Low80">Below it in one of ten cases.</param>
/// <param name="High80">Above it in one of ten cases.</param>
/// <param name="Low95">Below it in one of forty cases.</param>
/// <param name="High95">Above it in one of forty cases.</param>
public readonly record struct ForecastPoint(double Expected, double Low80, double High80, double Low95, double High95);

/// <summary>When a level is reached, in steps from the last value; null = not within the horizon.</summary>
/// <param name="Earliest">The upper end of the 80 % interval reaches it.</param>
/// <param name="Expected">What is expected reaches it.</param>
/// <param name="Latest">The lower end of the 80 % interval reaches it.</param>
public readonly record struct TimeToLevel(int? Earliest, int? Expected, int? Latest);

/// <summary>What a series is expected to do.</summary>
/// <param name="Model">How it was made: the model that was best on the series' own past, the naive one when none was clearly better.</param>
/// <param name="Points">One for each step ahead.</param>
/// <param name="Mase">
/// Mean absolute error on the series' own past, scaled by that of repeating the last season one step ahead (Hyndman, Koehler
/// 2006: <i>Another look at measures of forecast accuracy</i>); null when the past is constant.
/// </param>
/// <param name="Origins">From how many places of the past it was tried.</param>
public sealed record Forecast(ForecastModel Model, ImmutableArray<ForecastPoint> Points, double? Mase, int Origins)
{
    /// <summary>When it reaches a level from below; at step 0 when it is there already.</summary>
    /// <param name="level">The level, in the unit of the values.</param>
    /// <param name="last">The newest value.</param>
    public TimeToLevel Reaches(double level, double last) => last >= level
        ? new(0, 0, 0)
        : new(First(p => p.High80 >= level), First(p => p.Expected >= level), First(p => p.Low80 >= level));

    private int? First(Func<ForecastPoint, bool> isThere)
    {
        for (int step = 0; step < Points.Length; step++)
        {
            if (isThere(Points[step]))
            {
                return step + 1;
            }
        }

        return null;
    }
}
