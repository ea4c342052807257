namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>What one signal says about one of its values.</summary>
/// <param name="Amount">Evidence of all channels together, from 0.</param>
/// <param name="Channel">The channel with most of it.</param>
/// <param name="Expected">What that channel expected; in the unit of the signal.</param>
/// <param name="Bound">Distance from it up to which there is no evidence; in the unit of the signal.</param>
internal readonly record struct SignalEvidence(double Amount, AnomalyChannel Channel, double Expected, double Bound);
