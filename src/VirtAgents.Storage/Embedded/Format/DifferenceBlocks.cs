using System.Numerics;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>
/// Numbers as they are, as differences or as differences of differences, in blocks of the lowest one and of all others above it in as
/// many bits as the highest needs ("frame of reference"). All arithmetic wraps, so that every 64-bit value survives.
/// </summary>
internal static class DifferenceBlocks
{
    /// <summary>Most times that differences are taken.</summary>
    public const int HighestOrder = 2;

    private const int BlockLength = 128;

    /// <summary>How often differences are best taken. The width of a block is that of its widest member, so the span between lowest and highest decides.</summary>
    public static int BestOrder(ReadOnlySpan<long> values)
    {
        int best = 0;
        long least = long.MaxValue;
        for (int order = 0; order <= HighestOrder && order < values.Length; order++)
        {
            long bits = 0;
            for (int start = order; start < values.Length; start += BlockLength)
            {
                bits += BitsOf(values, order, start, Math.Min(values.Length, start + BlockLength));
            }

            if (bits < least)
            {
                (best, least) = (order, bits);
            }
        }

        return best;
    }

    private static long BitsOf(ReadOnlySpan<long> values, int order, int start, int end)
    {
        long lowest = long.MaxValue;
        long highest = long.MinValue;
        for (int i = start; i < end; i++)
        {
            long residual = Residual(values, i, order);
            lowest = Math.Min(lowest, residual);
            highest = Math.Max(highest, residual);
        }

        return (8L * Varints.Length(Varints.Zigzag(lowest))) + ((long)WidthOf(lowest, highest) * (end - start));
    }

    private static long Residual(ReadOnlySpan<long> values, int i, int order) => order switch
    {
        0 => values[i],
        1 => unchecked(values[i] - values[i - 1]),
        _ => unchecked(values[i] - (2 * values[i - 1]) + values[i - 2]),
    };

    private static int WidthOf(long lowest, long highest) => 64 - BitOperations.LeadingZeroCount(unchecked((ulong)(highest - lowest)));

    /// <summary>Writes numbers and spoils them.</summary>
    public static void Write(ByteWriter target, Span<long> values, int order)
    {
        // From the last one on, so that each difference still finds the values before it.
        for (int i = values.Length - 1; i >= order; i--)
        {
            values[i] = Residual(values, i, order);
        }

        for (int i = 0; i < order; i++)
        {
            target.Zigzag(values[i]);
        }

        for (int start = order; start < values.Length; start += BlockLength)
        {
            WriteBlock(target, values[start..Math.Min(values.Length, start + BlockLength)]);
        }
    }

    private static void WriteBlock(ByteWriter target, ReadOnlySpan<long> block)
    {
        long lowest = long.MaxValue;
        long highest = long.MinValue;
        foreach (long value in block)
        {
            lowest = Math.Min(lowest, value);
            highest = Math.Max(highest, value);
        }

        int width = WidthOf(lowest, highest);
        target.Zigzag(lowest);
        target.Varint(width);
        int length = BitPacking.BytesFor(block.Length, width);
        var bits = new BitPacking.Writer(target.Ahead(length)[..length], width);
        foreach (long value in block)
        {
            bits.Add(unchecked((ulong)(value - lowest)));
        }

        bits.Finish();
        target.Advance(length);
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static void Read(ref ByteReader source, Span<long> values, int order)
    {
        if (order > values.Length)
        {
            throw new InvalidDataException("fewer values than differences need");
        }

        for (int i = 0; i < order; i++)
        {
            values[i] = source.Zigzag();
        }

        for (int start = order; start < values.Length; start += BlockLength)
        {
            long lowest = source.Zigzag();
            int width = source.Number(64);
            Span<long> block = values[start..Math.Min(values.Length, start + BlockLength)];
            var bits = new BitPacking.Reader(source.Take(BitPacking.BytesFor(block.Length, width)), width);
            for (int i = 0; i < block.Length; i++)
            {
                block[i] = unchecked(lowest + (long)bits.Next());
            }
        }

        Sum(values, order);
    }

    private static void Sum(Span<long> values, int order)
    {
        for (int i = order; order == 1 && i < values.Length; i++)
        {
            values[i] = unchecked(values[i] + values[i - 1]);
        }

        for (int i = order; order == 2 && i < values.Length; i++)
        {
            values[i] = unchecked(values[i] + (2 * values[i - 1]) - values[i - 2]);
        }
    }
}
