namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>One look for the post-condition of an order.</summary>
/// <param name="IsMet">It holds.</param>
/// <param name="IsHopeless">It does not hold, and waiting longer is of no use.</param>
/// <param name="Seen">What was seen; for people.</param>
internal sealed record Sighting(bool IsMet, bool IsHopeless, string Seen)
{
    /// <summary>How far it is, where that can be told.</summary>
    public ControlProgress? Progress { get; init; }

    /// <summary>What is to be concluded when another host was asked for the VM too; null = this host's word is enough.</summary>
    public Func<Whereabouts, Sighting>? Elsewhere { get; init; }

    public static Sighting Met(string seen) => new(true, false, seen);

    public static Sighting NotYet(string seen) => new(false, false, seen);

    public static Sighting Never(string seen) => new(false, true, seen);

    public static Sighting Of(bool isMet, string seen) => new(isMet, false, seen);
}
