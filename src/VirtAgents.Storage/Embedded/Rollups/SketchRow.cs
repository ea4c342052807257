using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>The bins of the sketch of a window of many values as bytes. Used again and again.</summary>
/// <remarks>
/// How many bins there are and how far the first one is from that of the lowest value. Then of each its distance to the one before and how many
/// values it has, both less one, both in <see cref="RiceCode"/>: most bins have a neighbour and few values. Where all values are in one bin there
/// is nothing to write. Values whose rounding moved a bound by a bin stay in their own.
/// </remarks>
internal sealed class SketchRow
{
    private const int LowerBits = 4;
    private uint[] _gaps = new uint[512];
    private uint[] _counts = new uint[512];

    /// <summary>Writes the bins of a window.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="lowest">Bin of the lowest value as the reader computes it.</param>
    /// <param name="highest">Bin of the highest value, likewise.</param>
    /// <param name="bins">Bins and how many values each has, ascending.</param>
    public void Write(ByteWriter target, int lowest, int highest, ReadOnlySpan<(int Bin, long Count)> bins)
    {
        if (lowest == highest)
        {
            return;
        }

        Take(bins);
        Span<uint> gaps = _gaps.AsSpan(0, bins.Length - 1);
        Span<uint> counts = _counts.AsSpan(0, bins.Length);
        int gapBits = RiceCode.BestLowerBits(gaps);
        int countBits = RiceCode.BestLowerBits(counts);
        target.Varint(bins.Length);
        target.Zigzag(bins[0].Bin - lowest);
        target.Varint(gapBits | (countBits << LowerBits));
        int length = checked((int)((RiceCode.BitsOf(gaps, gapBits) + RiceCode.BitsOf(counts, countBits) + 7) / 8));
        target.Varint(length);
        var bits = new BitPacking.Writer(target.Ahead(length)[..length], 0);
        for (int i = 0; i < counts.Length; i++)
        {
            RiceCode.Write(ref bits, counts[i], countBits);
            if (i < gaps.Length)
            {
                RiceCode.Write(ref bits, gaps[i], gapBits);
            }
        }

        target.Advance(bits.Finish());
    }

    /// <summary>Adds the bins of a window to a distribution, or steps over them.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static void Read(ref ByteReader source, int lowest, int highest, long count, Distribution? target)
    {
        if (lowest == highest)
        {
            target?.AddBin(lowest, count);
            return;
        }

        int left = source.Number((2 * QuantileSketch.MostBins) + 1);
        long bin = unchecked(lowest + source.Zigzag());
        int lowerBits = source.Number(byte.MaxValue);
        var bits = new BitPacking.Reader(source.Take(source.Number(source.Left)), 0);
        for (; left > 0; left--)
        {
            long values = 1L + RiceCode.Read(ref bits, lowerBits >> LowerBits);
            if (bin is < -QuantileSketch.MostBins or > QuantileSketch.MostBins)
            {
                throw new InvalidDataException($"{values} values in bin {bin}");
            }

            target?.AddBin((int)bin, values);
            bin += left > 1 ? 1L + RiceCode.Read(ref bits, lowerBits & RiceCode.MostLowerBits) : 0;
        }
    }

    private void Take(ReadOnlySpan<(int Bin, long Count)> bins)
    {
        if (bins.Length > _gaps.Length)
        {
            _gaps = new uint[bins.Length * 2];
            _counts = new uint[bins.Length * 2];
        }

        for (int i = 0; i < bins.Length; i++)
        {
            _counts[i] = checked((uint)(bins[i].Count - 1));
            _gaps[i] = i + 1 < bins.Length ? (uint)(bins[i + 1].Bin - bins[i].Bin - 1) : 0;
        }
    }
}
