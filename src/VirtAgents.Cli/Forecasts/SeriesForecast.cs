using VirtAgents.Core.Forecasts;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Forecasts;

/// <summary>One series and what is expected of it.</summary>
/// <param name="Series">Its past.</param>
/// <param name="Unit">Unit of its values.</param>
/// <param name="LastUnixMs">Beginning of the step of the newest value.</param>
/// <param name="Last">Newest value.</param>
/// <param name="StepMs">Length of a step.</param>
/// <param name="Forecast">What is expected.</param>
/// <param name="Level">Level that it may reach; null = none was asked for.</param>
internal sealed record SeriesForecast(MetricSeries Series, string Unit, long LastUnixMs, double Last, long StepMs, Forecast Forecast, double? Level)
{
    /// <summary>When the level is reached, in steps after the newest value; null = no level was asked for.</summary>
    public TimeToLevel? Reaches => Level is { } level ? Forecast.Reaches(level, Last) : null;

    /// <summary>What is expected at the end of the horizon.</summary>
    public ForecastPoint AtEnd => Forecast.Points[^1];

    /// <summary>Time of a step after the newest value.</summary>
    public long TimeOf(int step) => LastUnixMs + (step * StepMs);

    /// <summary>Forecasts a series; null when too few of its values are known.</summary>
    /// <param name="series">The series.</param>
    /// <param name="unit">Unit of its values.</param>
    /// <param name="fromUnixMs">Beginning of its first step.</param>
    /// <param name="stepMs">Length of a step.</param>
    /// <param name="season">Steps of a season.</param>
    /// <param name="horizon">Steps ahead.</param>
    /// <param name="level">Level that it may reach; null = none.</param>
    public static SeriesForecast? Of(MetricSeries series, string unit, long fromUnixMs, long stepMs, int season, int horizon, double? level)
    {
        StepPoint[] known = [.. series.Points.Where(p => p.HasValue && double.IsFinite(p.Value))];
        if (known.Length == 0)
        {
            return null;
        }

        var values = new double[((known[^1].TimeUnixMs - fromUnixMs) / stepMs) + 1];
        Array.Fill(values, double.NaN);
        foreach (var point in known.Where(p => p.TimeUnixMs >= fromUnixMs))
        {
            values[(point.TimeUnixMs - fromUnixMs) / stepMs] = point.Value;
        }

        return Forecaster.Of(values, season, horizon) is { } forecast ? new(series, unit, known[^1].TimeUnixMs, known[^1].Value, stepMs, forecast, level) : null;
    }
}
