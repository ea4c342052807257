using System.Buffers.Binary;
using System.Numerics;

namespace VirtAgents.Agent.Spool;

/// <summary>
/// The 17 bytes before the payload of every record: payload length, CRC-32C over everything else of the record, kind
/// and number. Little endian.
/// </summary>
internal readonly record struct RecordHeader(int Length, uint Checksum, RecordKind Kind, long Number)
{
    public const int Size = 17;

    /// <summary>No record is larger; a length beyond it is damage.</summary>
    public const int LargestPayload = 16 << 20;

    private const int KindAt = 8;

    public bool IsSane => Length is >= 0 and <= LargestPayload && Kind is >= RecordKind.Report and <= RecordKind.Inventory && Number >= 0;

    public static RecordHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        (RecordKind)bytes[KindAt],
        BinaryPrimitives.ReadInt64LittleEndian(bytes[(KindAt + 1)..]));

    /// <summary>Writes the header before a payload that is already in its place behind it.</summary>
    public static void Write(Span<byte> record, RecordKind kind, long number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - Size);
        record[KindAt] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(record[(KindAt + 1)..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], ChecksumOf(record));
    }

    /// <summary>Checksum of a whole record; the field that holds it is left out.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> record) => Crc32C(Crc32C(~0u, record[..4]), record[KindAt..]);

    /// <summary>CRC-32C (Castagnoli) of plain bytes, for the small files of the spool.</summary>
    public static uint ChecksumOfBytes(ReadOnlySpan<byte> bytes) => Crc32C(~0u, bytes);

    private static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return crc;
    }
}
