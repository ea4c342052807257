using System.Globalization;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Tells when something of one VM that windows are judged for begins, and when that is over.</summary>
/// <remarks>
/// It begins with <see cref="Confirmations"/> windows in a row with the least confidence, and ends after <see cref="CalmWindows"/> in a row with
/// less than half of that, or with the run of the VM. Windows without known values neither begin nor end it.
/// </remarks>
/// <typeparam name="TUse">What is known of a window.</typeparam>
/// <param name="leastConfidence">Confidence from which on it is told, over 0 to 1.</param>
internal abstract class ConfidenceWatch<TUse>(double leastConfidence)
    where TUse : struct
{
    /// <summary>Windows that make it: programs that are loaded and caches that are given up are done in one.</summary>
    public const int Confirmations = 2;

    /// <summary>Windows in a row with little confidence after which it is over.</summary>
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
    /// <param name="use">What the VM did in it.</param>
    public PatternNews Observe(long startUnixMs, in TUse use) => Judge(use) switch
    {
        null => default,
        { } confidence when _sinceUnixMs == 0 => Begin(startUnixMs, use, confidence),
        { } confidence => GoOn(use, confidence),
    };

    /// <summary>How sure it is, 0 to 1; null = unknown.</summary>
    protected abstract double? Judge(in TUse use);

    /// <summary>What it says, for people, after "it".</summary>
    protected abstract string Describe(in TUse use);

    private PatternNews Begin(long startUnixMs, in TUse use, double confidence)
    {
        _streak = confidence >= leastConfidence ? _streak + 1 : 0;
        _firstUnixMs = _streak == 1 ? startUnixMs : _firstUnixMs;
        if (_streak < Confirmations)
        {
            return default;
        }

        (_sinceUnixMs, _streak) = (_firstUnixMs, 0);
        return Tell(use, confidence);
    }

    private PatternNews GoOn(in TUse use, double confidence)
    {
        bool goesOn = confidence >= leastConfidence / 2;
        _streak = goesOn ? 0 : _streak + 1;
        if (_streak < CalmWindows)
        {
            return goesOn && !_isTold ? Tell(use, confidence) : default;
        }

        PatternNews news = _isTold ? new(PatternChange.Ended, $"it {Describe(use)}", _sinceUnixMs) : default;
        (_sinceUnixMs, _streak, _isTold) = (0, 0, false);
        return news;
    }

    private PatternNews Tell(in TUse use, double confidence)
    {
        _isTold = true;
        return new(PatternChange.Began, string.Create(CultureInfo.InvariantCulture, $"it {Describe(use)}; confidence {confidence:F2}"), _sinceUnixMs);
    }
}
