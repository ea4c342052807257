using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Core.Tests.Detection.Liveness;

/// <summary>Streams, and a collector that looks at them once a second when it is awake, in virtual milliseconds.</summary>
internal sealed class LivenessWorld
{
    public const int LimitMs = 15_000;
    private const int RoundMs = 1_000;
    private const int StopEveryMs = 20 * 3_600_000;

    private static readonly SilenceLimits Limits = new(LimitMs, 8);

    private readonly Random _random;
    private readonly StreamHearing[] _hearings;
    private readonly long?[] _suspectedMs;
    private readonly bool[] _beyondLimit;
    private OwnLateness _lateness;
    private MassSilence _mass = MassSilence.None;
    private long _nowMs;
    private long _awakeMs;
    private long _nextPauseMs = 60_000;
    private long _nextStopMs = StopEveryMs / 2;

    public LivenessWorld(int seed, int streams)
    {
        _random = new(seed);
        PhiSettings settings = PhiSettings.For(TimeSpan.FromMilliseconds(LimitMs));
        Inquiries = new(seed, streams);
        Streams = [.. Enumerable.Range(0, streams).Select(_ => new LossyStream(_random, settings))];
        (_hearings, _suspectedMs, _beyondLimit) = (new StreamHearing[streams], new long?[streams], new bool[streams]);
    }

    public LossyStream[] Streams { get; }

    /// <summary>What other hosts were asked.</summary>
    public WitnessedHosts Inquiries { get; }

    /// <summary>When each stream was first suspected; null = never.</summary>
    public IReadOnlyList<long?> SuspectedMs => _suspectedMs;

    /// <summary>How often a stream was silent for longer than the limit.</summary>
    public int BeyondLimit { get; private set; }

    /// <summary>Rounds in which mass silence held.</summary>
    public int MassRounds { get; private set; }

    public void RunUntil(long endMs)
    {
        while (_nowMs < endMs)
        {
            (long from, long due) = (_nowMs, _nowMs + RoundMs);
            long pause = Pause(due);

            // Whoever wakes up may look before it has read what came meanwhile.
            Hear(pause == 0 ? due : from, _awakeMs);
            _nowMs = due + pause;
            _awakeMs = pause == 0 ? _awakeMs : _nowMs;
            Look(_nowMs - from);
            Hear(_nowMs, _awakeMs);
        }
    }

    // Each 5 minutes on average up to 5 s; each 20 hours 30 s.
    private long Pause(long due)
    {
        if (due >= _nextStopMs)
        {
            _nextStopMs += StopEveryMs;
            return 30_000;
        }

        if (due < _nextPauseMs)
        {
            return 0;
        }

        _nextPauseMs = due + _random.Next(600_000);
        return _random.Next(200, 5_000);
    }

    private void Hear(long untilMs, long awakeMs)
    {
        foreach (LossyStream stream in Streams)
        {
            stream.HearUntil(untilMs, awakeMs);
        }
    }

    private void Look(long elapsedMs)
    {
        _lateness = _lateness.Observe(elapsedMs, RoundMs, LimitMs);
        for (int i = 0; i < Streams.Length; i++)
        {
            PhiAccrual heard = Streams[i].Heard;
            if (elapsedMs > LimitMs / 2)
            {
                heard.Excuse(_nowMs);
            }

            _hearings[i] = new(heard.SilenceMs(_nowMs), heard.Rhythm, false);
        }

        SilenceVerdict verdict = SilenceJudge.Judge(Limits, _hearings, _lateness.Widening(LimitMs), _mass, _nowMs);
        _mass = verdict.Mass;
        MassRounds += _mass.Holds ? 1 : 0;
        Judge(verdict);
        Inquiries.Look(Streams, _hearings, verdict, _nowMs);
    }

    private void Judge(SilenceVerdict verdict)
    {
        for (int i = 0; i < _hearings.Length; i++)
        {
            bool beyond = _hearings[i].SilenceMs > LimitMs;
            BeyondLimit += beyond && !_beyondLimit[i] ? 1 : 0;
            _beyondLimit[i] = beyond;
            _suspectedMs[i] ??= verdict.Suspects(_hearings[i]) ? _nowMs : null;
        }
    }
}
