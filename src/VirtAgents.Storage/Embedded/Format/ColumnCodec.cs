using System.Buffers.Binary;
using System.Numerics;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>
/// One column of a block: the values of one metric, tick after tick and row after row, nulls kept apart.
/// </summary>
/// <remarks>
/// A column begins with a byte of flags: whether all, none or some values are there (then a bitmap follows), whether all are
/// equal (then one value follows), and whether they are multiples of 5^7. Kernel counters in jiffies are multiples of 10^7 ns
/// and memory figures are multiples of a page, so the common power of two, in the second byte, and 5^7 are divided out.
/// What is left of many ticks is written as the difference from the same row one tick before, or else from the value before
/// it. Of one tick, where neighbours have nothing in common, it may be shorter to write all values above the lowest in as many
/// bits as the highest needs.
/// All arithmetic wraps, so that every 64-bit value survives.
/// </remarks>
internal static class ColumnCodec
{
    private const byte SomeFlag = 1;
    private const byte NoneFlag = 2;
    private const byte EqualFlag = 4;
    private const byte DecimalFlag = 8;
    private const byte PackedFlag = 16;
    private const long FiveToSeven = 78_125;

    /// <summary>Writes a column of ticks x rows cells and returns how many values it has.</summary>
    public static int Write(ByteWriter target, CellBuffer cells)
    {
        int count = cells.CountPresent();
        if (count == 0)
        {
            target.Varint(NoneFlag);
            return 0;
        }

        Shape shape = Inspect(cells, count);
        Packing packing = PackingOf(cells, shape, count);
        int flags = (shape.Partial ? SomeFlag : 0) | (shape.AllEqual ? EqualFlag : 0) | (shape.Decimal ? DecimalFlag : 0)
            | (packing.IsUsed ? PackedFlag : 0);
        target.Varint(flags);
        target.Varint(shape.Shift);
        if (shape.Partial)
        {
            WriteBitmap(target, cells);
        }

        if (packing.IsUsed)
        {
            WritePacked(target, cells, shape, packing, count);
        }
        else
        {
            WriteValues(target, cells, shape);
        }

        return count;
    }

    /// <summary>Reads a column of as many cells as the buffer was sized for.</summary>
    public static void Read(ref ByteReader source, CellBuffer cells)
    {
        byte flags = source.Byte();
        if ((flags & NoneFlag) != 0)
        {
            cells.ClearPresence();
            return;
        }

        var shape = new Shape((flags & SomeFlag) != 0, (flags & EqualFlag) != 0, (flags & DecimalFlag) != 0, source.Number(63));
        if (shape.Partial)
        {
            ReadBitmap(ref source, cells);
        }
        else
        {
            cells.FillPresence();
        }

        if ((flags & PackedFlag) != 0)
        {
            ReadPacked(ref source, cells, shape);
        }
        else
        {
            ReadValues(ref source, cells, shape);
        }
    }

    private static Shape Inspect(CellBuffer cells, int count)
    {
        ReadOnlySpan<long> values = cells.Values;
        long first = values[cells.FirstPresent()];
        long bits = 0;
        bool equal = true;
        for (int i = 0; i < values.Length; i++)
        {
            if (cells.IsPresent(i))
            {
                bits |= values[i];
                equal &= values[i] == first;
            }
        }

        int shift = bits == 0 ? 0 : BitOperations.TrailingZeroCount(bits);
        return new Shape(count != values.Length, equal, !equal && IsDecimal(cells, shift), shift);
    }

    private static bool IsDecimal(CellBuffer cells, int shift)
    {
        ReadOnlySpan<long> values = cells.Values;
        for (int i = 0; i < values.Length; i++)
        {
            if (cells.IsPresent(i) && (values[i] >> shift) % FiveToSeven != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteValues(ByteWriter target, CellBuffer cells, Shape shape)
    {
        ReadOnlySpan<long> values = cells.Values;
        Span<byte> room = target.Ahead(checked(values.Length * Varints.MaxBytes));
        int length = 0;
        long before = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!cells.IsPresent(i))
            {
                continue;
            }

            long value = shape.Reduce(values[i]);
            long reference = cells.IsPresentOneTickBefore(i) ? shape.Reduce(values[i - cells.Rows]) : before;
            length += Varints.Write(room[length..], Varints.Zigzag(unchecked(value - reference)));
            before = value;
            if (shape.AllEqual)
            {
                break;
            }
        }

        target.Advance(length);
    }

    private static void ReadValues(ref ByteReader source, CellBuffer cells, Shape shape)
    {
        Span<long> values = cells.Values;
        if (shape.AllEqual)
        {
            values.Fill(shape.Restore(source.Zigzag()));
            return;
        }

        long before = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!cells.IsPresent(i))
            {
                continue;
            }

            long reference = cells.IsPresentOneTickBefore(i) ? shape.Reduce(values[i - cells.Rows]) : before;
            before = unchecked(reference + source.Zigzag());
            values[i] = shape.Restore(before);
        }
    }

    /// <summary>How the values of one tick pack, if that is shorter than differences.</summary>
    private static Packing PackingOf(CellBuffer cells, Shape shape, int count)
    {
        ReadOnlySpan<long> values = cells.Values;
        if (shape.AllEqual || values.Length != cells.Rows)
        {
            return default;
        }

        long lowest = long.MaxValue;
        long highest = long.MinValue;
        long before = 0;
        int differences = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (cells.IsPresent(i))
            {
                long value = shape.Reduce(values[i]);
                lowest = Math.Min(lowest, value);
                highest = Math.Max(highest, value);
                differences += Varints.Length(Varints.Zigzag(unchecked(value - before)));
                before = value;
            }
        }

        int width = 64 - BitOperations.LeadingZeroCount(unchecked((ulong)(highest - lowest)));
        int bytes = Varints.Length(Varints.Zigzag(lowest)) + 1 + BitPacking.BytesFor(count, width);
        return new Packing(bytes < differences, lowest, width);
    }

    private static void WritePacked(ByteWriter target, CellBuffer cells, Shape shape, Packing packing, int count)
    {
        target.Zigzag(packing.Lowest);
        target.Varint(packing.Width);
        int length = BitPacking.BytesFor(count, packing.Width);
        var bits = new BitPacking.Writer(target.Ahead(length)[..length], packing.Width);
        ReadOnlySpan<long> values = cells.Values;
        for (int i = 0; i < values.Length; i++)
        {
            if (cells.IsPresent(i))
            {
                bits.Add(unchecked((ulong)(shape.Reduce(values[i]) - packing.Lowest)));
            }
        }

        bits.Finish();
        target.Advance(length);
    }

    private static void ReadPacked(ref ByteReader source, CellBuffer cells, Shape shape)
    {
        long lowest = source.Zigzag();
        int width = source.Number(64);
        Span<long> values = cells.Values;
        var bits = new BitPacking.Reader(source.Take(BitPacking.BytesFor(cells.CountPresent(), width)), width);
        for (int i = 0; i < values.Length; i++)
        {
            if (cells.IsPresent(i))
            {
                values[i] = shape.Restore(unchecked(lowest + (long)bits.Next()));
            }
        }
    }

    private static void WriteBitmap(ByteWriter target, CellBuffer cells)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        int left = (cells.Values.Length + 7) / 8;
        foreach (ulong bits in cells.Presence)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, bits);
            target.Bytes(word[..Math.Min(left, word.Length)]);
            left -= word.Length;
        }
    }

    private static void ReadBitmap(ref ByteReader source, CellBuffer cells)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        int left = (cells.Values.Length + 7) / 8;
        Span<ulong> presence = cells.Presence;
        for (int i = 0; i < presence.Length; i++)
        {
            word.Clear();
            source.Take(Math.Min(left, word.Length)).CopyTo(word);
            presence[i] = BinaryPrimitives.ReadUInt64LittleEndian(word);
            left -= word.Length;
        }
    }

    private readonly record struct Packing(bool IsUsed, long Lowest, int Width);

    private readonly record struct Shape(bool Partial, bool AllEqual, bool Decimal, int Shift)
    {
        public long Reduce(long value) => Decimal ? (value >> Shift) / FiveToSeven : value >> Shift;

        public long Restore(long value) => unchecked((Decimal ? value * FiveToSeven : value) << Shift);
    }
}
