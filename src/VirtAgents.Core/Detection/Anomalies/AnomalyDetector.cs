using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>
/// Says of each instant of a series, or of several signals of one VM together, how unusual it is. Learns while it judges, in
/// constant memory, without an allocation at each instant.
/// </summary>
/// <remarks>
/// <para>
/// Four channels look at each signal: distance from its median over a long and a short span, from what is usual at the time of
/// the day, and from the value before. Each distance is judged by the largest ones of the same channel before
/// (<see cref="PeakRecord"/>), which makes evidence of different series comparable. The evidence of the channels is combined by
/// the root of the sum of squares, that of the signals by their sum, and counts as far as it is news (<see cref="Episode"/>).
/// News of evidence e scores e / (e + T), T being that of an alarm.
/// </para>
/// <para>
/// Neither the scale, the zero nor the start of a series matters. An unknown value is skipped: nothing is learnt from it, and an
/// instant without any known value scores 0. Not thread-safe.
/// </para>
/// </remarks>
public sealed class AnomalyDetector
{
    /// <summary>Most signals of one detector.</summary>
    public const int MostSignals = 1_024;

    // Larger ones are refused as unknown: their differences must stay finite.
    private const double Greatest = 1e300;

    // To be raised with whatever changes the order, number or meaning of what is written.
    private const byte StateVersion = 1;
    private readonly SignalModel[] _signals;
    private readonly Episode _episode;
    private readonly double _alarmEvidence;
    private long _startUnixMs;
    private long _lastUnixMs;
    private bool _hasStarted;

    /// <summary>A detector with the shipped configuration that has learnt nothing.</summary>
    /// <param name="signals">Number of signals judged together; from 1 to <see cref="MostSignals"/>.</param>
    public AnomalyDetector(int signals)
        : this(signals, AnomalyTuning.Shipped)
    {
    }

    /// <summary>A detector with another configuration.</summary>
    /// <param name="signals">Number of signals judged together; from 1 to <see cref="MostSignals"/>.</param>
    /// <param name="tuning">The configuration.</param>
    public AnomalyDetector(int signals, AnomalyTuning tuning)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(signals, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(signals, MostSignals);
        ArgumentNullException.ThrowIfNull(tuning);
        _signals = new SignalModel[signals];
        for (int i = 0; i < signals; i++)
        {
            _signals[i] = new SignalModel(tuning);
        }

        _episode = new Episode(tuning);

        // What chance adds to a sum of independent signals grows with the root of their number.
        _alarmEvidence = tuning.AlarmEvidence * Math.Sqrt(signals);
    }

    /// <summary>Number of signals judged together.</summary>
    public int Signals => _signals.Length;

    /// <summary>Restores what <see cref="Write"/> has kept, for the same configuration.</summary>
    /// <param name="state">The bytes.</param>
    /// <param name="detector">The detector; null when the bytes are no state of this version.</param>
    public static bool TryRead(ReadOnlySpan<byte> state, [NotNullWhen(true)] out AnomalyDetector? detector)
    {
        detector = null;
        var reader = new StateReader(state);
        if (reader.Int32(StateVersion) != StateVersion || reader.Int32(MostSignals) is not (> 0 and var signals) || reader.IsFailed)
        {
            return false;
        }

        var read = new AnomalyDetector(signals);
        read.Read(ref reader);
        if (!reader.IsFailed && reader.IsAtEnd)
        {
            detector = read;
        }

        return detector is not null;
    }

    /// <summary>Judges the only signal at an instant.</summary>
    /// <param name="timeUnixMs">The instant; milliseconds since 1970 UTC. One that is not after the instant before counts as the same.</param>
    /// <param name="value">The value, in any unit; NaN, infinite or beyond ±1e300 = unknown.</param>
    public AnomalyVerdict Observe(long timeUnixMs, double value) => Observe(timeUnixMs, new ReadOnlySpan<double>(in value));

    /// <summary>Judges an instant by what was learnt before it, then learns it.</summary>
    /// <param name="timeUnixMs">The instant; milliseconds since 1970 UTC. One that is not after the instant before counts as the same.</param>
    /// <param name="values">One value for each signal, each in any unit; NaN, infinite or beyond ±1e300 = unknown.</param>
    /// <exception cref="ArgumentException">There are not as many values as signals.</exception>
    public AnomalyVerdict Observe(long timeUnixMs, ReadOnlySpan<double> values)
    {
        if (values.Length != _signals.Length)
        {
            throw new ArgumentException($"{values.Length} values for {_signals.Length} signals", nameof(values));
        }

        long elapsedMs = Advance(timeUnixMs);
        double total = 0;
        int most = 0;
        SignalEvidence told = default;
        for (int i = 0; i < _signals.Length; i++)
        {
            // Not true of NaN either.
            bool isKnown = Math.Abs(values[i]) <= Greatest;
            SignalEvidence evidence = isKnown ? _signals[i].Observe(_lastUnixMs - _startUnixMs, elapsedMs, values[i]) : default;
            total += evidence.Amount;
            if (evidence.Amount > told.Amount)
            {
                (most, told) = (i, evidence);
            }
        }

        AnomalyVerdict verdict = Conclude(_episode.Observe(total, _alarmEvidence, elapsedMs), most, told, values[most]);
        return verdict with { Evidence = total / _alarmEvidence };
    }

    /// <summary>Writes everything that was learnt, for <see cref="TryRead"/>; a few kilobytes for each signal.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var state = new StateWriter(output);
        state.Int32(StateVersion);
        state.Int32(_signals.Length);
        state.Int32(_hasStarted ? 1 : 0);
        state.Int64(_startUnixMs);
        state.Int64(_lastUnixMs);
        _episode.Write(state);
        foreach (SignalModel signal in _signals)
        {
            signal.Write(state);
        }
    }

    /// <summary>Median of about the last <see cref="AnomalyTuning.RecentLevelSpan"/> known values of a signal; null while they are few.</summary>
    internal double? RecentMedian(int signal) => _signals[signal].RecentMedian;

    private void Read(ref StateReader state)
    {
        _hasStarted = state.Int32(1) == 1;
        _startUnixMs = state.Int64();
        _lastUnixMs = state.Int64();
        state.Require(_lastUnixMs >= _startUnixMs);
        _episode.Read(ref state);
        foreach (SignalModel signal in _signals)
        {
            signal.Read(ref state);
        }
    }

    private long Advance(long timeUnixMs)
    {
        if (!_hasStarted)
        {
            (_hasStarted, _startUnixMs, _lastUnixMs) = (true, timeUnixMs, timeUnixMs);
        }

        long elapsedMs = Math.Max(0, timeUnixMs - _lastUnixMs);
        _lastUnixMs += elapsedMs;
        return elapsedMs;
    }

    private AnomalyVerdict Conclude(double news, int signal, SignalEvidence told, double observed)
    {
        double score = news / (news + _alarmEvidence);
        return told.Channel == AnomalyChannel.None
            ? new AnomalyVerdict(score, AnomalyChannel.None, 0, observed, double.NaN, double.NaN)
            : new AnomalyVerdict(score, told.Channel, signal, observed, told.Expected - told.Bound, told.Expected + told.Bound);
    }
}
