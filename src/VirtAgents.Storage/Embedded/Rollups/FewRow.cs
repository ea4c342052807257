using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>A row whose windows have few values each: bins first, and of what they tell only the difference from what was to be expected.</summary>
/// <remarks>
/// Numbers of values, lowest values, highest ones or their distances from the lowest, whatever is shorter, and the bins of all others
/// (<see cref="SortedPacking"/>). Then newest values, means and squared deviations, each as they are or as differences from <see cref="WindowGuess"/>, whatever is shorter: a byte before
/// them says which. A newest value is then told by its place among the others, and by its distance where that is no bound. Then denominators,
/// sums and times. Used again and again.
/// </remarks>
internal sealed class FewRow
{
    /// <summary>First byte of such a row; those of before schema version 4 begin with a smaller one.</summary>
    public const byte Mark = 0x40;

    private readonly WindowGuess[] _guesses = [.. Enumerable.Range(0, RollupFigures.MostWindows).Select(_ => new WindowGuess())];
    private readonly FigureRows _rows = new();
    private readonly ByteWriter _plain = new();
    private readonly ByteWriter _guessed = new();
    private readonly long[] _places = new long[RollupFigures.MostWindows];
    private readonly long[] _apart = new long[RollupFigures.MostWindows];

    /// <summary>Writes a row of figures that are few.</summary>
    public void Write(ByteWriter target, RollupFigures figures, int windows)
    {
        int count = figures.Windows;
        target.Varint(Mark);
        _rows.WriteCounts(target, figures, windows);
        _rows.Write(target, figures.Lowest.AsSpan(0, count));
        for (int i = 0; i < count; i++)
        {
            _apart[i] = figures.Lowest[i] + figures.Spreads[i];
        }

        WriteShorter(target, figures.Spreads.AsSpan(0, count));
        _rows.WriteBins(target, figures);
        WriteLasts(target, figures);
        for (int i = 0; i < count; i++)
        {
            _apart[i] = figures.Means[i] - _guesses[i].Mean();
        }

        WriteShorter(target, figures.Means.AsSpan(0, count));
        for (int i = 0; i < count; i++)
        {
            _apart[i] = figures.Deviations[i] - _guesses[i].Deviations();
        }

        WriteShorter(target, figures.Deviations.AsSpan(0, count));
        _rows.Write(target, figures.Weights.AsSpan(0, count));
        _rows.Write(target, figures.Sums.AsSpan(0, count));
        _rows.Write(target, figures.Times.AsSpan(0, count));
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
        int count = figures.Windows;
        _rows.Read(ref source, figures.Lowest.AsSpan(0, count));
        bool absolute = ReadShorter(ref source, figures.Spreads.AsSpan(0, count));
        for (int i = 0; i < count && absolute; i++)
        {
            figures.Spreads[i] = unchecked(figures.Spreads[i] - figures.Lowest[i]);
        }

        figures.Bound();
        FigureRows.ReadBins(ref source, figures);
        ReadLasts(ref source, figures);
        bool guessed = ReadShorter(ref source, figures.Means.AsSpan(0, count));
        for (int i = 0; i < count; i++)
        {
            long mean = _guesses[i].Mean();
            figures.Means[i] = unchecked(figures.Means[i] + (guessed ? mean : 0));
        }

        guessed = ReadShorter(ref source, figures.Deviations.AsSpan(0, count));
        for (int i = 0; i < count && guessed; i++)
        {
            figures.Deviations[i] = unchecked(figures.Deviations[i] + _guesses[i].Deviations());
        }

        _rows.Read(ref source, figures.Weights.AsSpan(0, count));
        _rows.Read(ref source, figures.Sums.AsSpan(0, count));
        _rows.Read(ref source, figures.Times.AsSpan(0, count));
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
                _apart[apart++] = last - _guesses[i].ValueAt(place);
                _guesses[i].Know(place, last);
            }
        }

        _guessed.Clear();
        _rows.Write(_guessed, _places.AsSpan(0, figures.Windows));
        _rows.Write(_guessed, _apart.AsSpan(0, apart));
        _plain.Clear();
        _rows.Write(_plain, figures.Lasts.AsSpan(0, figures.Windows));
        WriteShorter(target, told);
    }

    private void ReadLasts(ref ByteReader source, RollupFigures figures)
    {
        Span<long> places = _places.AsSpan(0, figures.Windows);
        bool guessed = ReadShorter(ref source, guessedLast: places, plain: figures.Lasts.AsSpan(0, figures.Windows));
        int inner = 0;
        for (int i = 0; i < figures.Windows; i++)
        {
            _guesses[i].Begin(figures, i);
            places[i] = guessed ? places[i] : _guesses[i].PlaceOf(figures.Lowest[i] + figures.Lasts[i]);
            _ = _guesses[i].ValueAt(places[i]);
            inner += _guesses[i].IsBound((int)places[i]) ? 0 : 1;
        }

        Span<long> apart = _apart.AsSpan(0, inner);
        if (guessed)
        {
            _rows.Read(ref source, apart);
        }

        for (int i = 0, next = 0; i < figures.Windows; i++)
        {
            int place = (int)places[i];
            bool bound = _guesses[i].IsBound(place);
            long last = !guessed ? unchecked(figures.Lowest[i] + figures.Lasts[i])
                : unchecked(_guesses[i].ValueAt(place) + (bound ? 0 : apart[next++]));
            figures.Lasts[i] = unchecked(last - figures.Lowest[i]);
            if (!bound)
            {
                _guesses[i].Know(place, last);
            }
        }
    }

    private void WriteShorter(ByteWriter target, ReadOnlySpan<long> plain)
    {
        _plain.Clear();
        _rows.Write(_plain, plain);
        _guessed.Clear();
        _rows.Write(_guessed, _apart.AsSpan(0, plain.Length));
        WriteShorter(target, mayGuess: true);
    }

    private void WriteShorter(ByteWriter target, bool mayGuess)
    {
        bool guessed = mayGuess && _guessed.Length < _plain.Length;
        target.Varint(guessed ? 1 : 0);
        target.Bytes(guessed ? _guessed.Written : _plain.Written);
    }

    private bool ReadShorter(ref ByteReader source, Span<long> values) => ReadShorter(ref source, values, values);

    private bool ReadShorter(ref ByteReader source, Span<long> guessedLast, Span<long> plain)
    {
        bool guessed = source.Number(1) == 1;
        _rows.Read(ref source, guessed ? guessedLast : plain);
        return guessed;
    }
}
