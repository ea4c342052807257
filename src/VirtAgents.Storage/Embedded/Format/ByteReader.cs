using System.Buffers.Binary;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>Reads what <see cref="ByteWriter"/> wrote; every step is checked, since a file may be damaged.</summary>
/// <remarks>All methods throw <see cref="InvalidDataException"/> when the bytes make no sense.</remarks>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly int Left => _bytes.Length - Position;

    /// <summary>Checks the checksum at the end of the bytes and returns a reader of what is before it.</summary>
    public static ByteReader OverChecked(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(uint))
        {
            throw new InvalidDataException("too short for a checksum");
        }

        ReadOnlySpan<byte> content = bytes[..^sizeof(uint)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]) != ByteWriter.Crc(content))
        {
            throw new InvalidDataException("the checksum does not fit");
        }

        return new ByteReader(content);
    }

    public byte Byte() => Position < _bytes.Length ? _bytes[Position++] : throw new InvalidDataException("the bytes end too early");

    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number of more than 64 bits");
    }

    public long Zigzag() => Varints.Unzigzag(Varint());

    /// <summary>A number that counts or names things, at most <paramref name="limit"/>.</summary>
    public int Number(int limit)
    {
        ulong value = Varint();
        return value <= (ulong)Math.Max(0, limit) ? (int)value : throw new InvalidDataException($"{value} where at most {limit} can be");
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > Left)
        {
            throw new InvalidDataException("the bytes end too early");
        }

        Position += length;
        return _bytes.Slice(Position - length, length);
    }
}
