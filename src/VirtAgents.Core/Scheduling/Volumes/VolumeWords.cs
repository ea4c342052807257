using System.Globalization;

namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>Choices of pools in words.</summary>
internal static class VolumeWords
{
    /// <summary>A size in GiB.</summary>
    public static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 30):0.##} GiB");

    /// <summary>Why a pool is the best.</summary>
    public static string Chosen(RankedPool best, RankedPool? second, VolumeRequest request)
    {
        string?[] parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"{Size(best.Room.Free)} of {Size(best.Room.Capacity)} are free{Ordered(best.Pool)}, {best.ShareLeft * 100:0.#} % are left with it"),
            Latency(best),
            request.IsThin ? Promised(best, request) : null,
            request.IsThin ? Fill(best.Pool) : null,
            second is null ? "no other pool takes it" : $"before {second.Pool.Id}: {WhyBefore(best, second)}",
        ];
        return $"{best.Pool.Id}: {string.Join("; ", parts.OfType<string>())}";
    }

    /// <summary>What volumes that are being made take, where some do.</summary>
    public static string Ordered(VolumePool pool) => pool.OrderedRoomBytes > 0 ? $", without the {Size(pool.OrderedRoomBytes)} of volumes that are being made" : "";

    private static string Latency(RankedPool pool) => pool.LatencyMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $"requests take {ms:0.##} ms") : "what requests take is unknown";

    private static string Promised(RankedPool pool, VolumeRequest request) => pool.Promised is { } promised
        ? string.Create(CultureInfo.InvariantCulture, $"{(promised + request.SizeBytes) / pool.Room.Capacity:0.##} times its size promised with it")
        : "what is promised of it is unknown, so it is not judged by that";

    private static string Fill(VolumePool pool) => pool.Fill?.Describe(null) ?? "when it will be full is unknown, so it is not judged by that";

    private static string WhyBefore(RankedPool best, RankedPool second) =>
        best.Unknowns != second.Unknowns ? "less is known of that"
        : best.LatencyClass != second.LatencyClass ? second.LatencyMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $"there they take {ms:0.##} ms") : "what they take there is unknown"
        : best.ShareLeft > second.ShareLeft ? string.Create(CultureInfo.InvariantCulture, $"{second.ShareLeft * 100:0.#} % would be left there")
        : "by name";
}
