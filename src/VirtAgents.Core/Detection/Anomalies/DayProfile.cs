namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>What is usual at each time of the day, learnt from the days before.</summary>
/// <remarks>
/// The day begins at the first instant of the series, not at midnight: a copy of the series at other times then gets the
/// same profile. Each part of the day has a mean of its values that forgets days exponentially; between the middles of two
/// parts it is interpolated.
/// </remarks>
internal sealed class DayProfile(double days)
{
    private const int Parts = 24;
    private const long DayMs = 86_400_000;
    private const double PartMs = (double)DayMs / Parts;
    private readonly double[] _means = new double[Parts];
    private readonly byte[] _counts = new byte[Parts];

    /// <summary>The usual value; null on the first day and where the days before had no values.</summary>
    /// <param name="sinceStartMs">Time since the first instant of the series, from 0; milliseconds.</param>
    public double? Expected(long sinceStartMs)
    {
        if (sinceStartMs < DayMs)
        {
            return null;
        }

        double place = (sinceStartMs % DayMs / PartMs) + Parts - 0.5;
        int before = (int)place % Parts;
        int after = (before + 1) % Parts;
        double part = place - Math.Floor(place);
        return (_counts[before], _counts[after]) switch
        {
            (0, 0) => null,
            (0, _) => _means[after],
            (_, 0) => _means[before],
            _ => _means[before] + (part * (_means[after] - _means[before])),
        };
    }

    /// <summary>Learns a value.</summary>
    /// <param name="sinceStartMs">Time since the first instant of the series, from 0; milliseconds.</param>
    /// <param name="elapsedMs">Time since the instant before, from 0: how much of the part this value speaks for; milliseconds.</param>
    /// <param name="value">The value.</param>
    public void Learn(long sinceStartMs, long elapsedMs, double value)
    {
        int part = (int)(sinceStartMs % DayMs / PartMs);
        double share = Math.Min(1, elapsedMs / PartMs);
        double weight = Math.Max(share / days, 1.0 / (_counts[part] + 1));
        _counts[part] = (byte)Math.Min(byte.MaxValue, _counts[part] + 1);
        _means[part] += weight * (value - _means[part]);
    }

    public void Write(StateWriter state)
    {
        state.Doubles(_means);
        state.Bytes(_counts);
    }

    public void Read(ref StateReader state)
    {
        state.Doubles(_means);
        state.Bytes(_counts);
    }
}
