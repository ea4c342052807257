using VirtAgents.Core.Forecasts;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>How much CPU a VM will use in the next hours, from what it used in each hour before. Pure.</summary>
/// <remarks>
/// A plan moves VMs for hours, so a host that is cool now and hot when all its VMs begin their day is a bad place for them. What counts is the upper end of
/// the 80 % interval (below it in nine of ten cases), at the hour where it is highest: see <see cref="Forecaster"/>.
/// </remarks>
public static class LoadOutlook
{
    /// <summary>Hours of the past that are looked at.</summary>
    public const int PastHours = 14 * Day;

    /// <summary>Hours of the past that must be known: of less than two days no season can be seen.</summary>
    public const int LeastHours = 2 * Day;

    /// <summary>Hours ahead.</summary>
    public const int HoursAhead = 4;

    private const int Day = 24;

    /// <summary>pCPUs that a VM will keep busy at most; null when too little of its past is known.</summary>
    /// <param name="hourly">pCPUs it kept busy on average in each hour, oldest first, the last one the newest that has ended; NaN = unknown.</param>
    /// <param name="vcpus">Its vCPUs: it cannot use more; over 0.</param>
    public static double? CoresOf(ReadOnlySpan<double> hourly, int vcpus)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vcpus);
        int known = 0;
        foreach (double hour in hourly)
        {
            known += double.IsFinite(hour) ? 1 : 0;
        }

        // A forecast from an end that is not known would be one of other hours.
        return known < LeastHours || !double.IsFinite(hourly[^1]) || Forecaster.Of(hourly, Day, HoursAhead) is not { } forecast
            ? null
            : Math.Clamp(forecast.Points.Max(p => p.High80), 0, vcpus);
    }
}
