using System.Buffers.Binary;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Sampling;

/// <summary>Numbers that are spread evenly over hosts and always the same for one host.</summary>
/// <remarks>
/// The mixer is the finalizer of SplitMix64 (Steele, Lea and Flood, 2014). A cryptographic hash would serve as well,
/// but brings OpenSSL into an agent that has no other use for it.
/// </remarks>
internal static class HostPhase
{
    /// <summary>Place of the host within an interval, 0 to 1.</summary>
    public static double Of(HostId host) => SeedOf(host) / (double)uint.MaxValue * 0.999;

    /// <summary>Seed for the jitter of the host.</summary>
    public static uint SeedOf(HostId host)
    {
        Span<byte> id = stackalloc byte[16];
        host.Value.TryWriteBytes(id);
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(id);
        ulong high = BinaryPrimitives.ReadUInt64LittleEndian(id[8..]);
        return (uint)(Mix(low ^ Mix(high)) >> 32);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
