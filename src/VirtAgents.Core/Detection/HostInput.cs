using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>One thing that reaches the rules.</summary>
/// <param name="NowUnixMs">Clock of the collector; milliseconds since 1970 UTC.</param>
public abstract record HostInput(long NowUnixMs);

/// <summary>An agent opened its stream.</summary>
/// <param name="NowUnixMs">Clock of the collector.</param>
/// <param name="OtherInstance">Whether it is known to be another process than the one that was there before.</param>
/// <param name="Continuous">Whether its sequence space goes on where the collector left it.</param>
/// <param name="Evidence">For people.</param>
public sealed record AgentOpened(long NowUnixMs, bool OtherInstance, bool Continuous, string Evidence) : HostInput(NowUnixMs);

/// <summary>The stream of the agent ended.</summary>
/// <param name="NowUnixMs">Clock of the collector.</param>
/// <param name="OnPurpose">Whether the agent said that it stops.</param>
/// <param name="Evidence">For people.</param>
public sealed record AgentClosed(long NowUnixMs, bool OnPurpose, string Evidence) : HostInput(NowUnixMs);

/// <summary>Nothing was heard of the host for too long.</summary>
/// <param name="NowUnixMs">Clock of the collector.</param>
/// <param name="Evidence">For people.</param>
public sealed record HostSilent(long NowUnixMs, string Evidence) : HostInput(NowUnixMs);

/// <summary>Others were asked after a host that is not heard.</summary>
/// <param name="NowUnixMs">Clock of the collector.</param>
/// <param name="Verdict">What came of it.</param>
public sealed record HostJudged(long NowUnixMs, HostVerdict Verdict) : HostInput(NowUnixMs);

/// <summary>A message of a silent agent arrived.</summary>
/// <param name="NowUnixMs">Clock of the collector.</param>
public sealed record HostHeard(long NowUnixMs) : HostInput(NowUnixMs);

/// <summary>An inventory arrived.</summary>
/// <param name="NowUnixMs">Clock of the collector.</param>
/// <param name="Inventory">The whole of it.</param>
public sealed record InventorySeen(long NowUnixMs, Inventory Inventory) : HostInput(NowUnixMs);

/// <summary>An event arrived.</summary>
/// <param name="NowUnixMs">Clock of the collector.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="Event">The event.</param>
public sealed record EventSeen(long NowUnixMs, long Sequence, HostEvent Event) : HostInput(NowUnixMs);

/// <summary>A report arrived. It is only read while the rules run.</summary>
/// <param name="NowUnixMs">Clock of the collector.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="Samples">The tick.</param>
/// <param name="Subjects">Subject of each index that rows use.</param>
public sealed record ReportSeen(long NowUnixMs, long Sequence, SampleSet Samples, IReadOnlyList<Subject?> Subjects) : HostInput(NowUnixMs);

/// <summary>Messages will never arrive.</summary>
/// <param name="NowUnixMs">Clock of the collector.</param>
/// <param name="Count">How many.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record MessagesMissing(long NowUnixMs, long Count, string Reason) : HostInput(NowUnixMs);
