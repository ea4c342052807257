using System.Runtime.InteropServices;
using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>Folds the values of one series in one hour into windows of a minute and of the hour, and writes both. Used again and again.</summary>
internal sealed class RollupFolder
{
    public const long MinuteMs = 60_000;
    private const int Offset = QuantileSketch.MostBins;

    private readonly Summary _minute = new();
    private readonly Summary _hour = new();
    private readonly RollupFigures _hourFigures = new();
    private readonly RollupRow _row = new();
    private readonly SketchRow _sketches = new();
    private readonly ByteWriter _minuteBins = new();
    private readonly ByteWriter _hourBins = new();
    private readonly long[] _hourCounts = new long[(2 * Offset) + 1];
    private readonly List<int> _bins = [];
    private readonly List<(int Bin, long Count)> _counted = [];
    private int _window;
    private double _lastNumber = double.NaN;
    private int _lastBin;

    /// <summary>Folds values and writes a row for the minutes and one for the hour; rows without windows when there is no value in the hour.</summary>
    /// <param name="values">Values in order of time.</param>
    /// <param name="hourStartMs">Start of the hour; milliseconds since 1970 UTC.</param>
    /// <param name="figures">Takes the figures of the minutes.</param>
    /// <param name="minutes">Takes the row of the minutes.</param>
    /// <param name="hour">Takes the row of the hour.</param>
    public void Write(IEnumerable<WeightedValue> values, long hourStartMs, RollupFigures figures, ByteWriter minutes, ByteWriter hour)
    {
        Clear(figures);
        foreach (WeightedValue value in values)
        {
            long window = value.TimeUnixMs < hourStartMs ? -1 : (value.TimeUnixMs - hourStartMs) / MinuteMs;
            if (window is >= 0 and < RollupFigures.MostWindows)
            {
                Add(value, (int)window, figures, hourStartMs);
            }
        }

        CloseWindow(figures, hourStartMs);
        _row.Write(minutes, figures, RollupFigures.MostWindows, _minuteBins.Written);
        if (_hour.Count > 0)
        {
            CloseHour(hourStartMs);
        }

        _row.Write(hour, _hourFigures, 1, _hourBins.Written);
    }

    private void Clear(RollupFigures figures)
    {
        figures.Clear();
        _hourFigures.Clear();
        _minute.Clear();
        _hour.Clear();
        _minuteBins.Clear();
        _hourBins.Clear();
        _bins.Clear();
        _window = 0;
    }

    private void Add(in WeightedValue value, int window, RollupFigures figures, long hourStartMs)
    {
        if (window != _window)
        {
            CloseWindow(figures, hourStartMs);
            _window = window;
        }

        _minute.Add(value);

        // Much stands still, and a logarithm takes longer than all the rest.
        double number = value.Value;
        if (number != _lastNumber)
        {
            _lastNumber = number;
            _lastBin = QuantileSketch.BinOf(number);
        }

        _bins.Add(_lastBin);
        _hourCounts[_lastBin + Offset]++;
    }

    private void CloseWindow(RollupFigures figures, long hourStartMs)
    {
        if (_bins.Count == 0)
        {
            return;
        }

        _hour.Merge(_minute);
        _bins.Sort();
        bool few = figures.IsFew;
        figures.Take(_window, _minute, hourStartMs + (_window * MinuteMs), CollectionsMarshal.AsSpan(_bins));
        for (int position = few ? 0 : figures.Windows - 1; !figures.IsFew && position < figures.Windows; position++)
        {
            // The first window of many values: those before it are written as such a row has them, too.
            CountBins(figures, position);
            Write(_minuteBins, figures, position);
        }

        _minute.Clear();
        _bins.Clear();
    }

    private void CountBins(RollupFigures figures, int position)
    {
        _counted.Clear();
        if (position == figures.Windows - 1)
        {
            Count(CollectionsMarshal.AsSpan(_bins));
            return;
        }

        (int lowest, int highest) = figures.BoundsOf(position);
        Count([lowest]);
        Count(figures.Inner(position));
        Count(figures.Counts[position] > 1 ? [highest] : []);
    }

    private void Count(ReadOnlySpan<int> bins)
    {
        foreach (int bin in bins)
        {
            if (_counted.Count > 0 && _counted[^1].Bin == bin)
            {
                _counted[^1] = (bin, _counted[^1].Count + 1);
            }
            else
            {
                _counted.Add((bin, 1));
            }
        }
    }

    private void CloseHour(long hourStartMs)
    {
        Span<long> counts = _hourCounts;
        int first = counts.IndexOfAnyExcept(0);
        int last = counts.LastIndexOfAnyExcept(0);
        _counted.Clear();
        for (int i = first; i <= last; i++)
        {
            for (long left = _hour.Count <= RollupFigures.Few ? counts[i] : 0; left > 0; left--)
            {
                _bins.Add(i - Offset);
            }

            if (counts[i] > 0)
            {
                _counted.Add((i - Offset, counts[i]));
            }
        }

        _hourFigures.Take(0, _hour, hourStartMs, CollectionsMarshal.AsSpan(_bins));
        if (!_hourFigures.IsFew)
        {
            Write(_hourBins, _hourFigures, 0);
        }

        counts[first..(last + 1)].Clear();
    }

    private void Write(ByteWriter target, RollupFigures figures, int position)
    {
        (int lowest, int highest) = figures.BoundsOf(position);
        _sketches.Write(target, lowest, highest, CollectionsMarshal.AsSpan(_counted));
    }
}
