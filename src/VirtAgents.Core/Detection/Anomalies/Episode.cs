namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Makes one alarm of an episode: evidence counts only as far as it surpasses what was there before.</summary>
/// <remarks>
/// The largest evidence fades exponentially, and most of what is left of it is taken from new evidence. What repeats an
/// alarm is no news, while something much worse still is, and the same some time later. This holds at every level, so that an
/// operator who chooses another threshold than the shipped one gets episodes as well.
/// </remarks>
internal sealed class Episode(AnomalyTuning tuning)
{
    private double _largest;

    /// <summary>News in the evidence of an instant.</summary>
    /// <param name="evidence">From 0.</param>
    /// <param name="alarmEvidence">Evidence that makes an alarm, over 0.</param>
    /// <param name="elapsedMs">Time since the instant before, from 0; milliseconds.</param>
    public double Observe(double evidence, double alarmEvidence, long elapsedMs)
    {
        // Beyond it, what is not taken away when the same goes on would be an alarm by itself.
        double counted = Math.Min(evidence, tuning.MostEvidence * alarmEvidence);
        _largest *= Math.Exp(-elapsedMs / tuning.EpisodeTime.TotalMilliseconds);
        double news = Math.Max(0, counted - (tuning.EpisodeWeight * _largest));
        _largest = Math.Max(_largest, counted);
        return news;
    }

    public void Write(StateWriter state) => state.Double(_largest);

    public void Read(ref StateReader state)
    {
        _largest = state.Double();
        state.Require(_largest >= 0);
    }
}
