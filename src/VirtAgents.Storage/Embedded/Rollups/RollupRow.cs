using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>The rollups of one series in an hour, of one window or sixty, as bytes. Used again and again.</summary>
/// <remarks>
/// Where all windows have few values a row is a <see cref="FewRow"/> or a <see cref="MultipleRow"/>. Else it has the numbers of values, the other
/// numbers of <see cref="RollupFigures"/> one kind after another, and then the bins of the sketches, window after window, see
/// <see cref="SketchRow"/>. So had all rows before schema version 4, but without the first byte and with bins as <see cref="WindowBins"/> reads.
/// </remarks>
internal sealed class RollupRow
{
    /// <summary>First byte of a row of windows of which some have many values.</summary>
    private const byte Mark = 0x42;

    private readonly RollupFigures _figures = new();
    private readonly RollupFigures _basis = new();
    private readonly FigureRows _rows = new();
    private readonly FewRow _few = new();
    private readonly MultipleRow _multiple = new();
    private bool _earlier;

    /// <summary>Windows of the row that was read last.</summary>
    public ulong Presence => _figures.Presence;

    /// <summary>The figures of the row that was read last.</summary>
    public RollupFigures Figures => _figures;

    /// <summary>Writes a row that stands for itself.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="figures">Its figures.</param>
    /// <param name="windows">Windows the hour has.</param>
    /// <param name="sketches">What <see cref="SketchRow"/> wrote of their bins; only needed where they are not few.</param>
    public void Write(ByteWriter target, RollupFigures figures, int windows, ReadOnlySpan<byte> sketches)
    {
        if (figures.IsFew && figures.Windows > 0)
        {
            _few.Write(target, figures, windows);
            return;
        }

        target.Varint(Mark);
        _rows.WriteCounts(target, figures, windows);
        foreach (long[] kind in figures.Kinds)
        {
            _rows.Write(target, kind.AsSpan(0, figures.Windows));
        }

        target.Bytes(sketches);
    }

    /// <summary>Writes a row as a multiple of the row of another figure; false when it does not fit.</summary>
    public bool TryWrite(ByteWriter target, ushort number, RollupFigures basis, RollupFigures figures)
    {
        bool fits = figures.Windows > 0 && MultipleRow.Fits(basis, figures);
        if (fits)
        {
            _multiple.Write(target, number, basis, figures);
        }

        return fits;
    }

    /// <summary>Reads a row; its windows are then told by <see cref="Restore"/>.</summary>
    /// <returns>A reader of the bins.</returns>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public ByteReader Read(in SealedRow row, int windows)
    {
        if (windows > RollupFigures.MostWindows)
        {
            throw new InvalidDataException($"{windows} windows in an hour");
        }

        var source = new ByteReader(row.Bytes);
        byte mark = row.Bytes.IsEmpty ? (byte)0 : row.Bytes[0];
        _earlier = mark is not (FewRow.Mark or MultipleRow.Mark or Mark);
        switch (mark)
        {
            case FewRow.Mark:
                _few.Read(ref source, _figures, windows);
                break;
            case MultipleRow.Mark:
                var basis = new ByteReader(row.Basis);
                _few.Read(ref basis, _basis, windows);
                _multiple.Read(ref source, _basis, _figures);
                break;
            case Mark:
                source.Byte();
                ReadMany(ref source, windows);
                break;
            default:
                ReadMany(ref source, windows);
                break;
        }

        return source;
    }

    /// <summary>A window of the row that was read last.</summary>
    /// <param name="position">Position among the windows that are there.</param>
    /// <param name="startMs">Start of the window; milliseconds since 1970 UTC.</param>
    /// <param name="values">What percentiles need; null = they are not asked for.</param>
    public Summary Restore(int position, long startMs, Distribution? values) => _figures.Restore(position, startMs, values);

    /// <summary>Adds the bins of the next window to a distribution, or steps over them.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public void ReadBins(ref ByteReader source, int position, Distribution? target)
    {
        (int lowest, int highest) = _figures.BoundsOf(position);
        if (_earlier)
        {
            WindowBins.Read(ref source, lowest, highest, _figures.Counts[position], target);
        }
        else if (_figures.IsFew)
        {
            AddFew(position, lowest, highest, target);
        }
        else
        {
            SketchRow.Read(ref source, lowest, highest, _figures.Counts[position], target);
        }
    }

    private void AddFew(int position, int lowest, int highest, Distribution? target)
    {
        target?.AddBin(lowest, 1);
        foreach (int bin in _figures.Inner(position))
        {
            target?.AddBin(bin, 1);
        }

        if (_figures.Counts[position] > 1)
        {
            target?.AddBin(highest, 1);
        }
    }

    private void ReadMany(ref ByteReader source, int windows)
    {
        _rows.ReadCounts(ref source, _figures, windows, few: false);
        foreach (long[] kind in _figures.Kinds)
        {
            _rows.Read(ref source, kind.AsSpan(0, _figures.Windows));
        }

        _figures.Bound();
    }
}
