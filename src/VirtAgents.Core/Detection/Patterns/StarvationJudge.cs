namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Says how sure it is that the balloon of a VM starves it: leaves it clearly less than it may have, while it has hardly any left. A pure function; keeps nothing.</summary>
/// <remarks>
/// Confidence is how near memory is to its end, 0 up to <see cref="RoomPercent"/> and 1 from <see cref="TightPercent"/> on, times <see cref="LeastConfidence"/> for a guest without
/// symptoms, up to 1 for one with them: bytes swapped in either direction, or major faults, whichever say more. A guest that has no swap space starves without swapping, so that its
/// symptoms are not needed; unknown ones count as none.
/// </remarks>
internal static class StarvationJudge
{
    /// <summary>Confidence from which on it is told.</summary>
    public const double LeastConfidence = 0.6;

    /// <summary>Part of the maximum that the balloon has to hold back. Small parts are pages in which it came to rest, or would not help.</summary>
    public const double LeastTakenPart = 0.1;

    /// <summary>Memory used, percent of what is left to it, up to which it has enough.</summary>
    public const double RoomPercent = 85;

    /// <summary>Memory used, percent of what is left to it, from which on it has none left.</summary>
    public const double TightPercent = 95;

    /// <summary>Bytes each second, swapped in or out, that speak as much for as against it.</summary>
    public const double HalfBytes = 250_000;

    /// <summary>Major faults each second that do.</summary>
    public const double HalfFaults = 100;

    /// <summary>How sure it is, 0 to 1; null = unknown.</summary>
    public static double? Judge(in MemoryUse use)
    {
        if (double.IsNaN(use.UsedPercent + use.BalloonBytes + use.MaximumBytes))
        {
            return null;
        }

        if (use.BalloonBytes > use.MaximumBytes * (1 - LeastTakenPart))
        {
            return 0;
        }

        double shortage = Math.Clamp((use.UsedPercent - RoomPercent) / (TightPercent - RoomPercent), 0, 1);
        double symptoms = Math.Max(Part(use.SwapInBytes, HalfBytes), Math.Max(Part(use.SwapOutBytes, HalfBytes), Part(use.MajorFaults, HalfFaults)));
        return shortage * (LeastConfidence + ((1 - LeastConfidence) * symptoms));
    }

    private static double Part(double rate, double half) => rate > 0 ? rate / (rate + half) : 0;
}
