using System.Buffers.Binary;
using System.Security.Cryptography;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Sampling;

/// <summary>Numbers that are spread evenly over hosts and always the same for one host.</summary>
internal static class HostPhase
{
    /// <summary>Place of the host within an interval, 0 to 1.</summary>
    public static double Of(HostId host) => SeedOf(host) / (double)uint.MaxValue * 0.999;

    /// <summary>Seed for the jitter of the host.</summary>
    public static uint SeedOf(HostId host)
    {
        Span<byte> id = stackalloc byte[16];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        host.Value.TryWriteBytes(id);
        SHA256.HashData(id, hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash);
    }
}
