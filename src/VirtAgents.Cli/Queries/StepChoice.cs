using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Queries;

/// <summary>Length of a step; zero = every stored value as it is, or one step over the whole time.</summary>
internal readonly record struct StepChoice(TimeSpan Length, bool IsWhole = false)
{
    public const string Forms = "raw (every stored value), all (one step over the whole time) or a duration from 1s to 366d such as 10s, 1m or 1h";

    private const int Steps = 60;

    private static readonly TimeSpan[] Handy =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
        TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(30),
    ];

    public bool IsRaw => Length == TimeSpan.Zero && !IsWhole;

    public static bool TryParse(string text, out StepChoice step)
    {
        step = new StepChoice(TimeSpan.Zero, IsWhole: text == "all");
        if (text is "raw" or "all")
        {
            return true;
        }

        if (!Durations.TryParse(text, out var length) || length < TimeSpan.FromSeconds(1) || length > TimeSpan.FromDays(366))
        {
            return false;
        }

        step = new StepChoice(length);
        return true;
    }

    /// <summary>A handy length that gives about sixty steps: enough for a picture, few enough to read.</summary>
    public static StepChoice For(TimeSpan range)
    {
        var wanted = range / Steps;
        return new StepChoice(Handy.FirstOrDefault(length => length >= wanted, Handy[^1]));
    }
}
