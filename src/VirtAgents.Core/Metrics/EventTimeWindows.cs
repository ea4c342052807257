namespace VirtAgents.Core.Metrics;

/// <summary>
/// Folds the values of one series into windows by their own times, when they come only roughly in order. Windows begin at multiples of
/// their length since 1970 UTC. Each is handed out once, when it is final, in order of time. Not thread-safe.
/// </summary>
/// <remarks>
/// The watermark is the greatest time seen. A window is final when the watermark has passed its end by the allowed lateness; a value
/// that comes later is counted and told, never dropped in silence: whoever can reopen what was handed out merges it there. So any order
/// in which no value is behind the watermark by more than the lateness gives the windows of the sorted values (T. Akidau et al., "The Dataflow
/// Model", PVLDB 8(12), 2015). Windows without values are not handed out and take no memory, however far times leap.
/// </remarks>
public sealed class EventTimeWindows
{
    /// <summary>Most windows that the lateness may keep open.</summary>
    public const int MostWindows = 10_000;

    private readonly long _lengthMs;
    private readonly long _latenessMs;
    private readonly int? _exactLimit;
    private readonly Action<long, Summary> _final;
    private readonly List<(long StartUnixMs, Summary Summary)> _open = [];

    /// <summary>Makes windows without values.</summary>
    /// <param name="lengthMs">Length of a window, over 0; milliseconds.</param>
    /// <param name="latenessMs">How long after its end a window still takes values, at most <see cref="MostWindows"/> lengths; milliseconds.</param>
    /// <param name="final">Takes the start of each final window and its values; they are the receiver's from then on.</param>
    /// <param name="exactLimit">
    /// Most values of a window that are kept as they are for percentiles (<see cref="Distribution"/>); null = no percentile will be asked for.
    /// </param>
    public EventTimeWindows(long lengthMs, long latenessMs, Action<long, Summary> final, int? exactLimit = null)
    {
        ArgumentNullException.ThrowIfNull(final);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengthMs);
        ArgumentOutOfRangeException.ThrowIfNegative(latenessMs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(latenessMs / lengthMs, MostWindows, nameof(latenessMs));
        (_lengthMs, _latenessMs, _final, _exactLimit) = (lengthMs, latenessMs, final, exactLimit);
    }

    /// <summary>Greatest time seen; milliseconds since 1970 UTC, null without any.</summary>
    public long? WatermarkUnixMs { get; private set; }

    /// <summary>Values that came after their window was handed out.</summary>
    public long LateCount { get; private set; }

    /// <summary>Values whose times were beyond what can be.</summary>
    public long AheadCount { get; private set; }

    /// <summary>Windows that have values and are not final; at most <see cref="MostOpen"/>.</summary>
    public int OpenCount => _open.Count;

    /// <summary>Most windows that can be open at once.</summary>
    public int MostOpen => (int)(_latenessMs / _lengthMs) + 2;

    /// <summary>Adds a value and hands out what became final by it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="notAfterUnixMs">
    /// Greatest time that can be, such as that of receiving and some tolerance: one value of a clock that is years ahead would make
    /// everything after it late. Milliseconds since 1970 UTC.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The window of the value would begin before times do.</exception>
    public WindowedAs Add(in WeightedValue value, long notAfterUnixMs = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value.TimeUnixMs, long.MinValue + _lengthMs, nameof(value));
        if (value.TimeUnixMs > notAfterUnixMs)
        {
            AheadCount++;
            return WindowedAs.Ahead;
        }

        long start = Aggregator.StepStart(value.TimeUnixMs, _lengthMs);
        if (IsFinal(start))
        {
            LateCount++;
            return WindowedAs.Late;
        }

        WindowOf(start).Add(value);
        Advance(value.TimeUnixMs);
        return WindowedAs.Taken;
    }

    /// <summary>Tells that no value before a time is awaited any more beyond the lateness, and hands out what became final by it.</summary>
    /// <param name="watermarkUnixMs">The time, such as that of the newest tick of a host; one before the watermark changes nothing.</param>
    public void Advance(long watermarkUnixMs)
    {
        if (WatermarkUnixMs >= watermarkUnixMs)
        {
            return;
        }

        WatermarkUnixMs = watermarkUnixMs;
        int final = 0;
        while (final < _open.Count && IsFinal(_open[final].StartUnixMs))
        {
            final++;
        }

        HandOut(final);
    }

    /// <summary>Hands out every open window, final or not. Values that come for them later make new ones of the same start.</summary>
    public void Flush() => HandOut(_open.Count);

    // Wide, since hostile times may be near the ends of their type.
    private bool IsFinal(long start) => WatermarkUnixMs is { } watermark && (Int128)start + _lengthMs + _latenessMs <= watermark;

    private Summary WindowOf(long start)
    {
        int position = _open.Count;
        while (position > 0 && _open[position - 1].StartUnixMs >= start)
        {
            if (_open[--position].StartUnixMs == start)
            {
                return _open[position].Summary;
            }
        }

        Summary summary = new(_exactLimit is { } limit ? new Distribution(limit) : null);
        _open.Insert(position, (start, summary));
        return summary;
    }

    private void HandOut(int count)
    {
        for (; count > 0; count--)
        {
            // Taken out before: a receiver that fails must not be given the window a second time.
            (long start, Summary summary) = _open[0];
            _open.RemoveAt(0);
            _final(start, summary);
        }
    }
}
