using System.Globalization;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>What a VM did with its memory in a window. NaN = unknown; a guest without a balloon driver tells none of its own.</summary>
/// <param name="UsedPercent">Memory that programs use, percent of what the operating system of the VM sees.</param>
/// <param name="SwapInBytes">Bytes swapped in each second.</param>
/// <param name="SwapOutBytes">Bytes swapped out each second.</param>
/// <param name="MajorFaults">Page faults each second that had to wait for a disk.</param>
/// <param name="BalloonBytes">What the balloon leaves to the VM, bytes.</param>
/// <param name="MaximumBytes">What the balloon may leave to it at most, bytes.</param>
public readonly record struct MemoryUse(double UsedPercent, double SwapInBytes, double SwapOutBytes, double MajorFaults, double BalloonBytes, double MaximumBytes)
{
    // Balloons come to rest some pages away from what was asked for.
    private const double LeastTakenPart = 0.05, GiB = 1L << 30, MB = 1e6;

    /// <summary>Whether it is known enough to be judged.</summary>
    public bool IsKnown => !double.IsNaN(UsedPercent + SwapInBytes + SwapOutBytes);

    /// <summary>Whether the balloon holds memory back that the VM could have; false as well when that is unknown.</summary>
    public bool IsHeldBack => BalloonBytes < MaximumBytes * (1 - LeastTakenPart);

    /// <summary>What it says, for people.</summary>
    public string Describe()
    {
        string faults = double.IsNaN(MajorFaults) ? "" : string.Create(CultureInfo.InvariantCulture, $", {MajorFaults:0} major faults/s");
        string balloon = IsHeldBack ? string.Create(CultureInfo.InvariantCulture, $"; its balloon leaves it {BalloonBytes / GiB:0.##} of {MaximumBytes / GiB:0.##} GiB") : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"swaps {SwapInBytes / MB:0.#} MB/s in and {SwapOutBytes / MB:0.#} MB/s out{faults}, with {UsedPercent:0.#} % of its memory used{balloon}");
    }

    internal static MemoryUse Of(VmSums sums) => new(
        sums.Mean(VmSignals.Memory), sums.Mean(VmSums.SwapIn), sums.Mean(VmSums.SwapOut), sums.Mean(VmSums.MajorFaults), sums.Mean(VmSums.Balloon), sums.Mean(VmSums.BalloonMaximum));
}
