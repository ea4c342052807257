using Google.Protobuf;

namespace VirtAgents.Protocol;

/// <summary>UUIDs as 16 bytes in network order, the form every language's UUID type reads.</summary>
public static class WireGuid
{
    private const int Length = 16;

    /// <summary>The 16 bytes of a UUID.</summary>
    public static ByteString ToWire(Guid value)
    {
        Span<byte> bytes = stackalloc byte[Length];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return ByteString.CopyFrom(bytes);
    }

    /// <summary>Reads a UUID; false when there are not exactly 16 bytes.</summary>
    public static bool TryRead(ByteString bytes, out Guid value)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        bool fits = bytes.Length == Length;
        value = fits ? new Guid(bytes.Span, bigEndian: true) : Guid.Empty;
        return fits;
    }
}
