using System.Collections.Immutable;
using System.Net;
using VirtAgents.Core.Detection.Thresholds;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Influx;

namespace VirtAgents.Collector.Configuration;

/// <summary>Everything that can be set about a collector, checked.</summary>
/// <param name="Listen">Where it listens.</param>
/// <param name="Store">Where samples and events live.</param>
/// <param name="Control">Where directives and what else must be kept live.</param>
/// <param name="Limits">What one agent, and all together, may ask for.</param>
/// <param name="Liveness">When silence means something.</param>
/// <param name="Ingest">How writes are gathered.</param>
/// <param name="Notices">Who is told of incidents.</param>
/// <param name="Thresholds">Levels that figures should stay below.</param>
/// <param name="Anomalies">Whether and when VMs that behave unlike before are told.</param>
/// <param name="GuestSilence">How long a guest neither answers nor works before it is told to hang. <value>Default 2 min; 30 s to 1 h.</value></param>
/// <param name="PolicyFile">What may be done about findings without asking; empty = nothing.</param>
/// <param name="ScheduleFile">What clusters are to be kept like, and how far that goes without asking; empty = nothing.</param>
internal sealed record CollectorOptions(
    ListenSettings Listen, StoreSettings Store, ControlSettings Control, LimitSettings Limits, LivenessSettings Liveness, IngestSettings Ingest,
    NoticeSettings Notices, ImmutableArray<ThresholdRule> Thresholds, AnomalySettings Anomalies, TimeSpan GuestSilence, string PolicyFile, string ScheduleFile);

/// <summary>Where the collector listens.</summary>
/// <param name="Grpc">Agents and gRPC clients (HTTP/2). <value>Default 127.0.0.1:7443; port 0 = any free one.</value></param>
/// <param name="Http">JSON, metrics and web (HTTP/1.1). <value>Default 127.0.0.1:7480; port 0 = any free one.</value></param>
/// <param name="Insecure">Plain connections; only on loopback addresses.</param>
/// <param name="CertificateFile">PEM file with the certificate and its chain; empty only when insecure.</param>
/// <param name="KeyFile">PEM file with the private key; empty = it is in the certificate file.</param>
internal sealed record ListenSettings(IPEndPoint Grpc, IPEndPoint Http, bool Insecure, string CertificateFile, string KeyFile);

/// <summary>Which store.</summary>
internal enum StoreKind
{
    /// <summary>In a directory of this machine.</summary>
    Embedded = 0,

    /// <summary>Samples in InfluxDB, everything else in a file of this machine.</summary>
    Influx = 1,
}

/// <summary>Where samples and events live.</summary>
/// <param name="Kind">Which store.</param>
/// <param name="Embedded">The file, and what of it is held in memory; with InfluxDB its <see cref="EmbeddedStoreOptions.LatestValues"/> count too.</param>
/// <param name="Retention">Samples and events that are older go. <value>Default 30 days; 0 = keep for ever.</value></param>
/// <param name="Influx">How to reach InfluxDB; counts with that kind only.</param>
internal sealed record StoreSettings(StoreKind Kind, EmbeddedStoreOptions Embedded, TimeSpan Retention, InfluxOptions Influx);

/// <summary>Which database holds the control data.</summary>
internal enum ControlProvider
{
    /// <summary>A file of this machine.</summary>
    Sqlite = 0,

    /// <summary>A PostgreSQL server.</summary>
    PostgreSQL = 1,
}

/// <summary>Where directives, their steps, the freeze switch, the epoch, incidents and silences live.</summary>
/// <param name="Provider">Which database.</param>
/// <param name="Path">File of a SQLite database. <value>Default control.db beside the store.</value></param>
/// <param name="ConnectionString">How to reach PostgreSQL; may hold a password and is never printed.</param>
/// <param name="Retention">What ended longer ago goes. <value>Default 400 days; 0 = keep for ever.</value></param>
internal sealed record ControlSettings(ControlProvider Provider, string Path, string ConnectionString, TimeSpan Retention)
{
    public override string ToString() => $"{nameof(ControlSettings)} {Provider}";
}

/// <summary>What one agent, and all together, may ask for.</summary>
/// <param name="MessageBytes">Largest message. <value>Default 4 MiB.</value></param>
/// <param name="Streams">Most agent streams at once. <value>Default 2,000.</value></param>
/// <param name="MessagesPerSecond">Messages read from one stream per second; a faster one is slowed, not cut. <value>Default 2,000.</value></param>
/// <param name="Watchers">Most watchers of the event feed at once, as many of directives, and as many of incidents. <value>Default 1,000.</value></param>
/// <param name="Hosts">Most hosts that may be known; a further one is refused. <value>Default 5,000.</value></param>
internal sealed record LimitSettings(int MessageBytes, int Streams, int MessagesPerSecond, int Watchers, int Hosts);

/// <summary>When silence means something.</summary>
/// <param name="SilenceLimit">A host that says nothing for no longer than this is not suspected. <value>Default 15 s.</value></param>
/// <param name="PhiThreshold">Nor is one whose silence is less unusual than this (phi accrual). <value>Default 8, 1 to 30.</value></param>
/// <param name="ReturnLimit">After a start, known hosts that do not come back within this are suspected. <value>Default 60 s.</value></param>
/// <param name="HelloLimit">A new stream must introduce itself within this. <value>Default 10 s.</value></param>
/// <param name="StopBudget">Time for agents and writes to end when the collector stops. <value>Default 10 s.</value></param>
internal sealed record LivenessSettings(TimeSpan SilenceLimit, int PhiThreshold, TimeSpan ReturnLimit, TimeSpan HelloLimit, TimeSpan StopBudget);

/// <summary>How writes are gathered, and the rhythm asked of agents.</summary>
/// <param name="QueueBytes">Most memory for messages that are not durable yet; when it is used up, agents wait. <value>Default 64 MiB.</value></param>
/// <param name="CommitDelay">Longest time a report waits for others to share its commit; events do not wait. <value>Default 100 ms.</value></param>
/// <param name="CommitReports">Most reports of one commit. <value>Default 1,000.</value></param>
/// <param name="FastInterval">Fast tier asked of agents. <value>Default 0 = their own.</value></param>
/// <param name="SlowInterval">Slow tier asked of agents. <value>Default 0 = their own.</value></param>
internal sealed record IngestSettings(
    long QueueBytes, TimeSpan CommitDelay, int CommitReports, TimeSpan FastInterval, TimeSpan SlowInterval);
