using System.Globalization;

namespace VirtAgents.Core.Detection.Pools;

/// <summary>When a pool is expected to be full.</summary>
/// <param name="UsedPercent">Space used in the newest hour, percent.</param>
/// <param name="PointsPerHour">What is expected of the next day, points of percent each hour.</param>
/// <param name="PastHours">Hours of the past that this rests on.</param>
/// <param name="EarliestHours">When it is full by the upper end of the 80 % interval, hours; null = not foreseen.</param>
/// <param name="ExpectedHours">When it is expected to be full, hours; null = not foreseen.</param>
/// <param name="LatestHours">When it is full by the lower end of the 80 % interval, hours; null = not foreseen.</param>
public readonly record struct PoolFill(double UsedPercent, double PointsPerHour, int PastHours, int? EarliestHours, int? ExpectedHours, int? LatestHours)
{
    /// <summary>How soon, for what is not told yet.</summary>
    public PoolFillLevel Level =>
        ExpectedHours <= PoolFillJudge.HoursOfError && LatestHours <= PoolFillJudge.LatestOfError ? PoolFillLevel.WithinHours
        : ExpectedHours <= PoolFillJudge.HoursOfWarning && LatestHours <= PoolFillJudge.LatestOfWarning ? PoolFillLevel.Soon
        : PoolFillLevel.None;

    /// <summary>How soon, for what is told: further off than what begins it.</summary>
    public PoolFillLevel LevelThatGoesOn =>
        ExpectedHours <= PoolFillJudge.HoursOfError * 3 / 2 ? PoolFillLevel.WithinHours
        : ExpectedHours <= PoolFillJudge.HoursOfWarning * 3 / 2 ? PoolFillLevel.Soon
        : PoolFillLevel.None;

    /// <summary>What it says, for people.</summary>
    /// <param name="capacityBytes">Size of the pool; null = unknown.</param>
    public string Describe(double? capacityBytes)
    {
        const double GiB = 1L << 30;
        string size = capacityBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" of {bytes / GiB:0.#} GiB") : "";
        string full = ExpectedHours is null ? "not foreseen to be full" : $"full in {Days(ExpectedHours)} ({Days(EarliestHours)} to {Days(LatestHours)})";
        return string.Create(CultureInfo.InvariantCulture, $"{UsedPercent:0.#} %{size} used, grows {PointsPerHour * 24:0.##} points a day by the last {PastHours} h; {full}");
    }

    private static string Days(int? hours) => hours is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 24.0:0.##} days") : "not foreseen";
}
