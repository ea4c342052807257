namespace VirtAgents.Core.Detection.Liveness;

/// <summary>
/// Many streams are silent at once. Hosts seldom fail together, so the collector or its network is probably at fault.
/// </summary>
/// <param name="Silent">Streams that were silent when it began; 0 = it does not hold.</param>
/// <param name="Open">Streams that were open then.</param>
/// <param name="FewerSinceMs">Since when fewer are silent, on a monotonic clock, milliseconds; null = still as many.</param>
public sealed record MassSilence(int Silent, int Open, long? FewerSinceMs)
{
    /// <summary>Fewer silent streams than this are never a mass.</summary>
    public const int Fewest = 3;

    /// <summary>It ends when fewer have been silent for so long, milliseconds.</summary>
    public const long CalmMs = 10_000;

    /// <summary>It does not hold.</summary>
    public static readonly MassSilence None = new(0, 0, null);

    /// <summary>Whether it holds.</summary>
    public bool Holds => Silent > 0;

    /// <summary>For people; the same as long as it holds. Empty when it does not.</summary>
    public string Reason => Holds ? $"{Silent} of {Open} streams fell silent at once, so the collector or its network is probably at fault" : "";

    /// <summary>Whether it holds after another look.</summary>
    /// <param name="silent">Streams that are silent now.</param>
    /// <param name="open">Streams that are open now.</param>
    /// <param name="nowMs">Now on the same clock, milliseconds.</param>
    public MassSilence Observe(int silent, int open, long nowMs)
    {
        if (silent >= Fewest && 2 * silent >= open)
        {
            return Holds ? this with { FewerSinceMs = null } : new(silent, open, null);
        }

        long since = FewerSinceMs ?? nowMs;
        return !Holds || nowMs - since >= CalmMs ? None : this with { FewerSinceMs = since };
    }
}
