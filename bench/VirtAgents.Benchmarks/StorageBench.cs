using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Benchmarks;

/// <summary>
/// CPU and bytes per value of the embedded store for a day of 1,000 VMs x 20 values at 10 s, one batch a tick, what sealing costs, and
/// what queries take. Beside it, in the same run, ten minutes of the same load as rows of a plain SQLite table.
/// </summary>
internal static class StorageBench
{
    private const int BatchesPerHour = 360, BatchesPerMinute = 6, OpenMinutes = 50, WarmBatches = 20, RowBatches = 60, Queries = 9;
    private const long Start = 1_748_736_000_000, HourMs = 3_600_000;

    public static int Run(string[] args)
    {
        int hours = 24;
        if (args.Length > 1 || (args.Length == 1 && !(int.TryParse(args[0], out hours) && hours is >= 1 and <= 240)))
        {
            Console.Error.WriteLine("usage: storage [HOURS]   (1 to 240, default 24)");
            return 2;
        }

        return MeasureAsync(hours).GetAwaiter().GetResult();
    }

    private static async Task<int> MeasureAsync(int hours)
    {
        string directory = Directory.CreateTempSubdirectory("virtagents-bench-").FullName;
        try
        {
            await MeasureStoreAsync(Path.Combine(directory, "store.db"), hours);
            MeasureRows(Path.Combine(directory, "rows.db"));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MeasureStoreAsync(string path, int hours)
    {
        var load = new StorageLoad(Start);
        var clock = new LoadClock(load);
        await WriteAsync(path, load, clock, hours);
        var watch = Stopwatch.StartNew();
        await using EmbeddedStore store = await OpenAsync(path, clock);
        Print($"embedded: open in {watch.Elapsed.TotalMilliseconds:F0} ms");
        long toMs = Start + (hours * HourMs);
        Figure cpu = Figure.Of(DerivedCatalogue.Find("vm_cpu_percent")!);
        Guid[] one = [load.Vm(7, 7).Owner];
        Guid[] all = load.Vms();
        await SummariesAsync($"p95 of CPU of 1,000 VMs, {hours} h, from rollups", store, new(cpu, all, null, Start, toMs, hours * HourMs) { WithValues = true }, all.Length);
        await SummariesAsync($"p95 of CPU of 1,000 VMs, {hours} h, exact from samples", store, new(cpu, all, null, Start, toMs, hours * HourMs) { WithValues = true, Exact = true }, all.Length, runs: 3);
        await SummariesAsync($"CPU of 1 VM, {hours} h, steps of 1 min", store, new(cpu, one, null, Start, toMs, 60_000), hours * 60);
        await SummariesAsync($"CPU of 1,000 VMs by hour, {hours} h", store, new(cpu, all, null, Start, toMs, HourMs), all.Length * hours);
        await RangeAsync("samples of 1 metric of 1 VM, 1 h", store, new(StorageLoad.Columns[0], one, null, Start, Start + HourMs));
        await LatestAsync(store, load);
    }

    private static async Task WriteAsync(string path, StorageLoad load, LoadClock clock, int hours)
    {
        var writes = new StorageMeter();
        var rollups = new StorageMeter();
        var seals = new StorageMeter();
        long peak = 0;
        await using EmbeddedStore store = await OpenAsync(path, clock);
        for (int i = 0; i < hours * BatchesPerHour; i++)
        {
            WriteBatch batch = load.Next();
            writes.Start();
            WriteOutcome outcome = await store.WriteAsync(batch, CancellationToken.None);
            writes.Stop(counts: i >= WarmBatches);
            Require(outcome is { Status: WriteStatus.Durable, Values: StorageLoad.Values }, outcome.ToString());
            if ((i + 1) % BatchesPerMinute == 0)
            {
                rollups.Start();
                await store.MaintainAsync(all: false, null, CancellationToken.None);
                rollups.Stop(counts: true);
                peak = Math.Max(peak, Environment.WorkingSet);
            }

            if ((i + 1) % BatchesPerHour == 0)
            {
                seals.Start();
                await store.MaintainAsync(all: true, null, CancellationToken.None);
                seals.Stop(counts: true);
                peak = Math.Max(peak, Environment.WorkingSet);
            }
        }

        clock.Ahead = TimeSpan.FromMinutes(1);
        await store.MaintainAsync(all: true, null, CancellationToken.None);
        long values = (long)hours * BatchesPerHour * StorageLoad.Values;
        writes.Print("embedded: write", values - (WarmBatches * StorageLoad.Values), (hours * BatchesPerHour) - WarmBatches);
        rollups.Print("embedded: roll up while samples arrive", values, hours);
        seals.Print("embedded: seal", values, hours);
        StoreContent content = await store.ContentAsync(CancellationToken.None);
        foreach (TierContent tier in content.Tiers)
        {
            Print($"embedded: {tier.Name}: {(double)tier.Bytes / values:F2} bytes per value stored");
        }

        Print($"embedded: {(double)content.FileBytes / values:F2} bytes of file per value ({values / 1e6:F0} M values), highest RSS {peak / 1048576} MiB");
        clock.Ahead = TimeSpan.Zero;
        await OpenHourAsync(store, load);
    }

    /// <summary>What the rollups of an hour that is still written are good for.</summary>
    private static async Task OpenHourAsync(EmbeddedStore store, StorageLoad load)
    {
        long fromMs = load.TimeUnixMs;
        for (int i = 0; i < OpenMinutes * BatchesPerMinute; i++)
        {
            Require((await store.WriteAsync(load.Next(), CancellationToken.None)).Status == WriteStatus.Durable, "the open hour");
            if (i % BatchesPerMinute == 0)
            {
                await store.MaintainAsync(all: false, null, CancellationToken.None);
            }
        }

        Guid[] all = load.Vms();
        SummaryQuery minutes = new(Figure.Of(DerivedCatalogue.Find("vm_cpu_percent")!), all, null, fromMs, fromMs + (OpenMinutes * 60_000L), 60_000);
        SummaryQuery whole = minutes with { StepMs = HourMs, WithValues = true };
        await SummariesAsync($"mean CPU of 1,000 VMs by minute, {OpenMinutes} min of the open hour", store, minutes, all.Length * OpenMinutes);
        await SummariesAsync($"mean CPU of 1,000 VMs by minute, {OpenMinutes} min of the open hour, from samples", store, minutes with { Exact = true }, all.Length * OpenMinutes);
        await SummariesAsync($"p95 of CPU of 1,000 VMs, {OpenMinutes} min of the open hour", store, whole, all.Length);
        await SummariesAsync($"p95 of CPU of 1,000 VMs, {OpenMinutes} min of the open hour, exact from samples", store, whole with { Exact = true }, all.Length);
    }

    private static async Task SummariesAsync(string what, EmbeddedStore store, SummaryQuery query, int steps, int runs = Queries)
    {
        var times = new List<double>();
        SummarySources sources = default;
        for (int i = 0; i < runs; i++)
        {
            var watch = Stopwatch.StartNew();
            int found = 0;
            sources = default;
            await foreach (SeriesSummaries one in store.SummariesAsync(query, CancellationToken.None))
            {
                found += one.Steps.Count;
                sources += one.Sources;
                if (query.WithValues)
                {
                    Require(one.Steps[0].Summary.Fold(Aggregation.Percentile, 95) is >= 0 and <= 110, "a percentile out of range");
                }
            }

            times.Add(watch.Elapsed.TotalMilliseconds);
            Require(found == steps, $"{found} steps instead of {steps}");
        }

        Print($"embedded: {what}: {Machine.Median(times):F1} ms (median of {runs}; {sources.Raw} samples, {sources.Minutes} minutes, {sources.Hours} hours read)");
    }

    private static async Task RangeAsync(string what, EmbeddedStore store, RangeQuery query)
    {
        var times = new List<double>();
        for (int i = 0; i < Queries; i++)
        {
            var watch = Stopwatch.StartNew();
            int found = 0;
            await foreach (SeriesPoints one in store.RangeAsync(query, CancellationToken.None))
            {
                found += one.Raw.Length;
            }

            times.Add(watch.Elapsed.TotalMilliseconds);
            Require(found is BatchesPerHour or BatchesPerHour - 1, $"{found} points");
        }

        Print($"embedded: {what}: {Machine.Median(times):F1} ms (median of {Queries})");
    }

    private static async Task LatestAsync(EmbeddedStore store, StorageLoad load)
    {
        // The cache fills with what is written; one more tick brings every VM into it.
        Require((await store.WriteAsync(load.Next(), CancellationToken.None)).Status == WriteStatus.Durable, "the last tick");
        var times = new List<double>();
        for (int i = 0; i < Queries; i++)
        {
            var watch = Stopwatch.StartNew();
            IReadOnlyList<SeriesValue> newest = await store.LatestAsync(new LatestQuery(null, Metric.VmCpuTime, TimeSpan.FromSeconds(5), load.TimeUnixMs + 1_000), CancellationToken.None);
            times.Add(watch.Elapsed.TotalMilliseconds);
            Require(newest.Count == StorageLoad.Hosts * StorageLoad.VmsPerHost, $"{newest.Count} newest values");
        }

        Print($"embedded: newest value of 1,000 VMs: {Machine.Median(times):F1} ms (median of {Queries})");
    }

    private static void MeasureRows(string path)
    {
        var load = new StorageLoad(Start);
        var writes = new StorageMeter();
        var times = new List<double>();
        using (var rows = new StorageRows(path))
        {
            for (int i = 0; i < RowBatches; i++)
            {
                WriteBatch batch = load.Next();
                writes.Start();
                rows.Write(batch);
                writes.Stop(counts: i > 0);
            }

            for (int i = 0; i < Queries; i++)
            {
                var watch = Stopwatch.StartNew();
                int found = rows.Read((7 * StorageLoad.VmsPerHost) + 7, Start, load.TimeUnixMs + 10_000);
                times.Add(watch.Elapsed.TotalMilliseconds);
                Require(found == RowBatches, $"{found} rows instead of {RowBatches}");
            }
        }

        long values = (long)RowBatches * StorageLoad.Values;
        writes.Print("rows: write", (RowBatches - 1) * (long)StorageLoad.Values, RowBatches - 1);
        Print($"rows: {(double)new FileInfo(path).Length / values:F2} bytes on disk per value");
        Print($"rows: 1 metric of 1 VM, 10 min: {Machine.Median(times):F1} ms (median of {Queries})");
    }

    private static async Task<EmbeddedStore> OpenAsync(string path, TimeProvider clock)
    {
        var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = path }, clock);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }

    private static void Require(bool good, string what)
    {
        if (!good)
        {
            throw new InvalidOperationException(what);
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>The load is of a fixed day; by this clock it has just been written.</summary>
    private sealed class LoadClock(StorageLoad load) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(load.TimeUnixMs).Add(Ahead);
    }
}
