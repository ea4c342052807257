namespace VirtAgents.Core.Detection.Liveness;

/// <summary>What was heard of one open stream, at one instant.</summary>
/// <param name="SilenceMs">How long nothing was heard, milliseconds; 0 or more.</param>
/// <param name="Rhythm">How often it is usually heard.</param>
/// <param name="IsHeldBack">The collector itself does not listen to it now, so its silence says nothing.</param>
public readonly record struct StreamHearing(double SilenceMs, StreamRhythm Rhythm, bool IsHeldBack);
