using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Hosting;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Anomalies;

/// <summary>Looks over the fleet in a rhythm, and puts what it finds into the feed.</summary>
/// <param name="period">The rhythm.</param>
/// <param name="what">What it looks at, for the log: "&lt;what&gt; could not be looked at".</param>
/// <param name="topology">What depends on what.</param>
/// <param name="writer">Where the feed is written.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal abstract partial class FleetLook(TimeSpan period, string what, FleetTopology topology, BatchWriter writer, TimeProvider time, ILogger log) : PeriodicJob(period, time)
{
    private readonly TimeSpan _period = period;
    private readonly TimeProvider _time = time;
    private readonly ILogger _log = log;

    /// <summary>Clock of the collector, milliseconds since 1970 UTC.</summary>
    protected long NowUnixMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Looks once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        Topology current = topology.Current;
        IReadOnlyList<PeerNews> news = await ObserveAsync(current, cancellationToken);
        if (news.Count > 0)
        {
            writer.EnqueueOwn(new IngestItem { Events = news.ToLines(current, NowUnixMs) });
        }
    }

    /// <summary>What began and what is over.</summary>
    protected abstract ValueTask<IReadOnlyList<PeerNews>> ObserveAsync(Topology current, CancellationToken cancellationToken);

    protected override async ValueTask DoAsync(CancellationToken cancellationToken) => await LookAsync(cancellationToken);

    protected override void Tell(Exception problem) => LogNotLooked(what, _period, problem);

    [LoggerMessage(2152, LogLevel.Error, "{What} could not be looked at; it is tried again in {Period}.")]
    private partial void LogNotLooked(string what, TimeSpan period, Exception problem);
}
