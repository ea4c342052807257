using System.Numerics;
using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>The bins of the sketch of one window as files of before schema version 4 have them.</summary>
/// <remarks>
/// The bins of the lowest and the highest value follow from those values, which are stored beside. Of few values the bins of all others are
/// written as distances from the lowest one, in as many bits as the highest one needs. Of many values it is written how many each bin has,
/// bin by bin. Where all values are in one bin there is nothing to write. Values whose rounding moved a bound by a bin are put into it.
/// </remarks>
internal static class WindowBins
{
    /// <summary>Adds the bins of a window to a distribution, or steps over them.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static void Read(ref ByteReader source, int lowest, int highest, long count, Distribution? target)
    {
        if (lowest == highest)
        {
            target?.AddBin(lowest, count);
        }
        else if (count <= RollupFigures.Few)
        {
            ReadFew(ref source, lowest, highest, (int)count, target);
        }
        else
        {
            ReadMany(ref source, lowest, target);
        }
    }

    private static int WidthOf(int lowest, int highest) => 32 - BitOperations.LeadingZeroCount((uint)(highest - lowest));

    private static void ReadFew(ref ByteReader source, int lowest, int highest, int count, Distribution? target)
    {
        if (count < 2)
        {
            throw new InvalidDataException("one value in two bins");
        }

        int width = WidthOf(lowest, highest);
        var bits = new BitPacking.Reader(source.Take(BitPacking.BytesFor(count - 2, width)), width);
        target?.AddBin(lowest, 1);
        for (int i = 0; i < count - 2 && target is not null; i++)
        {
            target.AddBin(Math.Min(highest, lowest + (int)bits.Next()), 1);
        }

        target?.AddBin(highest, 1);
    }

    private static void ReadMany(ref ByteReader source, int lowest, Distribution? target)
    {
        int bin = lowest;
        for (int left = source.Number((2 * QuantileSketch.MostBins) + 1); left > 0; left--)
        {
            bin = unchecked(bin + (int)source.Zigzag());
            long count = unchecked((long)source.Varint());
            if (Math.Abs((long)bin) > QuantileSketch.MostBins || count <= 0)
            {
                throw new InvalidDataException($"{count} values in bin {bin}");
            }

            target?.AddBin(bin, count);
        }
    }
}
