using System.IO.Compression;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>Makes sealed columns shorter: their length and then their bytes in the format of RFC 7932 ("Brotli").</summary>
/// <remarks>
/// Rows of one column are alike: what stands still is told in the same few bytes row after row. The setting is the quickest one that looks for
/// repetitions with care; slower ones gain nothing. What gets hardly shorter is left as it is: unpacking takes longer than reading a row.
/// </remarks>
internal static class ColumnPacking
{
    /// <summary>Most bytes of a column that is packed, so that a damaged length never asks for more; some 500 VMs that report each second have less.</summary>
    public const int Most = 16 << 20;

    // A column has to lose so much of its length.
    private const double Worthwhile = 1 / 16.0;
    private const int Quality = 5;
    private const int WindowBits = 18;

    /// <summary>The column in the form in which it is shortest.</summary>
    public static SealedColumn Pack(ushort number, ReadOnlySpan<byte> content)
    {
        byte[] packed = new byte[content.Length];
        int head = content.Length is > Varints.MaxBytes and <= Most ? Varints.Write(packed, (ulong)content.Length) : packed.Length;
        return BrotliEncoder.TryCompress(content, packed.AsSpan(head), out int written, Quality, WindowBits) && head + written <= content.Length * (1 - Worthwhile)
            ? new SealedColumn(number, ColumnForm.Packed, packed[..(head + written)])
            : new SealedColumn(number, ColumnForm.Plain, content.ToArray());
    }

    /// <summary>The bytes of a column as they were before <see cref="Pack"/>.</summary>
    /// <param name="form">Form in the file.</param>
    /// <param name="data">Bytes in the file.</param>
    /// <param name="buffer">Takes what has to be unpacked; grows where it is too small.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static ReadOnlySpan<byte> Unpack(ColumnForm form, ReadOnlySpan<byte> data, ref byte[] buffer)
    {
        if (form == ColumnForm.Plain)
        {
            return data;
        }

        if (form != ColumnForm.Packed)
        {
            throw new InvalidDataException($"columns of form {form} are not known");
        }

        var source = new ByteReader(data);
        int length = source.Number(Most);
        if (length > buffer.Length)
        {
            buffer = new byte[Math.Max(length, 16 * 1024)];
        }

        return BrotliDecoder.TryDecompress(source.Take(source.Left), buffer.AsSpan(0, length), out int written) && written == length
            ? buffer.AsSpan(0, length)
            : throw new InvalidDataException("a packed column cannot be unpacked");
    }
}
