namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>What a detector says about one instant, with what led to it.</summary>
/// <param name="Score">How unusual, from 0 to 1; 0 when nothing is known of the instant or too little was learnt.</param>
/// <param name="Channel">The channel with most evidence; <see cref="AnomalyChannel.None"/> when none has any.</param>
/// <param name="Signal">Position of the signal with most evidence, from 0; 0 when none has any.</param>
/// <param name="Observed">The value of that signal, in its own unit; NaN when it is unknown.</param>
/// <param name="ExpectedLow">Lower end of what that channel expects, in the unit of the signal; NaN when it expects nothing yet.</param>
/// <param name="ExpectedHigh">Upper end, likewise.</param>
public readonly record struct AnomalyVerdict(
    double Score, AnomalyChannel Channel, int Signal, double Observed, double ExpectedLow, double ExpectedHigh)
{
    /// <summary>From this score on an instant is an alarm, for every series.</summary>
    public const double AlarmScore = 0.5;

    /// <summary>Evidence of this instant by itself, in units of that of an alarm, from 0. Unlike the score it stays while an episode goes on.</summary>
    public double Evidence { get; init; }

    /// <summary>Whether an operator is to be told; once in an episode, see <see cref="AnomalyDetector"/>.</summary>
    public bool IsAlarm => Score >= AlarmScore;
}
