using System.Globalization;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>What a VM did with its memory in a window, and what its host could give it. NaN = unknown.</summary>
/// <param name="Memory">What the VM did with its memory.</param>
/// <param name="HostAvailableBytes">What its host could give without swapping, bytes.</param>
/// <param name="HostTotalBytes">What its host has, bytes.</param>
public readonly record struct BalloonUse(MemoryUse Memory, double HostAvailableBytes, double HostTotalBytes)
{
    /// <summary>Part of the memory of a host that is not given away.</summary>
    public const double ReservePart = 0.05;

    private const double GiB = 1L << 30;

    /// <summary>Whether the host has what the balloon holds back.</summary>
    public HostRoom Room
    {
        get
        {
            double left = HostAvailableBytes - (HostTotalBytes * ReservePart), wanted = Memory.MaximumBytes - Memory.BalloonBytes;
            return double.IsNaN(left - wanted) ? HostRoom.Unknown : left >= wanted ? HostRoom.Enough : HostRoom.Lacking;
        }
    }

    /// <summary>What it says, for people, after "it".</summary>
    public string Describe()
    {
        string room = HostRooms.TextOf(Room), free = Room == HostRoom.Unknown ? "" : string.Create(CultureInfo.InvariantCulture, $", with {HostAvailableBytes / GiB:0.##} GiB free");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"is left {Memory.BalloonBytes / GiB:0.##} of {Memory.MaximumBytes / GiB:0.##} GiB by its balloon and uses {Memory.UsedPercent:0.#} % of that{Swapping()}; {room}{free}");
    }

    private string Swapping()
    {
        const double MB = 1e6;
        string swap = double.IsNaN(Memory.SwapInBytes + Memory.SwapOutBytes) ? "" : string.Create(CultureInfo.InvariantCulture, $", swaps {Memory.SwapInBytes / MB:0.#} MB/s in and {Memory.SwapOutBytes / MB:0.#} MB/s out");
        return double.IsNaN(Memory.MajorFaults) ? swap : string.Create(CultureInfo.InvariantCulture, $"{swap}, {Memory.MajorFaults:0} major faults/s");
    }
}
