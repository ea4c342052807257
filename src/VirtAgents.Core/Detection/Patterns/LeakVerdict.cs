using System.Globalization;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>What the memory of a VM does.</summary>
/// <param name="Confidence">How sure it is that it grows steadily, 0 to 1; 0 = it does not.</param>
/// <param name="PointsPerHour">Growth, points of percent each hour; over 0 with a confidence over 0.</param>
/// <param name="TrendHours">How long the stretch is that this rests on, hours.</param>
/// <param name="FromPercent">Memory used at its beginning, by the trend.</param>
/// <param name="ToPercent">Memory used now, by the trend.</param>
/// <param name="HoursToFull">When all memory is used if it goes on, hours from now.</param>
/// <param name="EarliestHours">Earlier in one of ten cases.</param>
/// <param name="LatestHours">Later in one of ten cases; null = then it does not grow at all.</param>
/// <param name="IsLeak">Whether it is to be taken for a leak: high confidence, soon full, above what was harmless before, and not slowing down.</param>
public readonly record struct LeakVerdict(
    double Confidence,
    double PointsPerHour,
    double TrendHours,
    double FromPercent,
    double ToPercent,
    double HoursToFull,
    double EarliestHours,
    double? LatestHours,
    bool IsLeak)
{
    /// <summary>What it says, for people.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"memory used grew {PointsPerHour:G3} points/h for {TrendHours:0.#} h, from {FromPercent:0.#} to {ToPercent:0.#} %; full in {HoursToFull:G3} h ({EarliestHours:G3} to {Latest()}); confidence {Confidence:F2}");

    private string Latest() => LatestHours is { } latest ? string.Create(CultureInfo.InvariantCulture, $"{latest:G3} h") : "never";
}
