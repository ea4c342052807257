using System.Globalization;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Tells when the CPU of one VM begins to spike with a steady period and when that is over.</summary>
/// <remarks>
/// It begins with a verdict of <see cref="SpikeJudge"/> of a period from <see cref="LeastPeriodMs"/> to <see cref="MostPeriodMs"/>, and ends when <see cref="MostMissed"/> expected spikes in a
/// row fail to come, or with the run of the VM. One that was expected when nothing was known did not fail. Spikes in between do not matter.
/// </remarks>
internal sealed class SpikeWatch
{
    /// <summary>Shortest period, milliseconds: three windows, so that there is something in between.</summary>
    public const long LeastPeriodMs = 15 * 60_000L;

    /// <summary>Longest period, milliseconds. What comes each day is a rhythm, not a spike.</summary>
    public const long MostPeriodMs = 8 * 3_600_000L;

    /// <summary>Expected spikes in a row that fail to come.</summary>
    public const int MostMissed = 2;

    private readonly SpikeSeries _series = new();
    private SpikeVerdict? _told;
    private double _next;
    private long _window = -1;
    private int _missed;
    private bool _isUnsure;
    private bool _isHeard;

    // An expected spike may come so much sooner or later, windows.
    private double Tolerance => _told is { } told ? Math.Max(1, told.Spread) + 1 : 0;

    /// <summary>Who heard of it before may have given it up.</summary>
    public void TellAgain() => _isHeard = false;

    /// <summary>The VM does not run here any more.</summary>
    /// <param name="hasEnded">Whether its run is over, and did not go on elsewhere.</param>
    /// <returns>Whether it had been told.</returns>
    public bool Release(bool hasEnded)
    {
        (bool wasTold, _isHeard) = (_told is not null && _isHeard, false);
        if (hasEnded)
        {
            _series.Restart();
            _told = null;
        }

        return wasTold;
    }

    /// <summary>Takes a window.</summary>
    /// <param name="startUnixMs">Its start, milliseconds since 1970 UTC.</param>
    /// <param name="windowMs">Its length, milliseconds.</param>
    /// <param name="percent">CPU used, percent; NaN = unknown.</param>
    public PatternNews Observe(long startUnixMs, long windowMs, double percent)
    {
        if (double.IsNaN(percent))
        {
            return default;
        }

        long window = startUnixMs / windowMs, before = _window;
        Skip(window);
        _window = window;
        bool hasSpiked = _series.Add(window, percent);
        if (window <= before)
        {
            return End("the clock was set back", windowMs);
        }

        return _told is { } told ? GoOn(told, window, windowMs, hasSpiked) : hasSpiked ? Begin(windowMs) : default;
    }

    // What was expected in windows that are not known may have come.
    private void Skip(long window)
    {
        if (_told is { } told)
        {
            _isUnsure |= window > _window + 1 && window >= _next - Tolerance;
            while (window - 1 > _next + Tolerance && _isUnsure)
            {
                _next += told.Period;
                _isUnsure = window - 1 >= _next - Tolerance && window > _window + 1;
            }
        }
    }

    private PatternNews Begin(long windowMs)
    {
        SpikeVerdict? verdict = SpikeJudge.Judge(_series.Spikes, (double)LeastPeriodMs / windowMs, (double)MostPeriodMs / windowMs);
        if (verdict is not { Chance: <= SpikeJudge.MostChance } sure)
        {
            return default;
        }

        (_told, _next, _missed, _isUnsure) = (sure, _series.Spikes[^1].Window + sure.Period, 0, false);
        return Tell(sure, windowMs);
    }

    private PatternNews GoOn(SpikeVerdict told, long window, long windowMs, bool hasSpiked)
    {
        if (hasSpiked && Math.Abs(_series.Spikes[^1].Window - _next) <= Tolerance)
        {
            (_next, _missed, _isUnsure) = (_series.Spikes[^1].Window + told.Period, 0, false);
            return _isHeard ? default : Tell(told, windowMs);
        }

        if (_series.IsAbove || window <= _next + Tolerance)
        {
            return default;
        }

        _missed += _isUnsure ? 0 : 1;
        (_next, _isUnsure) = (_next + told.Period, false);
        if (_missed < MostMissed)
        {
            return default;
        }

        _series.Restart();
        return End($"{MostMissed} expected spikes did not come", windowMs);
    }

    private PatternNews End(string evidence, long windowMs)
    {
        PatternNews news = _isHeard && _told is { } told ? new(PatternChange.Ended, evidence, told.FirstWindow * windowMs) : default;
        (_told, _isHeard) = (null, false);
        return news;
    }

    private PatternNews Tell(in SpikeVerdict told, long windowMs)
    {
        _isHeard = true;
        DateTimeOffset next = DateTimeOffset.FromUnixTimeMilliseconds((long)(_next * windowMs));
        return new(
            PatternChange.Began,
            string.Create(
                CultureInfo.InvariantCulture,
                $"CPU spikes to {told.Percent:0} % for {told.Length * windowMs / 60_000:0} min every {told.Period * windowMs / 60_000:0} min, {told.Count} times so far, next at about {next:HH:mm'Z'}; confidence {Math.Floor((1 - told.Chance) * 1e4) / 1e4:F4}"),
            told.FirstWindow * windowMs);
    }
}
