namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Says how sure it is that a VM thrashes: what it swaps out it needs again at once, since its programs use more memory than it has. A pure function; keeps nothing.</summary>
/// <remarks>
/// The smaller of both directions counts: what goes out alone are pages that nobody needs, what comes in alone is a recovery (Denning 1968: <i>Thrashing: its causes and prevention</i>).
/// Confidence is b / (b + <see cref="HalfBytes"/>) for b bytes each second, times how near memory is to its end: 0 up to <see cref="RoomPercent"/>, 1 from <see cref="TightPercent"/> on.
/// </remarks>
internal static class ThrashJudge
{
    /// <summary>Confidence from which on it is told.</summary>
    public const double LeastConfidence = 0.6;

    /// <summary>Bytes each second in both directions that speak as much for as against it.</summary>
    public const double HalfBytes = 1_000_000;

    /// <summary>Memory used, percent, up to which there is room.</summary>
    public const double RoomPercent = 80;

    /// <summary>Memory used, percent, from which on there is none.</summary>
    public const double TightPercent = 90;

    /// <summary>How sure it is, 0 to 1; null = unknown.</summary>
    public static double? Judge(in MemoryUse use)
    {
        if (!use.IsKnown)
        {
            return null;
        }

        double both = Math.Max(0, Math.Min(use.SwapInBytes, use.SwapOutBytes));
        return both / (both + HalfBytes) * Math.Clamp((use.UsedPercent - RoomPercent) / (TightPercent - RoomPercent), 0, 1);
    }
}
