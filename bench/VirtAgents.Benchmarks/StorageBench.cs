using System.Diagnostics;
using System.Globalization;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Benchmarks;

/// <summary>
/// CPU and bytes per value of the embedded store for an hour of 50 hosts x 50 VMs x 20 values at 10 s, one batch a tick, and
/// what queries take. Beside it, in the same run, ten minutes of the same load as rows of a plain SQLite table.
/// </summary>
internal static class StorageBench
{
    private const int Batches = 360, WarmBatches = 20, RowBatches = 60, Queries = 9;
    private const long Start = 1_748_736_000_000;

    public static int Run(string[] args)
    {
        if (args.Length > 0)
        {
            Console.Error.WriteLine("usage: storage");
            return 2;
        }

        return MeasureAsync().GetAwaiter().GetResult();
    }

    private static async Task<int> MeasureAsync()
    {
        string directory = Directory.CreateTempSubdirectory("virtagents-bench-").FullName;
        try
        {
            await MeasureStoreAsync(Path.Combine(directory, "store.db"));
            MeasureRows(Path.Combine(directory, "rows.db"));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MeasureStoreAsync(string path)
    {
        var load = new StorageLoad(Start);
        var writes = new Meter();
        await using (EmbeddedStore store = await OpenAsync(path))
        {
            for (int i = 0; i < Batches; i++)
            {
                WriteBatch batch = load.Next();
                writes.Start();
                WriteOutcome outcome = await store.WriteAsync(batch, CancellationToken.None);
                writes.Stop(counts: i >= WarmBatches);
                Require(outcome is { Status: WriteStatus.Durable, Values: StorageLoad.Values }, outcome.ToString());
            }
        }

        long values = (long)Batches * StorageLoad.Values;
        writes.Print("embedded: write", (Batches - WarmBatches) * (long)StorageLoad.Values, Batches - WarmBatches);
        Print($"embedded: {(double)new FileInfo(path).Length / values:F2} bytes on disk per value ({values / 1e6:F0} M values)");

        var watch = Stopwatch.StartNew();
        await using EmbeddedStore again = await OpenAsync(path);
        Print($"embedded: open in {watch.Elapsed.TotalMilliseconds:F0} ms");
        await QueryAsync("embedded: 1 metric of 1 VM, 1 h", again, new(StorageLoad.Columns[0], [load.Vm(7, 7).Owner], null, Start, load.TimeUnixMs + 10_000), 1, Batches);
        await QueryAsync("embedded: 1 metric of 50 VMs of 1 host, 1 h", again, new(StorageLoad.Columns[0], [.. Enumerable.Range(0, 50).Select(i => load.Vm(7, i).Owner)], null, Start, load.TimeUnixMs + 10_000), 50, Batches);
        await QueryAsync("embedded: 1 metric of 1 VM, 10 min", again, new(StorageLoad.Columns[0], [load.Vm(7, 7).Owner], null, load.TimeUnixMs - 590_000, load.TimeUnixMs + 10_000), 1, 60);
    }

    private static async Task QueryAsync(string what, EmbeddedStore store, RangeQuery query, int series, int points)
    {
        var times = new List<double>();
        for (int i = 0; i < Queries; i++)
        {
            var watch = Stopwatch.StartNew();
            int found = 0;
            await foreach (SeriesPoints one in store.RangeAsync(query, CancellationToken.None))
            {
                found += one.Raw.Length == points ? 1 : 0;
            }

            times.Add(watch.Elapsed.TotalMilliseconds);
            Require(found == series, $"{found} series of {points} points instead of {series}");
        }

        Print($"{what}: {Machine.Median(times):F1} ms (median of {Queries})");
    }

    private static void MeasureRows(string path)
    {
        var load = new StorageLoad(Start);
        var writes = new Meter();
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

    private static async Task<EmbeddedStore> OpenAsync(string path)
    {
        var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = path }, new FixedClock());
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

    /// <summary>CPU of the process and allocations over the measured parts.</summary>
    private sealed class Meter
    {
        private TimeSpan _cpu;
        private long _allocated;
        private TimeSpan _startCpu;
        private long _startAllocated;

        public void Start() => (_startCpu, _startAllocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));

        public void Stop(bool counts)
        {
            if (counts)
            {
                _cpu += Environment.CpuUsage.TotalTime - _startCpu;
                _allocated += GC.GetTotalAllocatedBytes(precise: true) - _startAllocated;
            }
        }

        public void Print(string what, long values, int batches) => StorageBench.Print(
            $"{what}: {_cpu.TotalMicroseconds / values:F4} us CPU per value, {values / _cpu.TotalSeconds / 1e6:F2} M values per CPU-second, {_allocated / (double)batches:F0} bytes allocated per batch ({_allocated / (double)values:F3} per value)");
    }

    /// <summary>The load is of a fixed day; by this clock it has just been written.</summary>
    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Start).AddHours(1);
    }
}
