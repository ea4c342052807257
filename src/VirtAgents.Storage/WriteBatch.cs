using VirtAgents.Core.Model;

namespace VirtAgents.Storage;

/// <summary>What is made durable together.</summary>
/// <param name="Reports">Samples. The sample sets belong to the store until the write returns.</param>
/// <param name="Events">Lines of the event feed that follow from the messages of this batch; the store gives each its id.</param>
/// <param name="Received">Messages of this batch that leave nothing but their number (host events, gaps): durable with it.</param>
/// <param name="Snapshots">Inventories that changed; the last one of a host counts.</param>
public sealed record WriteBatch(
    IReadOnlyList<ReportRecord> Reports,
    IReadOnlyList<FleetEvent> Events,
    IReadOnlyList<MessageKey> Received,
    IReadOnlyList<HostSnapshot> Snapshots);

/// <summary>Names one message of one agent for ever.</summary>
/// <param name="Host">Host.</param>
/// <param name="Boot">Sequence space.</param>
/// <param name="FirstSequence">Sequence number, or the first of a run.</param>
/// <param name="LastSequence">The same, or the last of a run.</param>
public readonly record struct MessageKey(HostId Host, BootId Boot, long FirstSequence, long LastSequence);

/// <summary>One tick of one host with its subjects resolved.</summary>
/// <param name="Host">Host.</param>
/// <param name="Boot">Sequence space.</param>
/// <param name="Sequence">Sequence number, from 1.</param>
/// <param name="Samples">The values. Row subjects are indexes into <paramref name="Subjects"/>.</param>
/// <param name="Subjects">Subject of each dictionary index; entries that no row uses may be null. Shared between reports of one inventory version.</param>
public sealed record ReportRecord(HostId Host, BootId Boot, long Sequence, SampleSet Samples, IReadOnlyList<Subject?> Subjects);

/// <summary>The last inventory of a host, so that a restarted collector knows what it does not hear of.</summary>
/// <param name="Cluster">Cluster of the host; empty = default.</param>
/// <param name="Inventory">What was on it.</param>
/// <param name="AgentVersion">Version of its agent.</param>
/// <param name="UpdatedUnixMs">When, by the clock of the collector; milliseconds since 1970 UTC.</param>
public sealed record HostSnapshot(string Cluster, Inventory Inventory, string AgentVersion, long UpdatedUnixMs);
