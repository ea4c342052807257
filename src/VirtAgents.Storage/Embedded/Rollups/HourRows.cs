using System.Numerics;
using System.Runtime.InteropServices;
using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>
/// Puts the rows of one series in the pieces of an hour together to the row of its minutes and that of the hour. Used again and again.
/// </summary>
internal sealed class HourRows
{
    private const int Offset = QuantileSketch.MostBins;

    private readonly RollupRow _read = new();
    private readonly RollupRow _row = new();
    private readonly RowSketches _sketches = new();
    private readonly RollupFigures _hourFigures = new();
    private readonly RowSketches _hourSketches = new();
    private readonly long[] _hourCounts = new long[(2 * Offset) + 1];
    private readonly List<(int Bin, long Count)> _counted = [];
    private readonly List<int> _bins = [];
    private int _lowest;
    private int _highest;

    /// <summary>Begins the row of another series.</summary>
    /// <param name="figures">Takes the figures of the minutes.</param>
    public void Begin(RollupFigures figures)
    {
        figures.Clear();
        _hourFigures.Clear();
        _sketches.Clear();
        _hourSketches.Clear();
        (_lowest, _highest) = (int.MaxValue, int.MinValue);
    }

    /// <summary>Adds the row of a piece that begins later than those before.</summary>
    /// <param name="figures">Takes the figures of the minutes.</param>
    /// <param name="row">Its row.</param>
    /// <param name="windows">Windows of the piece.</param>
    /// <param name="first">Place of the first one in the hour.</param>
    public void Add(RollupFigures figures, ReadOnlySpan<byte> row, int windows, int first)
    {
        ByteReader bins = _read.Read(new SealedRow(row, []), windows);
        ulong left = _read.Presence;
        for (int position = 0; left != 0; position++, left &= left - 1)
        {
            CountBins(position, ref bins);
            bool wereFew = figures.IsFew;
            figures.Append(first + BitOperations.TrailingZeroCount(left), _read.Figures, position);
            _sketches.Take(figures, wereFew, CollectionsMarshal.AsSpan(_counted));
            foreach ((int bin, long count) in _counted)
            {
                _hourCounts[bin + Offset] += count;
            }

            (_lowest, _highest) = (Math.Min(_lowest, _counted[0].Bin), Math.Max(_highest, _counted[^1].Bin));
        }
    }

    /// <summary>Writes the rows; rows without windows when there is no value in the hour.</summary>
    /// <param name="figures">The figures of the minutes.</param>
    /// <param name="summary">What is in all of them before it was rounded; null = nothing.</param>
    /// <param name="hourStartMs">Start of the hour; milliseconds since 1970 UTC.</param>
    /// <param name="minutes">Takes the row of the minutes.</param>
    /// <param name="hour">Takes the row of the hour.</param>
    public void Write(RollupFigures figures, Summary? summary, long hourStartMs, ByteWriter minutes, ByteWriter hour)
    {
        _row.Write(minutes, figures, RollupFigures.MostWindows, _sketches.Written);
        if (summary?.Count > 0)
        {
            CloseHour(summary, hourStartMs);
        }

        _row.Write(hour, _hourFigures, 1, _hourSketches.Written);
    }

    private void CountBins(int position, ref ByteReader bins)
    {
        _counted.Clear();
        if (_read.Figures.IsFew)
        {
            RowSketches.AddFew(_read.Figures, position, _counted);
            return;
        }

        var values = new Distribution(0);
        _read.ReadBins(ref bins, position, values);
        _counted.AddRange(values.Sketch().Bins());
    }

    private void CloseHour(Summary summary, long hourStartMs)
    {
        _counted.Clear();
        _bins.Clear();
        Span<long> counts = _hourCounts.AsSpan(_lowest + Offset, _highest - _lowest + 1);
        for (int i = 0; i < counts.Length; i++)
        {
            for (long left = summary.Count <= RollupFigures.Few ? counts[i] : 0; left > 0; left--)
            {
                _bins.Add(_lowest + i);
            }

            if (counts[i] > 0)
            {
                _counted.Add((_lowest + i, counts[i]));
            }
        }

        counts.Clear();
        _hourFigures.Take(0, summary, hourStartMs, CollectionsMarshal.AsSpan(_bins));
        _hourSketches.Take(_hourFigures, wereFew: true, CollectionsMarshal.AsSpan(_counted));
    }
}
