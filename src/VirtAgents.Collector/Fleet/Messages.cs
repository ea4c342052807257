using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Fleet;

/// <summary>A stream that wants to speak for a host.</summary>
/// <param name="SessionId">The stream.</param>
/// <param name="Host">The host, as the agent describes it.</param>
/// <param name="Boot">Sequence space.</param>
/// <param name="Instance">The agent process.</param>
/// <param name="Cluster">Cluster of the host.</param>
/// <param name="AgentVersion">Version of the agent.</param>
/// <param name="Continuous">Whether its sequence space goes on where the collector left it.</param>
/// <param name="Peer">Address it comes from, for people.</param>
/// <param name="Acting">What the host can carry out.</param>
[Immutable]
internal sealed record SessionClaim(
    string SessionId, HostInfo Host, BootId Boot, Guid Instance, string Cluster, string AgentVersion, bool Continuous, string Peer, HostActing Acting);

/// <summary>Answer to a claim.</summary>
/// <param name="Refusal">Why it is refused; null = granted.</param>
/// <param name="Superseded">Stream that has to end now; null = none.</param>
[Immutable]
internal sealed record ClaimAnswer(string? Refusal, string? Superseded);

/// <summary>The dictionary after a change.</summary>
[Immutable]
internal sealed record InventoryMessage(Inventory Inventory);

/// <summary>A report, with what it took from the budget of the writer.</summary>
[Immutable]
internal sealed record ReportMessage(SequenceSpace Space, ReportRecord Report, long Bytes);

/// <summary>An event.</summary>
[Immutable]
internal sealed record EventMessage(SequenceSpace Space, long Sequence, HostEvent Event, long Bytes);

/// <summary>What came of asking others after a host.</summary>
[Immutable]
internal sealed record HostJudgement(HostVerdict Verdict);

/// <summary>Numbers that will never arrive.</summary>
[Immutable]
internal sealed record GapMessage(SequenceSpace Space, long FirstSequence, long LastSequence, string Reason, long Bytes);

/// <summary>A line of the feed on its way to the cluster.</summary>
[Immutable]
internal sealed record MigrationHalf(FleetEvent Line);
