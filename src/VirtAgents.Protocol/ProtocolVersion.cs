namespace VirtAgents.Protocol;

/// <summary>Versions of the agent stream that this build speaks.</summary>
public static class ProtocolVersion
{
    /// <summary>Lowest version spoken.</summary>
    public const uint Lowest = 1;

    /// <summary>Highest version spoken.</summary>
    public const uint Highest = 1;

    /// <summary>Picks the highest version that both sides speak; false when there is none.</summary>
    public static bool TryNegotiate(uint peerLowest, uint peerHighest, out uint version)
    {
        version = Math.Min(Highest, peerHighest);
        return peerLowest <= peerHighest && version >= Math.Max(Lowest, peerLowest);
    }
}
