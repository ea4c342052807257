using System.Runtime.InteropServices;
using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>Folds the values of one series in one hour into windows of a minute and of the hour, and writes both. Used again and again.</summary>
internal sealed class RollupFolder
{
    public const long MinuteMs = 60_000;
    private const int Offset = QuantileSketch.MostBins;

    private readonly Summary[] _minutes = [.. Enumerable.Range(0, RollupRow.MostWindows).Select(_ => new Summary())];
    private readonly Summary[] _hour = [new Summary()];
    private readonly RollupRow _row = new();
    private readonly ByteWriter _minuteBins = new();
    private readonly ByteWriter _hourBins = new();
    private readonly long[] _hourCounts = new long[(2 * Offset) + 1];
    private readonly List<int> _bins = [];
    private readonly List<(int Bin, long Count)> _counted = [];
    private int _window;
    private double _lastNumber = double.NaN;
    private int _lastBin;

    /// <summary>Folds values, which are in order of time, and writes a row for the minutes and one for the hour; false when there is no value in the hour.</summary>
    public bool Write(IEnumerable<WeightedValue> values, long hourStartMs, ByteWriter minutes, ByteWriter hour)
    {
        Clear();
        foreach (WeightedValue value in values)
        {
            long window = value.TimeUnixMs < hourStartMs ? -1 : (value.TimeUnixMs - hourStartMs) / MinuteMs;
            if (window is >= 0 and < RollupRow.MostWindows)
            {
                Add(value, (int)window);
            }
        }

        CloseWindow();
        if (_hour[0].Count == 0)
        {
            return false;
        }

        _row.Write(minutes, _minutes, hourStartMs, _minuteBins.Written);
        WriteHourBins();
        _row.Write(hour, _hour, hourStartMs, _hourBins.Written);
        return true;
    }

    /// <summary>A row for a series that has no value in the hour.</summary>
    public void WriteNone(ByteWriter target, int windows)
    {
        Clear();
        _row.Write(target, windows == 1 ? _hour : _minutes, 0, []);
    }

    private void Clear()
    {
        Array.ForEach(_minutes, m => m.Clear());
        _hour[0].Clear();
        _minuteBins.Clear();
        _hourBins.Clear();
        _bins.Clear();
        _window = 0;
    }

    private void Add(in WeightedValue value, int window)
    {
        if (window != _window)
        {
            CloseWindow();
            _window = window;
        }

        _minutes[window].Add(value);

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

    private void CloseWindow()
    {
        if (_bins.Count > 0)
        {
            _hour[0].Merge(_minutes[_window]);
            _bins.Sort();
            _counted.Clear();
            foreach (int bin in _bins)
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

            Write(_minuteBins, _minutes[_window]);
        }

        _bins.Clear();
    }

    private void WriteHourBins()
    {
        Span<long> counts = _hourCounts;
        int first = counts.IndexOfAnyExcept(0);
        int last = counts.LastIndexOfAnyExcept(0);
        _counted.Clear();
        for (int i = first; i <= last; i++)
        {
            if (counts[i] > 0)
            {
                _counted.Add((i - Offset, counts[i]));
            }
        }

        Write(_hourBins, _hour[0]);
        counts[first..(last + 1)].Clear();
    }

    private void Write(ByteWriter target, Summary window)
    {
        (int lowest, int highest) = RollupRow.BoundsOf(window);
        WindowBins.Write(target, lowest, highest, CollectionsMarshal.AsSpan(_counted), window.Count);
    }
}
