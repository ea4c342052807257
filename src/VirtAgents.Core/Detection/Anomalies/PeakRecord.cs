namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Judges a residual by the largest ones the series has shown before.</summary>
/// <remarks>
/// <para>
/// Kept are the logarithms of the largest peaks, at most one of each run of <see cref="AnomalyTuning.PeakRun"/> residuals, since
/// neighbours are not independent (runs declustering: S. Coles, "An Introduction to Statistical Modeling of Extreme Values",
/// 2001, section 5.3). The tail above the smallest of them is taken as a power law; its index is Hill's estimate, the mean of
/// the logarithmic excesses (B. M. Hill, "A Simple General Approach to Inference About the Tail of a Distribution", Annals of
/// Statistics 3(5), 1975), drawn towards a usual one while there are few peaks. The evidence of a residual is its logarithmic
/// excess in units of that index: minus the natural logarithm of the chance that a residual above the smallest peak is as large.
/// </para>
/// <para>
/// Old peaks lose evidence at a constant rate, so that a series that has grown calm is judged by its calm. In units of the
/// index, not of the residual: a tail of any weight forgets equally fast. Instead of lowering all peaks at each step, what is
/// compared with them is raised.
/// </para>
/// <para>Residuals enter only by ratios: the scale of the series does not matter.</para>
/// </remarks>
internal sealed class PeakRecord(AnomalyTuning tuning)
{
    // An index below would call the rounding of a series without noise a tail.
    private const double LeastIndex = 0.05;
    private readonly double[] _peaks = new double[tuning.Peaks];
    private double _index = tuning.UsualTailIndex;
    private double _raised;
    private double _runPeak = double.NegativeInfinity;
    private int _runLength;
    private int _count;
    private int _seen;

    /// <summary>The residual above which there is evidence; 0 while no peak is known.</summary>
    public double Bound => _count == 0 ? 0 : Math.Exp(_peaks[_count - 1] - _raised);

    /// <summary>Judges a residual, then learns it.</summary>
    /// <param name="residual">Distance from what was expected, from 0; in the unit of the series.</param>
    /// <returns>Evidence that it is out of the ordinary, from 0; natural logarithm of a chance.</returns>
    public double Judge(double residual)
    {
        double level = Math.Log(residual) + _raised;
        _seen = (int)Math.Min(_seen + 1.0, tuning.PeakMemory);
        double evidence = Evidence(level);
        _raised += _index / tuning.PeakMemory;
        Learn(level);
        return evidence;
    }

    public void Write(StateWriter state)
    {
        state.Double(_index);
        state.Double(_raised);
        state.Double(_runPeak);
        state.Int32(_runLength);
        state.Int32(_count);
        state.Int32(_seen);
        state.Doubles(_peaks.AsSpan(0, _count));
    }

    public void Read(ref StateReader state)
    {
        _index = state.Double();
        _raised = state.Double();
        _runPeak = state.Level();
        _runLength = state.Int32(tuning.PeakRun);
        _count = state.Int32(_peaks.Length);
        _seen = state.Int32(int.MaxValue);
        state.Doubles(_peaks.AsSpan(0, _count));
        state.Require(_index >= LeastIndex);
        for (int i = 1; i < _count; i++)
        {
            state.Require(_peaks[i - 1] >= _peaks[i]);
        }
    }

    private double Evidence(double level)
    {
        if (_count < 2)
        {
            // A series that never moves has no tail; how long it has not moved is the evidence (rule of succession).
            bool isRecord = level > (_count == 0 ? double.NegativeInfinity : _peaks[0]);
            return isRecord ? Math.Log(1 + ((double)_seen / tuning.PeakRun)) : 0;
        }

        double missing = Math.Log((double)_peaks.Length / _count);
        return Math.Max(0, ((level - _peaks[_count - 1]) / _index) - missing);
    }

    private void Learn(double level)
    {
        if (double.IsNegativeInfinity(_runPeak))
        {
            if (_count < _peaks.Length || level > _peaks[^1])
            {
                (_runPeak, _runLength) = (level, 0);
            }

            return;
        }

        _runPeak = Math.Max(_runPeak, level);
        if (++_runLength >= tuning.PeakRun)
        {
            Keep(_runPeak);
            _runPeak = double.NegativeInfinity;
        }
    }

    private void Keep(double peak)
    {
        int place;
        if (_count < _peaks.Length)
        {
            place = _count++;
        }
        else if (peak > _peaks[^1])
        {
            place = _peaks.Length - 1;
        }
        else
        {
            return;
        }

        for (; place > 0 && _peaks[place - 1] < peak; place--)
        {
            _peaks[place] = _peaks[place - 1];
        }

        _peaks[place] = peak;
        _index = TailIndex();
    }

    private double TailIndex()
    {
        double excess = tuning.UsualTailWeight * tuning.UsualTailIndex;
        for (int i = 0; i < _count - 1; i++)
        {
            excess += _peaks[i] - _peaks[_count - 1];
        }

        return Math.Max(LeastIndex, excess / (_count - 1 + tuning.UsualTailWeight));
    }
}
