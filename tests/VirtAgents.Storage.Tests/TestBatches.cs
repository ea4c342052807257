using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Tests;

/// <summary>Makes small batches.</summary>
internal static class TestBatches
{
    /// <summary>2025-06-01 00:00 UTC, on the hour.</summary>
    public const long Start = 1_748_736_000_000;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Guid Id(int number) => new(number, 0, 7, [1, 2, 3, 4, 5, 6, 7, 8]);

    public static HostId Host(int number) => new(Id(1000 + number));

    public static BootId Boot(int number) => new(Id(2000 + number));

    public static Subject Vm(int number) => new(SubjectKind.Vm, Id(number), "");

    public static Subject HostSubject(int number) => new(SubjectKind.Host, Host(number).Value, "");

    public static WriteBatch Batch(params ReportRecord[] reports) => new(reports, [], [], []);

    /// <summary>A report of one metric: value of each VM, null where it has none.</summary>
    public static ReportRecord Report(
        int host, long sequence, long timeMs, MetricId metric, params (Subject Subject, long? Value)[] rows) =>
        Report(host, 1, sequence, timeMs, metric, rows);

    public static ReportRecord Report(
        int host, int boot, long sequence, long timeMs, MetricId metric, params (Subject Subject, long? Value)[] rows)
    {
        var samples = new SampleSet { TimeUnixMs = timeMs, Tier = SampleTier.Fast };
        var subjects = new List<Subject?> { HostSubject(host) };
        foreach (IGrouping<SubjectKind, (Subject Subject, long? Value)> kind in rows.GroupBy(r => r.Subject.Kind))
        {
            SampleTable table = samples.Add(kind.Key, [metric]);
            foreach ((Subject subject, long? value) in kind)
            {
                subjects.Add(subject);
                int row = table.AddRow(subjects.Count - 1);
                if (value is long there)
                {
                    table.Set(row, 0, there);
                }
            }
        }

        return new ReportRecord(Host(host), Boot(boot), sequence, samples, subjects);
    }

    public static FleetEvent Event(int host, HostEventKind kind, long timeMs, int? vm = null, string evidence = "") => new(
        Host(host),
        $"host{host}",
        new HostEvent(kind, timeMs, vm is int n ? new VmId(Id(n)) : null, vm is int m ? $"vm{m}" : "", "", VmState.Running, VmStateReason.Booted, evidence),
        VmState.ShutOff,
        timeMs + 5);

    public static async Task<List<SeriesPoints>> ReadAsync(ITimeSeriesStore store, RangeQuery query)
    {
        var all = new List<SeriesPoints>();
        await foreach (SeriesPoints series in store.RangeAsync(query, Token))
        {
            all.Add(series);
        }

        return all;
    }

    public static RangeQuery Range(MetricId metric, long fromMs, long toMs, params Guid[] owners) => new(metric, owners, null, fromMs, toMs);

    public static EventQuery Events(long after = 0, int limit = 1000, bool newestFirst = false) => new(after, 0, 0, null, null, [], limit, newestFirst);
}
