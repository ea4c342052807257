using System.Runtime.InteropServices;
using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>Folds the values of one series into windows of a minute and writes them as a row. Used again and again.</summary>
internal sealed class RollupFolder
{
    public const long MinuteMs = 60_000;

    private readonly Summary _minute = new();
    private readonly RollupRow _row = new();
    private readonly RowSketches _sketches = new();
    private readonly List<int> _bins = [];
    private readonly List<(int Bin, long Count)> _counted = [];
    private int _window;
    private double _lastNumber = double.NaN;
    private int _lastBin;

    /// <summary>Folds values and writes their row; nothing when no value lies in a window.</summary>
    /// <param name="values">Values in order of time.</param>
    /// <param name="startMs">Start of the first window; milliseconds since 1970 UTC.</param>
    /// <param name="windows">Windows, 1 to <see cref="RollupFigures.MostWindows"/>; values beside them are left out.</param>
    /// <param name="figures">Takes the figures of the windows.</param>
    /// <param name="hour">Takes what is in all windows.</param>
    /// <param name="target">Takes the row.</param>
    public void Write(IEnumerable<WeightedValue> values, long startMs, int windows, RollupFigures figures, Summary hour, ByteWriter target)
    {
        Clear(figures);
        foreach (WeightedValue value in values)
        {
            long window = value.TimeUnixMs < startMs ? -1 : (value.TimeUnixMs - startMs) / MinuteMs;
            if (window >= 0 && window < windows)
            {
                Add(value, (int)window, figures, hour, startMs);
            }
        }

        CloseWindow(figures, hour, startMs);
        if (figures.Windows > 0)
        {
            _row.Write(target, figures, windows, _sketches.Written);
        }
    }

    private void Clear(RollupFigures figures)
    {
        figures.Clear();
        _minute.Clear();
        _sketches.Clear();
        _bins.Clear();
        _window = 0;
    }

    private void Add(in WeightedValue value, int window, RollupFigures figures, Summary hour, long startMs)
    {
        if (window != _window)
        {
            CloseWindow(figures, hour, startMs);
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
    }

    private void CloseWindow(RollupFigures figures, Summary hour, long startMs)
    {
        if (_bins.Count == 0)
        {
            return;
        }

        hour.Merge(_minute);
        _bins.Sort();
        bool wereFew = figures.IsFew;
        figures.Take(_window, _minute, startMs + (_window * MinuteMs), CollectionsMarshal.AsSpan(_bins));
        if (!figures.IsFew)
        {
            _counted.Clear();
            RowSketches.Add(CollectionsMarshal.AsSpan(_bins), _counted);
            _sketches.Take(figures, wereFew, CollectionsMarshal.AsSpan(_counted));
        }

        _minute.Clear();
        _bins.Clear();
    }
}
