namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>
/// Figures of the anomaly detector. There is one shipped configuration for every series, <see cref="Shipped"/>; others exist to
/// measure how much each figure matters (<c>bench anomalies</c>).
/// </summary>
public sealed record AnomalyTuning
{
    /// <summary>The configuration of the product.</summary>
    public static AnomalyTuning Shipped { get; } = new();

    /// <summary>Values of a signal before it says anything.</summary>
    /// <value>From 2; default 50.</value>
    public int WarmUpValues { get; init; } = 50;

    /// <summary>Values that <see cref="AnomalyChannel.Level"/> speaks for.</summary>
    /// <value>From 32; default 2,000.</value>
    public int LevelSpan { get; init; } = 2_000;

    /// <summary>Values that <see cref="AnomalyChannel.RecentLevel"/> speaks for.</summary>
    /// <value>From 24; default 100.</value>
    public int RecentLevelSpan { get; init; } = 100;

    /// <summary>Days after which <see cref="AnomalyChannel.TimeOfDay"/> has forgotten about two thirds of a day.</summary>
    /// <value>From 1; default 3.</value>
    public double ProfileDays { get; init; } = 3;

    /// <summary>How much the evidence of each channel counts, by the number of the channel less one.</summary>
    /// <value>From 0 each; default 1 for the levels, 0.8 for <see cref="AnomalyChannel.TimeOfDay"/>, 1.5 for <see cref="AnomalyChannel.Step"/>.</value>
    public IReadOnlyList<double> ChannelWeights { get; init; } = [1, 1, 0.8, 1.5];

    /// <summary>Peaks that a channel keeps.</summary>
    /// <value>From 3 to 64; default 20.</value>
    public int Peaks { get; init; } = 20;

    /// <summary>Residuals of which at most one is a peak.</summary>
    /// <value>From 1; default 10.</value>
    public int PeakRun { get; init; } = 10;

    /// <summary>Values after which a peak has lost one unit of evidence.</summary>
    /// <value>From 1; default 4,000.</value>
    public double PeakMemory { get; init; } = 4_000;

    /// <summary>Tail index towards which an estimate from few peaks is drawn.</summary>
    /// <value>Over 0; default 0.5.</value>
    public double UsualTailIndex { get; init; } = 0.5;

    /// <summary>Number of peaks that <see cref="UsualTailIndex"/> counts as.</summary>
    /// <value>From 0; default 5.</value>
    public double UsualTailWeight { get; init; } = 5;

    /// <summary>Time after which the largest evidence of an episode has faded to about a third.</summary>
    /// <value>Over 0; default 24 hours.</value>
    public TimeSpan EpisodeTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Part of what is left of it that is taken from new evidence.</summary>
    /// <value>From 0 to 1; default 0.85.</value>
    public double EpisodeWeight { get; init; } = 0.85;

    /// <summary>Evidence beyond so many times that of an alarm counts no more.</summary>
    /// <value>From 1; default 6.</value>
    public double MostEvidence { get; init; } = 6;

    /// <summary>Evidence of one signal that gives <see cref="AnomalyVerdict.AlarmScore"/>; of n signals together √n times as much.</summary>
    /// <value>Over 0; default 2.</value>
    public double AlarmEvidence { get; init; } = 2;
}
