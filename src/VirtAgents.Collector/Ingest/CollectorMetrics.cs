using System.Diagnostics.Metrics;
using VirtAgents.Collector.Hosting;

namespace VirtAgents.Collector.Ingest;

/// <summary>The collector's own figures. Everything that is dropped, refused or slowed has one.</summary>
internal sealed class CollectorMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _reports;
    private readonly Counter<long> _values;
    private readonly Counter<long> _events;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _missing;
    private readonly Counter<long> _refused;
    private readonly Counter<double> _throttled;
    private readonly Counter<long> _storeFailures;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _expositionFailures;
    private readonly Counter<long> _watchersCut;
    private readonly Counter<long> _directiveSteps;
    private readonly Counter<long> _directiveNews;
    private readonly Histogram<double> _commit;
    private readonly Counter<long> _rolledUp;
    private readonly Counter<long> _sealedHours;
    private readonly Counter<long> _sealedBytes;
    private readonly Counter<long> _upkeepFailures;
    private readonly Counter<long> _linesNotJudged;
    private readonly Counter<long> _noticesTold;
    private readonly Counter<long> _noticeFailures;
    private readonly Counter<long> _probes;

    public CollectorMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(TelemetrySetup.MeterName);
        _reports = _meter.CreateCounter<long>("virtcollector.reports", "{report}", "Reports made durable");
        _values = _meter.CreateCounter<long>("virtcollector.values", "{value}", "Values made durable");
        _events = _meter.CreateCounter<long>("virtcollector.events", "{event}", "Lines of the event feed made durable");
        _duplicates = _meter.CreateCounter<long>("virtcollector.duplicates", "{message}", "Messages dropped since they were received before");
        _missing = _meter.CreateCounter<long>("virtcollector.missing", "{message}", "Messages that agents had to drop");
        _refused = _meter.CreateCounter<long>("virtcollector.streams.refused", "{stream}", "Streams ended by the collector, by cause");
        _throttled = _meter.CreateCounter<double>("virtcollector.throttled", "s", "Time streams were held back, by cause");
        _storeFailures = _meter.CreateCounter<long>("virtcollector.store.failures", "{write}", "Writes the store could not take; they are tried again");
        _linesNotJudged = _meter.CreateCounter<long>("virtcollector.incidents.lines.failed", "{line}", "Lines of the event feed that the incident rules failed on and passed over");
        _noticesTold = _meter.CreateCounter<long>("virtcollector.notices.told", "{notice}", "Notices of incidents that a receiver took");
        _noticeFailures = _meter.CreateCounter<long>("virtcollector.notices.failures", "{try}", "Tries to tell a receiver of an incident that failed; they are made again");
        _probes = _meter.CreateCounter<long>("virtcollector.liveness.probes", "{probe}", "Looks of agents at hosts that are not heard, by what they saw");
        _rejected = _meter.CreateCounter<long>("virtcollector.store.rejected", "{message}", "Messages the store will never take");
        _expositionFailures = _meter.CreateCounter<long>("virtcollector.exposition.failures", "{scrape}", "Scrapes of /metrics without sampled values, since the store could not be read");
        _watchersCut = _meter.CreateCounter<long>("virtcollector.watchers.cut", "{watcher}", "Watchers of the feed that were too slow");
        _directiveSteps = _meter.CreateCounter<long>("virtcollector.directives.changes", "{change}", "Recorded changes of directives, by the state after it");
        _directiveNews = _meter.CreateCounter<long>("virtcollector.directives.news", "{message}", "News of directives from agents, by effect; all but Recorded and Late are let go");
        _rolledUp = _meter.CreateCounter<long>("virtcollector.store.rolled_up", "{minute}", "Minutes of a host that were rolled up while their hour was written");
        _sealedHours = _meter.CreateCounter<long>("virtcollector.store.sealed.hours", "{hour}", "Hours of samples that were sealed, or sealed anew");
        _sealedBytes = _meter.CreateCounter<long>("virtcollector.store.sealed", "By", "Bytes of sealed hours written");
        _upkeepFailures = _meter.CreateCounter<long>("virtcollector.store.upkeep.failures", "{run}", "Runs of sealing and dropping that failed; they are tried again");
        _commit = _meter.CreateHistogram<double>("virtcollector.commit.duration", "s", "Time one commit took");
    }

    public void Stored(long reports, long values, long events, TimeSpan duration)
    {
        _reports.Add(reports);
        _values.Add(values);
        _events.Add(events);
        _commit.Record(duration.TotalSeconds);
    }

    public void Maintained(long minutes, int hours, long bytes)
    {
        _rolledUp.Add(minutes);
        _sealedHours.Add(hours);
        _sealedBytes.Add(bytes);
    }

    public void UpkeepFailed() => _upkeepFailures.Add(1);

    public void LineNotJudged() => _linesNotJudged.Add(1);

    public void NoticeTold() => _noticesTold.Add(1);

    public void NoticeFailed() => _noticeFailures.Add(1);

    public void Duplicate() => _duplicates.Add(1);

    public void Missing(long messages) => _missing.Add(messages);

    public void Refused(string cause) => _refused.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public void Throttled(string cause, TimeSpan time) => _throttled.Add(time.TotalSeconds, new KeyValuePair<string, object?>("cause", cause));

    public void StoreFailed() => _storeFailures.Add(1);

    public void ExpositionFailed() => _expositionFailures.Add(1);

    public void Rejected() => _rejected.Add(1);

    public void DirectiveStep(string state) => _directiveSteps.Add(1, new KeyValuePair<string, object?>("state", state));

    public void DirectiveNews(string effect) => _directiveNews.Add(1, new KeyValuePair<string, object?>("effect", effect));

    public void Probed(string outcome) => _probes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void WatcherCut() => _watchersCut.Add(1);

    /// <summary>A figure that is read when somebody asks.</summary>
    public void Observe(string name, string unit, string description, Func<long> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);

    public void Dispose() => _meter.Dispose();
}
