using System.Globalization;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Tells when one VM begins to thrash and when that is over.</summary>
/// <remarks>
/// It begins with <see cref="Confirmations"/> windows in a row with a confidence of <see cref="ThrashJudge.LeastConfidence"/>, and ends after <see cref="CalmWindows"/> in a row with
/// less than half of that, or with the run of the VM. Windows without known values neither begin nor end it.
/// </remarks>
internal sealed class ThrashWatch
{
    /// <summary>Windows that make it: programs that are loaded and caches that are given up are done in one.</summary>
    public const int Confirmations = 2;

    /// <summary>Windows in a row without much swapping after which it is over.</summary>
    public const int CalmWindows = 3;

    private long _sinceUnixMs;
    private long _firstUnixMs;
    private int _streak;
    private bool _isTold;

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
            (_sinceUnixMs, _streak) = (0, 0);
        }

        return wasTold;
    }

    /// <summary>Takes a window.</summary>
    /// <param name="startUnixMs">Its start, milliseconds since 1970 UTC.</param>
    /// <param name="use">What the VM did with its memory.</param>
    public PatternNews Observe(long startUnixMs, in MemoryUse use) => ThrashJudge.Judge(use) switch
    {
        null => default,
        { } confidence when _sinceUnixMs == 0 => Begin(startUnixMs, use, confidence),
        { } confidence => GoOn(use, confidence),
    };

    private PatternNews Begin(long startUnixMs, in MemoryUse use, double confidence)
    {
        _streak = confidence >= ThrashJudge.LeastConfidence ? _streak + 1 : 0;
        _firstUnixMs = _streak == 1 ? startUnixMs : _firstUnixMs;
        if (_streak < Confirmations)
        {
            return default;
        }

        (_sinceUnixMs, _streak) = (_firstUnixMs, 0);
        return Tell(use, confidence);
    }

    private PatternNews GoOn(in MemoryUse use, double confidence)
    {
        bool goesOn = confidence >= ThrashJudge.LeastConfidence / 2;
        _streak = goesOn ? 0 : _streak + 1;
        if (_streak < CalmWindows)
        {
            return goesOn && !_isTold ? Tell(use, confidence) : default;
        }

        PatternNews news = _isTold ? new(PatternChange.Ended, $"it {use.Describe()}", _sinceUnixMs) : default;
        (_sinceUnixMs, _streak, _isTold) = (0, 0, false);
        return news;
    }

    private PatternNews Tell(in MemoryUse use, double confidence)
    {
        _isTold = true;
        return new(PatternChange.Began, string.Create(CultureInfo.InvariantCulture, $"it {use.Describe()}; confidence {confidence:F2}"), _sinceUnixMs);
    }
}
