using VirtAgents.Core.Forecasts;

namespace VirtAgents.Core.Detection.Pools;

/// <summary>Says when a pool will be full, by the forecast of its past. A pure function; keeps nothing.</summary>
/// <remarks>
/// <para>
/// Two stretches are forecast (<see cref="Forecaster"/>): the newest <see cref="LongHours"/> with their daily shape, which tell what fills over days, and the newest
/// <see cref="ShortHours"/>, which tell what has begun to fill since. The short one counts only when half of what it grew is above all hours before that are known: what is cleared daily or
/// weekly grows along a line as well, but to where it was before.
/// </para>
/// <para>
/// Most pools do not grow, and a forecast takes some milliseconds: none is made unless the newest two days grew by a quarter of what would fill the pool at the limit.
/// </para>
/// </remarks>
public static class PoolFillJudge
{
    /// <summary>Hours until it is expected to be full, from which on down it is told as a warning.</summary>
    public const int HoursOfWarning = 72;

    /// <summary>The same for the lower end of the 80 % interval: what may as well not fill is no warning.</summary>
    public const int LatestOfWarning = 168;

    /// <summary>Hours until it is expected to be full, from which on down it is told as an error.</summary>
    public const int HoursOfError = 12;

    /// <summary>The same for the lower end of the 80 % interval.</summary>
    public const int LatestOfError = 36;

    /// <summary>Hours that are forecast from at most, and looked at.</summary>
    public const int LongHours = 336;

    /// <summary>Known hours before anything is said: on its first day a daily rhythm is no different.</summary>
    public const int LeastKnown = 24;

    internal const int ShortHours = 24;
    private const int Day = 24, GrowthHours = 48, NewestMayMiss = 2;
    private const double PartOfGrowth = 0.25, PartThatIsNew = 0.5;

    /// <summary>Says when it is full.</summary>
    /// <param name="hours">Space used in each hour, percent, oldest first; NaN = unknown.</param>
    /// <returns>When; null = unknown, since too little is known or the newest hours are not.</returns>
    public static PoolFill? Judge(ReadOnlySpan<double> hours)
    {
        hours = hours.Length > LongHours ? hours[^LongHours..] : hours;
        int newest = hours.Length - 1;
        while (newest >= 0 && !double.IsFinite(hours[newest]))
        {
            newest--;
        }

        if (newest < 0 || hours.Length - 1 - newest > NewestMayMiss || Known(hours) < LeastKnown)
        {
            return null;
        }

        hours = hours[FirstKnown(hours)..(newest + 1)];
        return Grows(hours) ? Forecasts(hours) : new PoolFill(hours[^1], 0, hours.Length, null, null, null);
    }

    /// <summary>What is to be told next of a pool, by what is told and what this hour and the one before say.</summary>
    /// <param name="told">What is told.</param>
    /// <param name="now">What this hour says.</param>
    /// <param name="before">What the hour before said. One hour alone changes nothing.</param>
    public static PoolFillLevel Next(PoolFillLevel told, in PoolFill now, in PoolFill before)
    {
        PoolFillLevel least = (PoolFillLevel)Math.Min((int)now.Level, (int)before.Level), most = (PoolFillLevel)Math.Max((int)now.LevelThatGoesOn, (int)before.LevelThatGoesOn);
        return told < least ? least : told > most ? most : told;
    }

    private static PoolFill Forecasts(ReadOnlySpan<double> hours)
    {
        PoolFill slow = Of(hours, Day);
        if (slow.Level != PoolFillLevel.None || hours.Length <= ShortHours || !IsNew(hours))
        {
            return slow;
        }

        PoolFill quick = Of(hours[^ShortHours..], season: 1);
        return quick.ExpectedHours is not null ? quick : slow;
    }

    private static PoolFill Of(ReadOnlySpan<double> hours, int season)
    {
        if (Forecaster.Of(hours, season, LatestOfWarning) is not { } forecast)
        {
            return new(hours[^1], 0, hours.Length, null, null, null);
        }

        TimeToLevel full = forecast.Reaches(100, hours[^1]);
        return new(hours[^1], (forecast.Points[Day - 1].Expected - hours[^1]) / Day, hours.Length, full.Earliest, full.Expected, full.Latest);
    }

    private static bool Grows(ReadOnlySpan<double> hours)
    {
        double least = -Most(hours.Length > GrowthHours ? hours[^GrowthHours..] : hours, sign: -1);
        double growth = hours[^1] - least;
        return growth > 0 && growth >= PartOfGrowth * (100 - hours[^1]) * GrowthHours / HoursOfWarning;
    }

    // Half of what it grew has to be above everything before.
    private static bool IsNew(ReadOnlySpan<double> hours)
    {
        double high = Most(hours[..^ShortHours]), least = -Most(hours[^ShortHours..], sign: -1);
        return hours[^1] - high >= PartThatIsNew * (hours[^1] - least);
    }

    private static double Most(ReadOnlySpan<double> hours, int sign = 1)
    {
        double most = double.NegativeInfinity;
        foreach (double hour in hours)
        {
            most = sign * hour > most ? sign * hour : most;
        }

        return most;
    }

    private static int FirstKnown(ReadOnlySpan<double> hours)
    {
        int first = 0;
        while (!double.IsFinite(hours[first]))
        {
            first++;
        }

        return first;
    }

    private static int Known(ReadOnlySpan<double> hours)
    {
        int known = 0;
        foreach (double hour in hours)
        {
            known += double.IsFinite(hour) ? 1 : 0;
        }

        return known;
    }
}
