using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>A row whose windows have few values each: bins first, and of what they tell only the difference from what was to be expected.</summary>
/// <remarks>
/// Numbers of values, lowest values, highest ones or their distances from the lowest, whatever is shorter, and the bins of all others
/// (<see cref="SortedPacking"/>). Then newest values, means and squared deviations, each as they are or as differences from
/// <see cref="WindowGuess"/>, whatever is shorter: a byte before them says which. A newest value is then told by its place among the others, and
/// by its distance where that is no bound. Then denominators, sums and times. Used again and again.
/// </remarks>
internal sealed class FewRow
{
    /// <summary>First byte of such a row; those of before schema version 4 begin with a smaller one.</summary>
    public const byte Mark = 0x40;

    private readonly WindowGuess[] _guesses = [.. Enumerable.Range(0, RollupFigures.MostWindows).Select(_ => new WindowGuess())];
    private readonly FigureRows _rows = new();
    private readonly ByteWriter _plain = new();
    private readonly ByteWriter _other = new();
    private readonly long[] _places = new long[RollupFigures.MostWindows];
    private readonly long[] _numbers = new long[RollupFigures.MostWindows];

    /// <summary>Writes a row of figures that are few.</summary>
    public void Write(ByteWriter target, RollupFigures figures, int windows)
    {
        target.Varint(Mark);
        _rows.WriteCounts(target, figures, windows);
        _rows.Write(target, figures.Lowest.AsSpan(0, figures.Windows));
        WriteHighest(target, figures);
        _rows.WriteBins(target, figures);
        WriteLasts(target, figures);
        WriteMeans(target, figures);
        WriteDeviations(target, figures);
        _rows.Write(target, figures.Weights.AsSpan(0, figures.Windows));
        _rows.Write(target, figures.Sums.AsSpan(0, figures.Windows));
        _rows.Write(target, figures.Times.AsSpan(0, figures.Windows));
    }

    /// <summary>Reads a row.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public void Read(ref ByteReader source, RollupFigures figures, int windows)
    {
        if (source.Byte() != Mark)
        {
            throw new InvalidDataException("a row of another form");
        }

        _rows.ReadCounts(ref source, figures, windows);
        _rows.Read(ref source, figures.Lowest.AsSpan(0, figures.Windows));
        ReadHighest(ref source, figures);
        figures.Bound();
        FigureRows.ReadBins(ref source, figures);
        ReadLasts(ref source, figures);
        ReadMeans(ref source, figures);
        ReadDeviations(ref source, figures);
        _rows.Read(ref source, figures.Weights.AsSpan(0, figures.Windows));
        _rows.Read(ref source, figures.Sums.AsSpan(0, figures.Windows));
        _rows.Read(ref source, figures.Times.AsSpan(0, figures.Windows));
    }

    private void WriteHighest(ByteWriter target, RollupFigures figures)
    {
        for (int i = 0; i < figures.Windows; i++)
        {
            _numbers[i] = figures.Lowest[i] + figures.Spreads[i];
        }

        WriteShorter(target, figures.Spreads.AsSpan(0, figures.Windows));
    }

    private void ReadHighest(ref ByteReader source, RollupFigures figures)
    {
        bool highest = ReadOther(ref source, figures.Spreads.AsSpan(0, figures.Windows));
        for (int i = 0; i < figures.Windows && highest; i++)
        {
            figures.Spreads[i] = unchecked(figures.Spreads[i] - figures.Lowest[i]);
        }
    }

    private void WriteLasts(ByteWriter target, RollupFigures figures)
    {
        int apart = 0;
        bool told = true;
        for (int i = 0; i < figures.Windows; i++)
        {
            long last = figures.Lowest[i] + figures.Lasts[i];
            _guesses[i].Begin(figures, i);
            int place = _guesses[i].PlaceOf(last);
            _places[i] = place;
            told &= !_guesses[i].IsBound(place) || _guesses[i].ValueAt(place) == last;
            if (!_guesses[i].IsBound(place))
            {
                _numbers[apart++] = last - _guesses[i].ValueAt(place);
                _guesses[i].Know(place, last);
            }
        }

        _other.Clear();
        _rows.Write(_other, _places.AsSpan(0, figures.Windows));
        _rows.Write(_other, _numbers.AsSpan(0, apart));
        _plain.Clear();
        _rows.Write(_plain, figures.Lasts.AsSpan(0, figures.Windows));
        WriteShorter(target, mayBeOther: told);
    }

    private void ReadLasts(ref ByteReader source, RollupFigures figures)
    {
        for (int i = 0; i < figures.Windows; i++)
        {
            _guesses[i].Begin(figures, i);
        }

        if (ReadOther(ref source, figures.Lasts.AsSpan(0, figures.Windows)))
        {
            ReadPlaced(ref source, figures);
        }

        for (int i = 0; i < figures.Windows; i++)
        {
            if (figures.Lasts[i] < 0 || figures.Lasts[i] > figures.Spreads[i])
            {
                throw new InvalidDataException($"a newest value of {figures.Lasts[i]} where at most {figures.Spreads[i]} can be");
            }

            long last = figures.Lowest[i] + figures.Lasts[i];
            int place = _guesses[i].PlaceOf(last);
            if (!_guesses[i].IsBound(place))
            {
                _guesses[i].Know(place, last);
            }
        }
    }

    // What was read of the newest values are their places.
    private void ReadPlaced(ref ByteReader source, RollupFigures figures)
    {
        int apart = 0;
        for (int i = 0; i < figures.Windows; i++)
        {
            long place = _places[i] = figures.Lasts[i];
            figures.Lasts[i] = _guesses[i].ValueAt(place) - figures.Lowest[i];
            apart += _guesses[i].IsBound((int)place) ? 0 : 1;
        }

        _rows.Read(ref source, _numbers.AsSpan(0, apart));
        for (int i = 0, next = 0; i < figures.Windows; i++)
        {
            figures.Lasts[i] = unchecked(figures.Lasts[i] + (_guesses[i].IsBound((int)_places[i]) ? 0 : _numbers[next++]));
        }
    }

    private void WriteMeans(ByteWriter target, RollupFigures figures)
    {
        for (int i = 0; i < figures.Windows; i++)
        {
            _numbers[i] = figures.Means[i] - _guesses[i].Mean();
        }

        WriteShorter(target, figures.Means.AsSpan(0, figures.Windows));
    }

    private void ReadMeans(ref ByteReader source, RollupFigures figures)
    {
        bool guessed = ReadOther(ref source, figures.Means.AsSpan(0, figures.Windows));
        for (int i = 0; i < figures.Windows; i++)
        {
            // Also where it is not added: the deviations are from it.
            long mean = _guesses[i].Mean();
            figures.Means[i] = unchecked(figures.Means[i] + (guessed ? mean : 0));
        }
    }

    private void WriteDeviations(ByteWriter target, RollupFigures figures)
    {
        for (int i = 0; i < figures.Windows; i++)
        {
            _numbers[i] = figures.Deviations[i] - _guesses[i].Deviations();
        }

        WriteShorter(target, figures.Deviations.AsSpan(0, figures.Windows));
    }

    private void ReadDeviations(ref ByteReader source, RollupFigures figures)
    {
        bool guessed = ReadOther(ref source, figures.Deviations.AsSpan(0, figures.Windows));
        for (int i = 0; i < figures.Windows && guessed; i++)
        {
            figures.Deviations[i] = unchecked(figures.Deviations[i] + _guesses[i].Deviations());
        }
    }

    private void WriteShorter(ByteWriter target, ReadOnlySpan<long> plain)
    {
        _plain.Clear();
        _rows.Write(_plain, plain);
        _other.Clear();
        _rows.Write(_other, _numbers.AsSpan(0, plain.Length));
        WriteShorter(target, mayBeOther: true);
    }

    private void WriteShorter(ByteWriter target, bool mayBeOther)
    {
        bool other = mayBeOther && _other.Length < _plain.Length;
        target.Varint(other ? 1 : 0);
        target.Bytes(other ? _other.Written : _plain.Written);
    }

    private bool ReadOther(ref ByteReader source, Span<long> numbers)
    {
        bool other = source.Number(1) == 1;
        _rows.Read(ref source, numbers);
        return other;
    }
}
