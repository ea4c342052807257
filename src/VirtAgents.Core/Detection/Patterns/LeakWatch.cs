using System.Globalization;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Tells when memory of one VM begins to leak and when that is over.</summary>
/// <remarks>
/// It begins with <see cref="Confirmations"/> windows that say so, of which one that does not takes one away, and ends when half of what it grew is given back, after <see cref="CalmWindows"/> windows in a row with
/// little confidence, or with the run of the VM. Windows without a known value neither begin nor end it.
/// </remarks>
internal sealed class LeakWatch
{
    /// <summary>Windows that make a leak: the stretch they look at is two hours long at least, and may begin before the growth does.</summary>
    public const int Confirmations = 12;

    /// <summary>Windows in a row without a trend after which it is over.</summary>
    public const int CalmWindows = 6;

    private const double LeastToGoOn = LeakJudge.LeastConfidence / 2;
    private const double MostHoursToGoOn = 2 * LeakJudge.MostHoursToFull;
    private readonly LeakSeries _series = new();
    private long _sinceUnixMs;
    private double _fromPercent;
    private double _highestPercent;
    private int _streak;
    private bool _isTold;

    /// <summary>What the newest window said.</summary>
    public LeakVerdict Newest { get; private set; }

    /// <summary>Who heard of it before may have given it up.</summary>
    public void TellAgain() => _isTold = false;

    /// <summary>The VM does not run here any more.</summary>
    /// <param name="hasEnded">Whether its run is over, and did not go on elsewhere.</param>
    /// <returns>Whether it had been told.</returns>
    public bool Release(bool hasEnded)
    {
        (bool wasTold, _isTold) = (_isTold, false);
        if (hasEnded)
        {
            _series.Restart();
            (_sinceUnixMs, _streak) = (0, 0);
        }

        return wasTold;
    }

    /// <summary>Takes a window.</summary>
    /// <param name="startUnixMs">Its start, milliseconds since 1970 UTC.</param>
    /// <param name="windowMs">Its length, milliseconds.</param>
    /// <param name="percent">Memory used, percent; NaN = unknown.</param>
    /// <param name="isKnown">Whether the VM is known for a day.</param>
    public PatternNews Observe(long startUnixMs, long windowMs, double percent, bool isKnown)
    {
        _series.Add(startUnixMs, windowMs, percent);
        if (double.IsNaN(percent))
        {
            return default;
        }

        Newest = LeakJudge.Judge(_series, windowMs / 3_600_000.0, isKnown);
        return _sinceUnixMs == 0 ? Begin(startUnixMs + windowMs) : GoOn(percent);
    }

    public void Write(StateWriter state)
    {
        state.Int64(_sinceUnixMs);
        state.Double(_fromPercent);
        state.Double(_highestPercent);
        state.Int32(_streak);
        _series.Write(state);
    }

    public void Read(ref StateReader state)
    {
        (_sinceUnixMs, _fromPercent, _highestPercent) = (state.Int64(), state.Double(), state.Double());
        _streak = state.Int32(Math.Max(Confirmations, CalmWindows));
        _series.Read(ref state);
    }

    private PatternNews Begin(long endUnixMs)
    {
        _streak = Newest.IsLeak ? _streak + 1 : Math.Max(0, _streak - 1);
        if (_streak < Confirmations)
        {
            return default;
        }

        _sinceUnixMs = endUnixMs - (long)(Newest.TrendHours * 3_600_000);
        (_fromPercent, _highestPercent, _streak) = (Newest.FromPercent, Newest.ToPercent, 0);
        return Tell();
    }

    private PatternNews GoOn(double percent)
    {
        _highestPercent = Math.Max(_highestPercent, Newest.ToPercent);
        double middle = (_fromPercent + _highestPercent) / 2;
        if (percent < middle && _series.Mean(1, 1) < middle)
        {
            return End(string.Create(CultureInfo.InvariantCulture, $"memory used fell to {percent:0.#} %"));
        }

        bool goesOn = Newest.Confidence >= LeastToGoOn && Newest.HoursToFull <= MostHoursToGoOn;
        _streak = goesOn ? 0 : _streak + 1;
        return _streak >= CalmWindows ? End(string.Create(CultureInfo.InvariantCulture, $"memory used grows no more, at {percent:0.#} %"))
            : goesOn && !_isTold ? Tell()
            : default;
    }

    private PatternNews Tell()
    {
        _isTold = true;
        return new(PatternChange.Began, Newest.Describe(), _sinceUnixMs);
    }

    private PatternNews End(string evidence)
    {
        PatternNews news = _isTold ? new(PatternChange.Ended, evidence, _sinceUnixMs) : default;
        (_sinceUnixMs, _streak, _isTold) = (0, 0, false);
        return news;
    }
}
