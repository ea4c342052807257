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
        int order = equal ? 0 : DifferenceBlocks.BestOrder(dense);
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
        DifferenceBlocks.Write(target, dense, order);
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
        if (order > DifferenceBlocks.HighestOrder)
        {
            throw new InvalidDataException($"differences of order {order} are not known");
        }

        DifferenceBlocks.Read(ref source, dense, order);
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
