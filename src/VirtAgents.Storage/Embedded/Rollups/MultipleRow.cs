using System.Buffers.Binary;
using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>A row told as a multiple of the row of another figure of the same subject and hour.</summary>
/// <remarks>
/// Percents of a counter are its rate by some factor, and what was rounded of both differs in the last digit only. Stored are the number of the
/// other figure, the factor, and how far each number is from what these let expect. Denominators and sums are stored as they are; number and
/// times of values have to be the same. The other row stands for itself, so that nothing has to be followed. Used again and again.
/// </remarks>
internal sealed class MultipleRow
{
    /// <summary>First byte of such a row.</summary>
    public const byte Mark = 0x41;

    private const int CoarseHalf = 1 << (FloatBits.CoarseBits - 1);

    // Kinds of numbers, in the order in which they are stored.
    private const int Lowest = 0, Highest = 1, Last = 2, Mean = 3, Deviation = 4, Kinds = 5;
    private readonly FigureRows _rows = new();
    private readonly long[] _apart = new long[RollupFigures.MostWindows];
    private readonly long[] _bins = new long[RollupFigures.MostWindows * RollupFigures.Few];

    /// <summary>The figure whose row is needed to read a row; 0 = none.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public static ushort BasisOf(ReadOnlySpan<byte> row)
    {
        if (row.IsEmpty || row[0] != Mark)
        {
            return 0;
        }

        var source = new ByteReader(row[1..]);
        return (ushort)source.Number(ushort.MaxValue);
    }

    /// <summary>Whether a row may be told by another one: that has values at the same times and is not 0 throughout.</summary>
    public static bool Fits(RollupFigures basis, RollupFigures figures)
    {
        int count = figures.Windows;
        return basis.IsFew && figures.IsFew && basis.Presence == figures.Presence
            && basis.Counts.AsSpan(0, count).SequenceEqual(figures.Counts.AsSpan(0, count))
            && basis.Times.AsSpan(0, count).SequenceEqual(figures.Times.AsSpan(0, count))
            && IsFactor(FactorOf(basis, figures));
    }

    /// <summary>Writes a row whose figures <see cref="Fits"/> those of another one.</summary>
    public void Write(ByteWriter target, ushort number, RollupFigures basis, RollupFigures figures)
    {
        double factor = FactorOf(basis, figures);
        int shift = QuantileSketch.BinOf(factor) - QuantileSketch.BinOf(1);
        target.Varint(Mark);
        target.Varint(number);
        BinaryPrimitives.WriteDoubleLittleEndian(target.Ahead(sizeof(double)), factor);
        target.Advance(sizeof(double));
        target.Zigzag(shift);
        int count = figures.Windows;
        for (int kind = 0; kind < Kinds; kind++)
        {
            for (int i = 0; i < count; i++)
            {
                _apart[i] = Get(figures, kind, i) - Expected(basis, kind, i, factor);
            }

            _rows.Write(target, _apart.AsSpan(0, count));
        }

        _rows.Write(target, figures.Weights.AsSpan(0, count));
        _rows.Write(target, figures.Sums.AsSpan(0, count));
        WriteBins(target, basis, figures, shift);
    }

    /// <summary>Reads a row.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public void Read(ref ByteReader source, RollupFigures basis, RollupFigures figures)
    {
        source.Byte();
        source.Number(ushort.MaxValue);
        double factor = BinaryPrimitives.ReadDoubleLittleEndian(source.Take(sizeof(double)));
        long shift = source.Zigzag();
        if (!IsFactor(factor) || Math.Abs(shift) > 2 * QuantileSketch.MostBins)
        {
            throw new InvalidDataException($"a multiple of {factor}");
        }

        int count = basis.Windows;
        basis.Counts.AsSpan(0, count).CopyTo(figures.Counts);
        basis.Times.AsSpan(0, count).CopyTo(figures.Times);
        figures.Begin(basis.Presence, few: true);
        for (int kind = 0; kind < Kinds; kind++)
        {
            _rows.Read(ref source, _apart.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                Set(figures, kind, i, unchecked(Expected(basis, kind, i, factor) + _apart[i]));
            }
        }

        _rows.Read(ref source, figures.Weights.AsSpan(0, count));
        _rows.Read(ref source, figures.Sums.AsSpan(0, count));
        figures.Bound();
        ReadBins(ref source, basis, figures, (int)shift);
    }

    // Over all windows, so that the digits each mean lacks weigh least.
    private static double FactorOf(RollupFigures basis, RollupFigures figures) => SumOf(figures) / SumOf(basis);

    private static double SumOf(RollupFigures figures)
    {
        double sum = 0;
        for (int i = 0; i < figures.Windows; i++)
        {
            sum += Math.Abs(FloatBits.Value(figures.Means[i]));
        }

        return sum;
    }

    private static bool IsFactor(double factor) => factor > 0 && double.IsNormal(factor);

    private void WriteBins(ByteWriter target, RollupFigures basis, RollupFigures figures, int shift)
    {
        int length = 0;
        for (int i = 0; i < figures.Windows; i++)
        {
            Span<int> inner = Open(figures, i);
            Span<int> before = basis.Inner(i);
            for (int value = 0; value < inner.Length; value++)
            {
                _bins[length++] = inner[value] - Shifted(before[value], shift);
            }
        }

        DifferenceBlocks.Write(target, _bins.AsSpan(0, length), order: 0);
    }

    private void ReadBins(ref ByteReader source, RollupFigures basis, RollupFigures figures, int shift)
    {
        int length = 0;
        for (int i = 0; i < figures.Windows; i++)
        {
            length += Open(figures, i).Length;
        }

        DifferenceBlocks.Read(ref source, _bins.AsSpan(0, length), order: 0);
        for (int i = 0, next = 0; i < figures.Windows; i++)
        {
            (int lowest, int highest) = figures.BoundsOf(i);
            Span<int> inner = Open(figures, i);
            for (int value = 0; value < inner.Length; value++)
            {
                long bin = unchecked(_bins[next++] + Shifted(basis.Inner(i)[value], shift));
                inner[value] = bin >= lowest && bin <= highest ? (int)bin : throw new InvalidDataException($"bin {bin} beside {lowest} to {highest}");
            }
        }
    }

    // The values of a window whose bins its bounds leave open; else they are all in that one bin.
    private static Span<int> Open(RollupFigures figures, int position)
    {
        (int lowest, int highest) = figures.BoundsOf(position);
        Span<int> inner = figures.Inner(position);
        if (lowest != highest)
        {
            return inner;
        }

        inner.Fill(lowest);
        return [];
    }

    // Bins of negative values count downwards, and 0 stays 0 whatever it is multiplied with.
    private static int Shifted(int bin, int shift) => bin + (Math.Sign(bin) * shift);

    // What the other row lets expect; squared deviations lack the rest of their last digit.
    private static long Expected(RollupFigures basis, int kind, int position, double factor)
    {
        long coarse = basis.Deviations[position];
        return kind == Deviation
            ? coarse == 0 ? 0 : FloatBits.Coarse(FloatBits.Value((coarse << FloatBits.CoarseBits) + CoarseHalf) * factor * factor)
            : kind == Mean
            ? FloatBits.Of(FloatBits.Value(basis.Means[position]) * factor)
            : FloatBits.Fine(FloatBits.FineValue(Get(basis, kind, position)) * factor);
    }

    private static long Get(RollupFigures figures, int kind, int position) => kind switch
    {
        Lowest => figures.Lowest[position],
        Highest => figures.Lowest[position] + figures.Spreads[position],
        Last => figures.Lowest[position] + figures.Lasts[position],
        Mean => figures.Means[position],
        _ => figures.Deviations[position],
    };

    private static void Set(RollupFigures figures, int kind, int position, long value)
    {
        switch (kind)
        {
            case Lowest:
                figures.Lowest[position] = value;
                break;
            case Highest:
                figures.Spreads[position] = value - figures.Lowest[position];
                break;
            case Last:
                figures.Lasts[position] = value - figures.Lowest[position];
                break;
            case Mean:
                figures.Means[position] = value;
                break;
            default:
                figures.Deviations[position] = value;
                break;
        }
    }
}
