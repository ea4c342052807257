using Grpc.Core;

namespace VirtAgents.Agent.Stream;

/// <summary>How a stream ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Status">Status of the call; OK when it was ended by this side.</param>
/// <param name="Detail">For the operator; empty when there is nothing to tell.</param>
/// <param name="ReconnectAfter">Earliest time to come back; zero = as the back-off says.</param>
/// <param name="WasWelcome">The collector had accepted it.</param>
internal sealed record StreamEnd(StreamEndReason Reason, StatusCode Status, string Detail, TimeSpan ReconnectAfter, bool WasWelcome)
{
    /// <summary>The whole status, with the exception behind it; for hints.</summary>
    public Status Cause { get; init; }
}

/// <summary>Why a stream ended.</summary>
internal enum StreamEndReason
{
    /// <summary>This agent stops; everything was acknowledged or the budget is used up.</summary>
    Stopped = 0,

    /// <summary>The collector asked to come back later.</summary>
    Drained = 1,

    /// <summary>It never came to be, or broke.</summary>
    Lost = 2,

    /// <summary>The spool has begun a new sequence space; hello must be said anew.</summary>
    Renewed = 3,

    /// <summary>A simulated fault cut it.</summary>
    Cut = 4,
}
