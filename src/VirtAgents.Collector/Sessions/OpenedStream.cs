using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;

namespace VirtAgents.Collector.Sessions;

/// <summary>A stream whose agent is known and has the host.</summary>
/// <param name="Agent">Who it is.</param>
/// <param name="Grain">The host.</param>
/// <param name="Space">Its sequence numbers.</param>
/// <param name="Lost">It had numbers acknowledged that this store does not have.</param>
internal sealed record OpenedStream(Introduction Agent, IHostGrain Grain, SequenceSpace Space, bool Lost);
