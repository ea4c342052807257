using System.Text;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>A request to the kernel's traffic control, as rtnetlink(7) lays it out, in the byte order of the machine.</summary>
internal sealed class NetlinkRequest
{
    private const int HeaderSize = 16;
    private const int TrafficHeaderSize = 20;
    private const int AttributeHeaderSize = 4;
    private readonly List<byte> _bytes = [];

    /// <summary>Begins a request about the queueing discipline at the root of an interface.</summary>
    public NetlinkRequest(ushort type, ushort flags, int interfaceIndex, uint parent)
    {
        AddNumber<uint>(0);
        AddNumber(type);
        AddNumber(flags);
        AddNumber<uint>(1);
        AddNumber<uint>(0);
        AddNumber<uint>(0);
        AddNumber(interfaceIndex);
        AddNumber<uint>(0);
        AddNumber(parent);
        AddNumber<uint>(0);
        System.Diagnostics.Debug.Assert(_bytes.Count == HeaderSize + TrafficHeaderSize, "headers have a fixed size");
    }

    public NetlinkRequest AddText(ushort attribute, string text) => AddAttribute(attribute, [.. Encoding.ASCII.GetBytes(text), 0]);

    public NetlinkRequest AddAttribute(ushort attribute, ReadOnlySpan<byte> value)
    {
        AddNumber((ushort)(AttributeHeaderSize + value.Length));
        AddNumber(attribute);
        _bytes.AddRange(value);
        Pad();
        return this;
    }

    /// <summary>The message with its length filled in.</summary>
    public byte[] ToArray()
    {
        byte[] message = [.. _bytes];
        BitConverter.TryWriteBytes(message, (uint)message.Length);
        return message;
    }

    /// <summary>An attribute as bytes, to be put into another.</summary>
    public static byte[] Attribute(ushort attribute, ReadOnlySpan<byte> value)
    {
        byte[] bytes = new byte[Align(AttributeHeaderSize + value.Length)];
        BitConverter.TryWriteBytes(bytes, (ushort)(AttributeHeaderSize + value.Length));
        BitConverter.TryWriteBytes(bytes.AsSpan(2), attribute);
        value.CopyTo(bytes.AsSpan(AttributeHeaderSize));
        return bytes;
    }

    /// <summary>The attributes of a message or of another attribute; what is cut off is left out.</summary>
    public static Dictionary<int, byte[]> Attributes(ReadOnlySpan<byte> bytes)
    {
        Dictionary<int, byte[]> found = [];
        while (bytes.Length >= AttributeHeaderSize)
        {
            int length = BitConverter.ToUInt16(bytes);
            if (length < AttributeHeaderSize || length > bytes.Length)
            {
                break;
            }

            found[BitConverter.ToUInt16(bytes[2..])] = bytes[AttributeHeaderSize..length].ToArray();
            bytes = bytes[Math.Min(Align(length), bytes.Length)..];
        }

        return found;
    }

    public static int Align(int length) => (length + 3) & ~3;

    private void AddNumber<T>(T number)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        _ = BitConverter.IsLittleEndian ? number.WriteLittleEndian(bytes) : number.WriteBigEndian(bytes);
        _bytes.AddRange(bytes[..System.Runtime.CompilerServices.Unsafe.SizeOf<T>()]);
    }

    private void Pad()
    {
        while (_bytes.Count % 4 != 0)
        {
            _bytes.Add(0);
        }
    }
}
