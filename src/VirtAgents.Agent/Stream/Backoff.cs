namespace VirtAgents.Agent.Stream;

/// <summary>How long to wait before the next attempt: doubled after each failure, spread at random so that a fleet does not come back at once.</summary>
internal sealed class Backoff(uint seed)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Random _random = new((int)(seed & int.MaxValue));
    private int _failures;

    /// <summary>The stream was good: begin anew.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Time until the next attempt; between half and the whole of the current step.</summary>
    public TimeSpan Next()
    {
        double step = Math.Min(Longest.TotalSeconds, Shortest.TotalSeconds * Math.Pow(2, Math.Min(_failures, 16)));
        _failures++;
        return TimeSpan.FromSeconds(step * (0.5 + (_random.NextDouble() / 2)));
    }
}
