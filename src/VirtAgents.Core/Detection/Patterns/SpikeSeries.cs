namespace VirtAgents.Core.Detection.Patterns;

/// <summary>A short rise of the CPU of a VM, in windows.</summary>
/// <param name="Window">Number of its first window.</param>
/// <param name="Length">How many windows it took.</param>
/// <param name="Percent">Highest mean of a window, percent.</param>
internal readonly record struct Spike(long Window, int Length, double Percent);

/// <summary>Finds the spikes of one VM, and keeps the newest <see cref="MostSpikes"/>.</summary>
/// <remarks>
/// Above is a window that is <see cref="LeastPoints"/> and <see cref="Spreads"/> robust standard deviations over the median of the known ones of about the last four hours. A spike is
/// a run of at most <see cref="MostLength"/> of them between known windows below; what lasts longer is another level. A run with an unknown end or beginning is none.
/// </remarks>
internal sealed class SpikeSeries
{
    /// <summary>Longest spike, windows: an hour.</summary>
    public const int MostLength = 12;

    /// <summary>Spikes that are kept.</summary>
    public const int MostSpikes = 16;

    private const int Levels = 48, LeastKnown = 24;
    private const double LeastPoints = 15, Spreads = 6, NormalSpreadOfMedianDistance = 1.4826;
    private readonly float[] _levels = new float[Levels];
    private readonly List<Spike> _spikes = [];
    private int _known;
    private long _window = long.MinValue;
    private Spike? _run;
    private bool _isBelow;

    /// <summary>The newest spikes, oldest first.</summary>
    public IReadOnlyList<Spike> Spikes => _spikes;

    /// <summary>Whether the newest window is above.</summary>
    public bool IsAbove { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Restart()
    {
        _spikes.Clear();
        (_known, _window, _run, _isBelow, IsAbove) = (0, long.MinValue, null, false, false);
    }

    /// <summary>Takes a known window; those between it and the one before are unknown.</summary>
    /// <param name="window">Its number; growing, otherwise everything begins anew.</param>
    /// <param name="percent">CPU used, percent.</param>
    /// <returns>Whether a spike has just ended.</returns>
    public bool Add(long window, double percent)
    {
        if (window <= _window)
        {
            Restart();
        }

        (_run, _isBelow) = window == _window + 1 ? (_run, _isBelow) : (null, false);
        _window = window;
        IsAbove = _known >= LeastKnown && percent >= Limit();
        _levels[_known++ % Levels] = (float)percent;
        bool hasEnded = Follow(window, percent);
        _isBelow = !IsAbove;
        return hasEnded;
    }

    private bool Follow(long window, double percent)
    {
        if (IsAbove)
        {
            // A run that went on in the dark before has no beginning.
            _run = _run is { } run ? run with { Length = run.Length + 1, Percent = Math.Max(run.Percent, percent) } : _isBelow ? new(window, 1, percent) : null;
            return false;
        }

        (Spike? ended, _run) = (_run, null);
        if (ended is not { Length: <= MostLength } spike)
        {
            return false;
        }

        if (_spikes.Count == MostSpikes)
        {
            _spikes.RemoveAt(0);
        }

        _spikes.Add(spike);
        return true;
    }

    private double Limit()
    {
        Span<float> sorted = stackalloc float[Math.Min(_known, Levels)];
        _levels.AsSpan(0, sorted.Length).CopyTo(sorted);
        sorted.Sort();
        float median = sorted[sorted.Length / 2];
        foreach (ref float level in sorted)
        {
            level = Math.Abs(level - median);
        }

        sorted.Sort();
        return median + Math.Max(LeastPoints, Spreads * NormalSpreadOfMedianDistance * sorted[sorted.Length / 2]);
    }
}
