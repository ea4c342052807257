using System.Buffers.Binary;

namespace VirtAgents.Agent.Spool;

/// <summary>One file of the spool and what is known of it. Its name is the first sequence it can hold.</summary>
internal sealed class Segment(string path, Guid generation, long firstSequence)
{
    public const int HeaderSize = 44;
    public const string Extension = ".seg";

    private const int ChecksumAt = 40;

    private static ReadOnlySpan<byte> Magic => "VASPOOL1"u8;

    public string Path { get; } = path;

    /// <summary>The process that wrote it.</summary>
    public Guid Generation { get; } = generation;

    public long FirstSequence { get; } = firstSequence;

    /// <summary>Newest sequence in it; one less than <see cref="FirstSequence"/> while there is none.</summary>
    public long LastSequence { get; set; } = firstSequence - 1;

    /// <summary>Bytes that are whole records; what lies beyond is not read.</summary>
    public long Length { get; set; } = HeaderSize;

    /// <summary>When it was begun, milliseconds since 1970 UTC.</summary>
    public long CreatedUnixMs { get; init; }

    /// <summary>When its newest record was written, milliseconds since 1970 UTC.</summary>
    public long WrittenUnixMs { get; set; }

    /// <summary>It is no longer part of the spool.</summary>
    public bool IsRemoved { get; set; }

    public bool IsEmpty => LastSequence < FirstSequence;

    public static string NameOf(long firstSequence) => firstSequence.ToString("D20", System.Globalization.CultureInfo.InvariantCulture) + Extension;

    public void WriteHeader(Span<byte> header)
    {
        Magic.CopyTo(header);
        Generation.TryWriteBytes(header[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], CreatedUnixMs);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumAt..], RecordHeader.ChecksumOfBytes(header[..ChecksumAt]));
    }

    /// <summary>Reads the header of a file; null when it is torn or not ours.</summary>
    public static Segment? FromHeader(string path, ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderSize || !header.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]) != RecordHeader.ChecksumOfBytes(header[..ChecksumAt]))
        {
            return null;
        }

        // Its newest record is younger than this by the age of one segment at most: near enough for ageing.
        long created = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        return new Segment(path, new Guid(header[8..24], bigEndian: true), BinaryPrimitives.ReadInt64LittleEndian(header[24..]))
        {
            CreatedUnixMs = created,
            WrittenUnixMs = created,
        };
    }
}
