namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Makes one alarm of an episode: evidence counts by how far it surpasses what was there a while ago.</summary>
/// <remarks>
/// The largest recent evidence L fades exponentially; evidence e counts e² / (e + w L). What only repeats an alarm counts a part
/// of it, while something much worse comes through; at every level, so that an operator who chooses another threshold than
/// the shipped one gets episodes as well.
/// </remarks>
internal sealed class Episode(AnomalyTuning tuning)
{
    private double _level;

    /// <summary>News in the evidence of an instant.</summary>
    /// <param name="evidence">From 0.</param>
    /// <param name="elapsedMs">Time since the instant before, from 0; milliseconds.</param>
    public double Observe(double evidence, long elapsedMs)
    {
        // By instants as well as by time: a day has too few instants of an hourly series, and too many of one each second.
        double fade = Math.Max(1 / tuning.EpisodeInstants, elapsedMs / tuning.EpisodeTime.TotalMilliseconds);
        _level *= Math.Exp(-fade);
        double news = evidence > 0 ? evidence * evidence / (evidence + (tuning.EpisodeWeight * _level)) : 0;
        _level = Math.Max(_level, evidence);
        return news;
    }

    public void Write(StateWriter state) => state.Double(_level);

    public void Read(ref StateReader state)
    {
        _level = state.Double();
        state.Require(_level >= 0);
    }
}
