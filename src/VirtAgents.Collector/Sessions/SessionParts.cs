using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Witnesses;

namespace VirtAgents.Collector.Sessions;

/// <summary>What every stream works with.</summary>
internal sealed record SessionParts(
    CollectorOptions Options,
    SessionRegistry Registry,
    HostAdmission Admission,
    SequenceLedger Ledger,
    BatchWriter Writer,
    SampleSetPool Pool,
    CollectorMetrics Metrics,
    ClusterEpoch Epoch,
    DirectiveParts Directives,
    WitnessParts Witnesses,
    IGrainFactory Grains,
    TimeProvider Time,
    ILogger<AgentSession> Log);
