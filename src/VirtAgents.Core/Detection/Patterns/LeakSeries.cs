using System.Runtime.InteropServices;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>
/// Memory that a VM used: the means of the windows of its run, as far back as <see cref="Windows"/>, and the highest of each hour for a week, over runs. 1 KB.
/// </summary>
/// <remarks>What is unknown is kept as such. Percent of a window are kept in hundredths, highest percent of an hour in wholes, rounded up.</remarks>
internal sealed class LeakSeries
{
    /// <summary>Windows that are kept: 16 hours of 5 minutes.</summary>
    public const int Windows = 192;

    /// <summary>Hours whose highest mean is kept: a rhythm of a week is seen as such.</summary>
    public const int Hours = 168;

    private const double Full = 97, Fall = 20;
    private const int RecentWindows = 24;
    private const long HourMs = 3_600_000;
    private const ushort UnknownWindow = ushort.MaxValue;
    private const byte UnknownHour = byte.MaxValue;
    private readonly ushort[] _windows = new ushort[Windows];
    private readonly byte[] _highs = new byte[Hours];
    private long _window = -1;
    private long _hour = -1;

    /// <summary>Nothing known.</summary>
    public LeakSeries()
    {
        Array.Fill(_windows, UnknownWindow);
        Array.Fill(_highs, UnknownHour);
    }

    /// <summary>The VM begins a new run with memory of its own. What it used before stays known by the hour.</summary>
    public void Restart() => Array.Fill(_windows, UnknownWindow);

    /// <summary>Takes a window.</summary>
    /// <param name="startUnixMs">Its start, milliseconds since 1970 UTC; growing, otherwise everything begins anew.</param>
    /// <param name="windowMs">Its length, milliseconds.</param>
    /// <param name="percent">Memory used, percent; NaN = unknown.</param>
    public void Add(long startUnixMs, long windowMs, double percent)
    {
        (long window, long hour) = (startUnixMs / windowMs, startUnixMs / HourMs);
        if (window <= _window)
        {
            // The clock was set back: how long ago anything was is not known any more.
            Restart();
            Array.Fill(_highs, UnknownHour);
        }

        Pass(_windows, UnknownWindow, _window, window);
        Pass(_highs, UnknownHour, _hour, hour);
        (_window, _hour) = (window, hour);
        if (double.IsNaN(percent))
        {
            return;
        }

        // What was reached on the way to running out of memory is no proof that it is harmless.
        if (percent <= Full - Fall && Highest(RecentWindows) is { } before && before >= Full && percent <= before - Fall)
        {
            Array.Fill(_highs, UnknownHour);
        }

        _windows[window % Windows] = (ushort)Math.Clamp(Math.Round(percent * 100), 0, UnknownWindow - 1);
        byte high = (byte)Math.Clamp(Math.Ceiling(percent), 0, UnknownHour - 1);
        ref byte known = ref _highs[hour % Hours];
        known = known == UnknownHour ? high : Math.Max(known, high);
    }

    /// <summary>Mean of some windows; NaN = none of them is known.</summary>
    /// <param name="ago">How many windows before the newest the last of them is, from 0.</param>
    /// <param name="count">How many, from 1; together at most <see cref="Windows"/>.</param>
    public double Mean(int ago, int count)
    {
        (double sum, int known) = (0, 0);
        for (int i = ago; i < ago + count; i++)
        {
            int percent = At(i);
            sum += percent < 0 ? 0 : percent;
            known += percent < 0 ? 0 : 1;
        }

        return known > 0 ? sum / known / 100 : double.NaN;
    }

    /// <summary>Highest mean of an hour before some hours ago; null = nothing is known of that time.</summary>
    public double? HighBefore(double hoursAgo)
    {
        int high = -1;
        for (int i = (int)Math.Ceiling(hoursAgo) + 1; i < Hours; i++)
        {
            byte known = _hour < i ? UnknownHour : _highs[(_hour - i) % Hours];
            high = known == UnknownHour ? high : Math.Max(high, known);
        }

        return high < 0 ? null : high;
    }

    public void Write(StateWriter state)
    {
        state.Int64(_window);
        state.Int64(_hour);
        state.Bytes(MemoryMarshal.AsBytes(_windows.AsSpan()));
        state.Bytes(_highs);
    }

    public void Read(ref StateReader state)
    {
        (_window, _hour) = (state.Int64(), state.Int64());
        state.Require(_window >= -1 && _hour >= -1);
        state.Bytes(MemoryMarshal.AsBytes(_windows.AsSpan()));
        state.Bytes(_highs);
    }

    private static void Pass<T>(T[] ring, T unknown, long from, long to)
    {
        long passed = Math.Min(ring.Length, from < 0 || to < from ? ring.Length : to - from);
        for (long i = to; i > to - passed; i--)
        {
            ring[(int)(((i % ring.Length) + ring.Length) % ring.Length)] = unknown;
        }
    }

    private double? Highest(int windows)
    {
        int highest = -1;
        for (int i = 0; i < windows; i++)
        {
            highest = Math.Max(highest, At(i));
        }

        return highest < 0 ? null : highest / 100.0;
    }

    // Hundredths of a percent; below 0 = unknown.
    private int At(int ago)
    {
        ushort percent = _window < ago ? UnknownWindow : _windows[(_window - ago) % Windows];
        return percent == UnknownWindow ? -1 : percent;
    }
}
