namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Makes one alarm of an episode: evidence counts by how far it surpasses what was there a while ago.</summary>
/// <remarks>
/// The largest recent evidence L fades exponentially; evidence e counts e² / (e + L). What repeats an alarm counts half, and what
/// follows it less, while something much worse still comes through; at every level, so that an operator who chooses
/// another threshold than the shipped one gets episodes as well.
/// </remarks>
internal sealed class Episode(double instants)
{
    private readonly double _fade = Math.Exp(-1 / instants);
    private double _level;

    /// <summary>News in the evidence of an instant.</summary>
    /// <param name="evidence">From 0.</param>
    public double Observe(double evidence)
    {
        double news = evidence > 0 ? evidence * evidence / (evidence + _level) : 0;
        _level = Math.Max(_level * _fade, evidence);
        return news;
    }

    public void Write(StateWriter state) => state.Double(_level);

    public void Read(ref StateReader state)
    {
        _level = state.Double();
        state.Require(_level >= 0);
    }
}
