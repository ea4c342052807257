using VirtAgents.Core.Metrics;
using VirtAgents.Storage.Embedded.Format;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>The rollups of one series in an hour, of one window or sixty, as bytes.</summary>
/// <remarks>
/// Numbers of values as they are; means, denominators and sums with seven digits; lowest, highest and newest values with five, the last
/// two as differences from the first in the order of floating point, which are zero for a series that stands still; squared deviations
/// with two digits; times of the newest values in milliseconds from the start of their window. Then the bins of the sketches, window after window, see <see cref="WindowBins"/>; a window whose values are all
/// equal has none.
/// </remarks>
internal sealed class RollupRow
{
    public const int MostWindows = 60;

    private readonly long[] _counts = new long[MostWindows];
    private readonly ulong[] _presence = new ulong[1];
    private readonly long[][] _stats = [.. Enumerable.Range(0, 8).Select(_ => new long[MostWindows])];
    private readonly long[] _row = new long[MostWindows];
    private readonly ulong[] _full = [ulong.MaxValue];
    private int _windows;

    /// <summary>Windows of the row that was read last.</summary>
    public ulong Presence => _presence[0];

    /// <summary>Writes a row.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="windows">The windows; those without values are left out.</param>
    /// <param name="startMs">Start of the first window; milliseconds since 1970 UTC.</param>
    /// <param name="sketches">What <see cref="RollupFolder"/> wrote of their bins.</param>
    public void Write(ByteWriter target, ReadOnlySpan<Summary> windows, long startMs, ReadOnlySpan<byte> sketches)
    {
        _presence[0] = 0;
        int found = 0;
        for (int i = 0; i < windows.Length; i++)
        {
            if (windows[i].Count > 0)
            {
                _presence[0] |= 1UL << i;
                _counts[i] = windows[i].Count;
                Take(windows[i], startMs + (i * RollupFolder.MinuteMs), found++);
            }
        }

        if (RowCodec.Write(target, _counts.AsSpan(0, windows.Length), _presence) == 0)
        {
            return;
        }

        foreach (long[] stat in _stats)
        {
            stat.AsSpan(0, found).CopyTo(_row);
            RowCodec.Write(target, _row.AsSpan(0, found), _full);
        }

        target.Bytes(sketches);
    }

    /// <summary>Reads a row; its windows are then told by <see cref="Restore"/>.</summary>
    /// <returns>A reader of the bins.</returns>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public ByteReader Read(ReadOnlySpan<byte> bytes, int windows)
    {
        if (windows > MostWindows)
        {
            throw new InvalidDataException($"{windows} windows in an hour");
        }

        var source = new ByteReader(bytes);
        _windows = RowCodec.Read(ref source, _counts.AsSpan(0, windows), _presence);
        foreach (long[] stat in _windows > 0 ? _stats : [])
        {
            if (RowCodec.Read(ref source, stat.AsSpan(0, _windows), _full) != _windows)
            {
                throw new InvalidDataException("windows without figures");
            }
        }

        _full[0] = ulong.MaxValue;
        return source;
    }

    /// <summary>A window of the row that was read last.</summary>
    /// <param name="position">Position among the windows that are there.</param>
    /// <param name="startMs">Start of the window; milliseconds since 1970 UTC.</param>
    /// <param name="values">What percentiles need; null = they are not asked for.</param>
    public Summary Restore(int position, long startMs, Distribution? values)
    {
        long count = _counts[position];
        double mean = FloatBits.Value(_stats[0][position]);
        double weight = FloatBits.Value(_stats[1][position]);
        long sum = FloatBits.Of(mean * count) + _stats[2][position];
        long lowest = _stats[3][position];
        return Summary.Restore(
            count, mean * weight, weight, FloatBits.Value(sum),
            FloatBits.FineValue(lowest), FloatBits.FineValue(lowest + _stats[4][position]), FloatBits.FineValue(lowest + _stats[5][position]),
            startMs + _stats[7][position], FloatBits.CoarseValue(_stats[6][position]), values);
    }

    /// <summary>Adds the bins of the next window to a distribution, or steps over them.</summary>
    public void ReadBins(ref ByteReader source, int position, Distribution? target)
    {
        long lowest = _stats[3][position];
        WindowBins.Read(ref source, BinOf(lowest), BinOf(lowest + _stats[4][position]), _counts[position], target);
    }

    /// <summary>The bins of the lowest and the highest value of a window, as whoever reads it will compute them.</summary>
    public static (int Lowest, int Highest) BoundsOf(Summary window) => (BinOf(FloatBits.Fine(window.Minimum)), BinOf(FloatBits.Fine(window.Maximum)));

    private static int BinOf(long fine) => QuantileSketch.BinOf(FloatBits.FineValue(fine));

    private void Take(Summary window, long startMs, int position)
    {
        double mean = window.Amount / window.Weight;
        long lowest = FloatBits.Fine(window.Minimum);
        _stats[0][position] = FloatBits.Of(mean);
        _stats[1][position] = FloatBits.Of(window.Weight);
        _stats[2][position] = FloatBits.Of(window.Sum) - FloatBits.Of(FloatBits.Value(_stats[0][position]) * window.Count);
        _stats[3][position] = lowest;
        _stats[4][position] = FloatBits.Fine(window.Maximum) - lowest;
        _stats[5][position] = FloatBits.Fine(window.Last) - lowest;
        _stats[6][position] = FloatBits.Coarse(Math.Max(0, window.SquaredDeviations));
        _stats[7][position] = window.LastUnixMs - startMs;
    }
}
