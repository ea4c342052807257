using System.Buffers.Binary;
using System.Numerics;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>A growing buffer that is used again and again.</summary>
internal sealed class ByteWriter
{
    private const int KeepBytes = 8 << 20;
    private byte[] _buffer = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>Empties the buffer, and gives memory back that only one huge batch needed.</summary>
    public void Clear()
    {
        Length = 0;
        if (_buffer.Length > KeepBytes)
        {
            _buffer = new byte[KeepBytes];
        }
    }

    /// <summary>Room for at least so many bytes; what is used of it is told by <see cref="Advance"/>.</summary>
    public Span<byte> Ahead(int bytes)
    {
        int needed = checked(Length + bytes);
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max((long)needed, _buffer.Length * 2L)));
        }

        return _buffer.AsSpan(Length);
    }

    public void Advance(int bytes) => Length += bytes;

    public void Varint(ulong value) => Advance(Varints.Write(Ahead(Varints.MaxBytes), value));

    public void Varint(int value) => Varint(checked((ulong)value));

    public void Zigzag(long value) => Varint(Varints.Zigzag(value));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Ahead(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>Appends the checksum of everything from <paramref name="start"/> on.</summary>
    public void Checksum(int start)
    {
        uint sum = Crc(_buffer.AsSpan(start, Length - start));
        BinaryPrimitives.WriteUInt32LittleEndian(Ahead(sizeof(uint)), sum);
        Advance(sizeof(uint));
    }

    /// <summary>CRC-32C, with the processor's instruction where it has one.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            sum = BitOperations.Crc32C(sum, b);
        }

        return ~sum;
    }
}
