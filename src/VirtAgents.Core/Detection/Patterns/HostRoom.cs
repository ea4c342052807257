namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Whether a host has the memory that the balloon of a VM holds back.</summary>
public enum HostRoom
{
    /// <summary>It is not known.</summary>
    Unknown = 0,

    /// <summary>It has all of it.</summary>
    Enough = 1,

    /// <summary>It has less, or none.</summary>
    Lacking = 2,
}

/// <summary>How evidence says it, so that what is suggested can follow from it also after a restart.</summary>
internal static class HostRooms
{
    private const string Enough = "its host has what it is lacking", Lacking = "its host has not what it is lacking", Unknown = "what its host has free is unknown";

    /// <summary>What evidence says.</summary>
    public static string TextOf(HostRoom room) => room switch { HostRoom.Enough => Enough, HostRoom.Lacking => Lacking, _ => Unknown };

    /// <summary>What evidence said; unknown when it said nothing.</summary>
    public static HostRoom Read(string evidence) =>
        evidence.Contains(Enough, StringComparison.Ordinal) ? HostRoom.Enough : evidence.Contains(Lacking, StringComparison.Ordinal) ? HostRoom.Lacking : HostRoom.Unknown;
}
