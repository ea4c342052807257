namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Everything that is learnt of one signal: what each channel expects, and how far it was off at most.</summary>
internal sealed class SignalModel
{
    private const int Channels = 4;
    private const int LevelSample = 32;
    private const int RecentLevelSample = 24;
    private readonly AnomalyTuning _tuning;
    private readonly OrderSample _level;
    private readonly OrderSample _recentLevel;
    private readonly DayProfile _day;
    private readonly PeakRecord[] _records = new PeakRecord[Channels];
    private double _previous;
    private int _values;

    public SignalModel(AnomalyTuning tuning)
    {
        _tuning = tuning;
        _level = new OrderSample(LevelSample, tuning.LevelSpan);
        _recentLevel = new OrderSample(RecentLevelSample, tuning.RecentLevelSpan);
        _day = new DayProfile(tuning.ProfileDays);
        for (int i = 0; i < Channels; i++)
        {
            _records[i] = new PeakRecord(tuning);
        }
    }

    /// <summary>Median of about the last values; null while they are few.</summary>
    public double? RecentMedian => _values >= RecentLevelSample ? _recentLevel.Median : null;

    /// <summary>Judges a value by what was learnt before it, then learns it.</summary>
    /// <param name="sinceStartMs">Time since the first instant, from 0; milliseconds.</param>
    /// <param name="elapsedMs">Time since the instant before, from 0; milliseconds.</param>
    /// <param name="value">The value; finite.</param>
    public SignalEvidence Observe(long sinceStartMs, long elapsedMs, double value)
    {
        SignalEvidence evidence = _values > 0 ? Judge(sinceStartMs, value) : default;
        Learn(sinceStartMs, elapsedMs, value);
        return _values > _tuning.WarmUpValues ? evidence : default;
    }

    public void Write(StateWriter state)
    {
        state.Int32(_values);
        state.Double(_previous);
        _level.Write(state);
        _recentLevel.Write(state);
        _day.Write(state);
        foreach (PeakRecord record in _records)
        {
            record.Write(state);
        }
    }

    public void Read(ref StateReader state)
    {
        _values = state.Int32(int.MaxValue);
        _previous = state.Double();
        _level.Read(ref state);
        _recentLevel.Read(ref state);
        _day.Read(ref state);
        foreach (PeakRecord record in _records)
        {
            record.Read(ref state);
        }
    }

    private SignalEvidence Judge(long sinceStartMs, double value)
    {
        var sum = new Sum();
        Add(ref sum, AnomalyChannel.Level, _level.Median, value);
        Add(ref sum, AnomalyChannel.RecentLevel, _recentLevel.Median, value);
        Add(ref sum, AnomalyChannel.Step, _previous, value);
        if (_day.Expected(sinceStartMs) is { } usual)
        {
            Add(ref sum, AnomalyChannel.TimeOfDay, usual, value);
        }

        double bound = sum.Channel == AnomalyChannel.None ? 0 : _records[(int)sum.Channel - 1].Bound;
        return new SignalEvidence(Math.Sqrt(sum.Squares), sum.Channel, sum.Expected, bound);
    }

    private void Add(ref Sum sum, AnomalyChannel channel, double expected, double value)
    {
        int number = (int)channel - 1;
        double evidence = _records[number].Judge(Math.Abs(value - expected)) * _tuning.ChannelWeights[number];
        sum.Squares += evidence * evidence;
        if (evidence > sum.Most)
        {
            (sum.Most, sum.Channel, sum.Expected) = (evidence, channel, expected);
        }
    }

    private void Learn(long sinceStartMs, long elapsedMs, double value)
    {
        _values = (int)Math.Min(_values + 1L, int.MaxValue);
        _level.Add(value);
        _recentLevel.Add(value);
        _day.Learn(sinceStartMs, elapsedMs, value);
        _previous = value;
    }

    private struct Sum
    {
        public double Squares;
        public double Most;
        public AnomalyChannel Channel;
        public double Expected;
    }
}
