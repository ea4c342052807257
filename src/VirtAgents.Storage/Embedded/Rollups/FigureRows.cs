using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>Writes and reads the numbers of one kind of all windows of a row. Used again and again.</summary>
internal sealed class FigureRows
{
    private const int MostBytesOfBin = 2;
    private readonly long[] _spread = new long[RollupFigures.MostWindows];
    private readonly byte[] _bits = new byte[RollupFigures.MostWindows * RollupFigures.Few * MostBytesOfBin];
    private readonly ulong[] _presence = new ulong[1];
    private readonly ulong[] _full = [ulong.MaxValue];

    /// <summary>Writes numbers that are there for each window.</summary>
    public void Write(ByteWriter target, ReadOnlySpan<long> values)
    {
        if (values.Length > 0)
        {
            values.CopyTo(_spread);
            RowCodec.Write(target, _spread.AsSpan(0, values.Length), _full);
        }
    }

    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public void Read(ref ByteReader source, Span<long> values)
    {
        if (values.Length > 0 && RowCodec.Read(ref source, values, _presence) != values.Length)
        {
            throw new InvalidDataException("windows without figures");
        }
    }

    /// <summary>Writes which windows there are and how many values each has.</summary>
    public void WriteCounts(ByteWriter target, RollupFigures figures, int windows)
    {
        _presence[0] = figures.Presence;
        for (int window = 0, position = 0; window < windows; window++)
        {
            bool there = (figures.Presence & (1UL << window)) != 0;
            _spread[window] = there ? figures.Counts[position++] : 0;
        }

        RowCodec.Write(target, _spread.AsSpan(0, windows), _presence);
    }

    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public void ReadCounts(ref ByteReader source, RollupFigures figures, int windows, bool few = true)
    {
        RowCodec.Read(ref source, figures.Counts.AsSpan(0, windows), _presence);
        figures.Begin(_presence[0], few);
    }

    /// <summary>Writes the bins of all windows of few values.</summary>
    public void WriteBins(ByteWriter target, RollupFigures figures)
    {
        var bits = new BitPacking.Writer(_bits, 0);
        for (int i = 0; i < figures.Windows; i++)
        {
            (int lowest, int highest) = figures.BoundsOf(i);
            SortedPacking.Write(ref bits, figures.Inner(i), lowest, highest);
        }

        int length = bits.Finish();
        target.Varint(length);
        target.Bytes(_bits.AsSpan(0, length));
    }

    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public static void ReadBins(ref ByteReader source, RollupFigures figures)
    {
        var bits = new BitPacking.Reader(source.Take(source.Number(source.Left)), 0);
        for (int i = 0; i < figures.Windows; i++)
        {
            (int lowest, int highest) = figures.BoundsOf(i);
            SortedPacking.Read(ref bits, figures.Inner(i), lowest, highest);
        }
    }
}
