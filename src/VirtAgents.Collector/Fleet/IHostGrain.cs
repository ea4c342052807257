
namespace VirtAgents.Collector.Fleet;

/// <summary>One host: its state, its figures, and which stream speaks for it. The key is the UUID of the host.</summary>
/// <remarks>
/// Messages are taken from whatever stream they come on, since numbers make them unique; only what concerns the stream
/// itself (silence, its end) counts from the stream that holds the claim.
/// Arguments are shared with the caller, not copied: grain and stream live in one process.
/// </remarks>
internal interface IHostGrain : IGrainWithGuidKey
{
    /// <summary>A stream wants to speak for the host.</summary>
    ValueTask<ClaimAnswer> ClaimAsync(SessionClaim claim);

    /// <summary>The dictionary changed.</summary>
    ValueTask InventoryAsync(InventoryMessage message);

    /// <summary>A report arrived for the first time.</summary>
    ValueTask ReportAsync(ReportMessage message);

    /// <summary>An event arrived for the first time.</summary>
    ValueTask EventAsync(EventMessage message);

    /// <summary>Messages will never arrive.</summary>
    ValueTask GapAsync(GapMessage message);

    /// <summary>The stream is silent for unusually long; the evidence is for people.</summary>
    ValueTask SilentAsync(string sessionId, string evidence);

    /// <summary>Others were asked after the host, which is not heard.</summary>
    ValueTask JudgeAsync(HostJudgement judgement);

    /// <summary>The silent stream speaks again.</summary>
    ValueTask HeardAsync(string sessionId);

    /// <summary>The stream ended.</summary>
    ValueTask CloseAsync(string sessionId, StreamEnd end, string evidence);

    /// <summary>The collector has run for a while; a host that did not come back is suspected.</summary>
    ValueTask SuspectUnseenAsync();

    /// <summary>The host has recorded whether it is being drained.</summary>
    ValueTask DrainAsync(bool isDraining);

    /// <summary>How the host looks now; null when nothing is known of it.</summary>
    ValueTask<HostView?> ViewAsync();
}

/// <summary>How a stream ended.</summary>
internal enum StreamEnd
{
    /// <summary>It broke, or the collector ended it.</summary>
    Broken = 0,

    /// <summary>The agent said that it stops.</summary>
    OnPurpose = 1,

    /// <summary>The collector itself stops: that says nothing about the host.</summary>
    CollectorStops = 2,
}
