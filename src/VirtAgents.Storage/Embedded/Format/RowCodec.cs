using System.Buffers.Binary;
using System.Numerics;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>One row of a sealed column: the values of one series in an hour, nulls kept apart.</summary>
/// <remarks>
/// A row begins with a byte of flags: whether all, none or some values are there (then a bitmap follows), whether all are equal
/// (then one value follows), and whether they are multiples of 5^7. As in <see cref="ColumnCodec"/> the common power of two and 5^7 are
/// divided out. What is left is written as it is, as differences, or as differences of differences, whatever is shortest, in blocks
/// of the lowest one and of all others above it in as many bits as the highest needs ("frame of reference").
/// All arithmetic wraps, so that every 64-bit value survives.
/// </remarks>
internal static class RowCodec
{
    private const byte SomeFlag = 1;
    private const byte NoneFlag = 2;
    private const byte EqualFlag = 4;
    private const byte DecimalFlag = 8;
    private const int OrderShift = 4;
    private const int HighestOrder = 2;
    private const int BlockLength = 128;
    private const long FiveToSeven = 78_125;

    /// <summary>Writes a row and spoils its values.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="values">A value for each time; those that are not there count for nothing.</param>
    /// <param name="presence">A bit for each time.</param>
    /// <returns>How many values there are.</returns>
    public static int Write(ByteWriter target, Span<long> values, ReadOnlySpan<ulong> presence)
    {
        int ticks = values.Length;
        Span<long> dense = values[..Compact(values, presence)];
        if (dense.Length == 0)
        {
            target.Varint(NoneFlag);
            return 0;
        }

        bool some = dense.Length < ticks;
        bool equal = !dense.ContainsAnyExcept(dense[0]);
        int shift = equal ? 0 : Reduce(dense);
        bool isDecimal = !equal && ReduceDecimal(dense);
        int order = equal ? 0 : BestOrder(dense);
        target.Varint((some ? SomeFlag : 0) | (equal ? EqualFlag : 0) | (isDecimal ? DecimalFlag : 0) | (order << OrderShift));
        if (some)
        {
            WriteBitmap(target, presence, ticks);
        }

        if (equal)
        {
            target.Zigzag(dense[0]);
            return dense.Length;
        }

        target.Varint(shift);
        WriteBlocks(target, dense, order);
        return dense.Length;
    }

    /// <summary>Reads a row of as many times as there are values.</summary>
    /// <returns>How many values there are; they are the first ones of <paramref name="values"/>, without gaps.</returns>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public static int Read(ref ByteReader source, Span<long> values, Span<ulong> presence)
    {
        byte flags = source.Byte();
        presence.Clear();
        if ((flags & NoneFlag) != 0)
        {
            return 0;
        }

        int count = ReadPresence(ref source, (flags & SomeFlag) != 0, values.Length, presence);
        Span<long> dense = values[..count];
        if ((flags & EqualFlag) != 0)
        {
            dense.Fill(source.Zigzag());
            return count;
        }

        int shift = source.Number(63);
        int order = flags >> OrderShift;
        if (order > HighestOrder)
        {
            throw new InvalidDataException($"differences of order {order} are not known");
        }

        ReadBlocks(ref source, dense, order);
        long factor = (flags & DecimalFlag) != 0 ? FiveToSeven : 1;
        for (int i = 0; i < dense.Length; i++)
        {
            dense[i] = unchecked((dense[i] * factor) << shift);
        }

        return count;
    }

    private static int Compact(Span<long> values, ReadOnlySpan<ulong> presence)
    {
        int count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if ((presence[i >> 6] & (1UL << (i & 63))) != 0)
            {
                values[count++] = values[i];
            }
        }

        return count;
    }

    private static int Reduce(Span<long> values)
    {
        long bits = 0;
        foreach (long value in values)
        {
            bits |= value;
        }

        int shift = bits == 0 ? 0 : BitOperations.TrailingZeroCount(bits);
        if (shift > 0)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] >>= shift;
            }
        }

        return shift;
    }

    private static bool ReduceDecimal(Span<long> values)
    {
        foreach (long value in values)
        {
            if (value % FiveToSeven != 0)
            {
                return false;
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] /= FiveToSeven;
        }

        return true;
    }

    // The width of a block is that of its widest member, so the span between lowest and highest decides.
    private static int BestOrder(ReadOnlySpan<long> values)
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

    private static void WriteBlocks(ByteWriter target, Span<long> values, int order)
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

    private static void ReadBlocks(ref ByteReader source, Span<long> values, int order)
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

    private static void WriteBitmap(ByteWriter target, ReadOnlySpan<ulong> presence, int ticks)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (int left = (ticks + 7) / 8, i = 0; left > 0; left -= sizeof(ulong), i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, presence[i]);
            target.Bytes(word[..Math.Min(left, sizeof(ulong))]);
        }
    }

    private static int ReadPresence(ref ByteReader source, bool some, int ticks, Span<ulong> presence)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        int count = 0;
        for (int left = ticks, i = 0; left > 0; left -= 64, i++)
        {
            ulong bits = ulong.MaxValue;
            if (some)
            {
                word.Clear();
                source.Take(Math.Min((left + 7) / 8, sizeof(ulong))).CopyTo(word);
                bits = BinaryPrimitives.ReadUInt64LittleEndian(word);
            }

            presence[i] = left >= 64 ? bits : bits & ((1UL << left) - 1);
            count += BitOperations.PopCount(presence[i]);
        }

        return count;
    }
}
