using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Collector.Tests.Query;

/// <summary>What a test wants to be stored, and two stores to put it into.</summary>
internal sealed class StoredValues
{
    private readonly List<(Subject Subject, MetricId Metric, long Time, long Raw)> _values = [];
    private readonly List<FleetEvent> _events = [];

    public StoredValues Add(Subject subject, MetricId metric, params (long Time, long Raw)[] values)
    {
        _values.AddRange(values.Select(v => (subject, metric, v.Time, v.Raw)));
        return this;
    }

    public StoredValues Add(params FleetEvent[] events)
    {
        _events.AddRange(events);
        return this;
    }

    public ListStore ToLists()
    {
        ListStore store = new();
        foreach ((Subject subject, MetricId metric, long time, long raw) in _values)
        {
            store.Add(subject, metric, (time, raw));
        }

        _events.ForEach(e => store.Add(e));
        return store;
    }

    public async Task<EmbeddedStore> ToEmbeddedAsync(string directory, CancellationToken cancellationToken)
    {
        EmbeddedStore store = new(new EmbeddedStoreOptions { Path = Path.Combine(directory, "store.db") }, TimeProvider.System);
        await store.OpenAsync(cancellationToken);
        Subject?[] subjects = [.. _values.Select(v => v.Subject).Distinct()];
        ReportRecord[] reports =
        [
            .. _values.GroupBy(v => (v.Time, MetricCatalogue.Find(v.Metric)!.Tier)).OrderBy(g => g.Key.Time)
                .Select((tick, i) => new ReportRecord(SampleFleet.Alpha, new BootId(SampleFleet.Alpha.Value), i + 1, Samples(tick.Key.Time, tick.Key.Tier, [.. tick], subjects), subjects)),
        ];
        WriteOutcome outcome = await store.WriteAsync(new WriteBatch(reports, _events, [], []), cancellationToken);
        Assert.Equal((WriteStatus.Durable, null), (outcome.Status, outcome.Problem));
        return store;
    }

    private static SampleSet Samples(
        long time, SampleTier tier, (Subject Subject, MetricId Metric, long Time, long Raw)[] values, Subject?[] subjects)
    {
        SampleSet samples = new() { TimeUnixMs = time, Tier = tier };
        foreach (var kind in values.GroupBy(v => v.Subject.Kind))
        {
            SampleTable table = samples.Add(kind.Key, [.. kind.Select(v => v.Metric).Distinct()]);
            foreach (var subject in kind.GroupBy(v => v.Subject))
            {
                int row = table.AddRow(Array.IndexOf(subjects, subject.Key));
                foreach ((_, MetricId metric, _, long raw) in subject)
                {
                    table.Set(row, metric, raw);
                }
            }
        }

        return samples;
    }
}
