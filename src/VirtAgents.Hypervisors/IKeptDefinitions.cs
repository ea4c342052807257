using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors;

/// <summary>What other hosts keep on storage that this one shares with them: definitions of their VMs, and signs of their own life.</summary>
/// <remarks>Storage that hangs or is away is an expected outcome; no method throws for it, and each ends within a time of its own.</remarks>
public interface IKeptDefinitions
{
    /// <summary>The definition that a host kept of a VM, where that host's signs of life can be read too.</summary>
    /// <param name="from">The host.</param>
    /// <param name="vm">The VM.</param>
    /// <param name="digest">SHA-256 of the definition that is meant, in hex.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<KeptDefinition> FindAsync(HostId from, VmId vm, string digest, CancellationToken cancellationToken);

    /// <summary>Watches for so long that a host that lives would have shown it.</summary>
    Task<HostPulse> WatchAsync(HostId from, CancellationToken cancellationToken);

    /// <summary>Looks whether a host has shown no sign of life since it was watched.</summary>
    /// <param name="from">The host.</param>
    /// <param name="marks">What <see cref="WatchAsync"/> saw.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    Task<HostPulse> LookAsync(HostId from, string marks, CancellationToken cancellationToken);
}

/// <summary>What was found of a kept definition.</summary>
/// <param name="Text">The definition; null = there is none that can be used.</param>
/// <param name="Refusal">Why not, for programs; <see cref="RefusalReason.None"/> when it was found.</param>
/// <param name="Detail">Why not; for people.</param>
public sealed record KeptDefinition(string? Text, RefusalReason Refusal, string Detail)
{
    /// <summary>It was found.</summary>
    public static KeptDefinition Of(string text) => new(text, RefusalReason.None, "");

    /// <summary>It cannot be used.</summary>
    public static KeptDefinition No(RefusalReason refusal, string detail) => new(null, refusal, detail);
}

/// <summary>Whether signs of life of a host were seen.</summary>
/// <param name="Marks">What was read, to be compared with later; empty unless nothing moved.</param>
/// <param name="Refusal"><see cref="RefusalReason.None"/> when nothing moved; else why nothing may be taken from that host.</param>
/// <param name="Detail">What was seen; for people.</param>
public sealed record HostPulse(string Marks, RefusalReason Refusal, string Detail)
{
    /// <summary>Whether signs of life could be read and none of them moved.</summary>
    public bool StandsStill => Refusal == RefusalReason.None;

    /// <summary>Signs of life were seen, or could not be looked for.</summary>
    public static HostPulse No(RefusalReason refusal, string detail) => new("", refusal, detail);
}
