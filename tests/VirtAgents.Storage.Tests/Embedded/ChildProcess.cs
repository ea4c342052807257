using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>What the test executable does as a second process, and how tests start it.</summary>
internal static class ChildProcess
{
    public const string WriteMode = "child-write";
    public const string ReadMode = "child-read";
    public const int ReportsPerBatch = 5;
    private const int Vms = 20;

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "VirtAgents.Storage.Tests"), arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("the child did not start");
    }

    /// <summary>Writes batches until it is killed, and tells after each which sequence is durable. Beside that it seals hours without a pause.</summary>
    public static async Task<int> WriteAsync(string path, TextWriter output)
    {
        await using var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = path }, TimeProvider.System);
        await store.OpenAsync(CancellationToken.None);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                await store.MaintainAsync(all: true, null, CancellationToken.None);
            }
        });
        IReadOnlyList<StreamPosition> positions = await store.PositionsAsync(TestBatches.Host(1), CancellationToken.None);
        for (long sequence = (positions.Count == 0 ? 0 : positions[0].Contiguous) + 1; ; sequence += ReportsPerBatch)
        {
            WriteOutcome outcome = await store.WriteAsync(BatchFrom(sequence), CancellationToken.None);
            if (outcome.Status != WriteStatus.Durable)
            {
                await output.WriteLineAsync(outcome.Problem);
                return 1;
            }

            await output.WriteLineAsync((sequence + ReportsPerBatch - 1).ToString(CultureInfo.InvariantCulture));
            await output.FlushAsync();
        }
    }

    /// <summary>Reads the store of another process again and again, and tells how many values it saw at last.</summary>
    public static async Task<int> ReadAsync(string path, int times, TextWriter output)
    {
        await using var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = path, ReadOnly = true }, TimeProvider.System);
        await store.OpenAsync(CancellationToken.None);
        int seen = 0;
        for (int i = 0; i < times; i++)
        {
            int count = 0;
            var query = new RangeQuery(Metric.VmCpuTime, [TestBatches.Id(1)], null, 0, long.MaxValue);
            await foreach (SeriesPoints series in store.RangeAsync(query, CancellationToken.None))
            {
                count = series.Raw.Length;
            }

            if (count < seen || count % ReportsPerBatch != 0)
            {
                await output.WriteLineAsync($"saw {count} after {seen}");
                return 1;
            }

            seen = count;
        }

        await output.WriteLineAsync(seen.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    public static WriteBatch BatchFrom(long sequence) => TestBatches.Batch(
        [.. Enumerable.Range(0, ReportsPerBatch).Select(i => TestBatches.Report(
            1, sequence + i, TestBatches.Start + (60_000 * (sequence + i)), Metric.VmCpuTime,
            [.. Enumerable.Range(1, Vms).Select(vm => (TestBatches.Vm(vm), (long?)(sequence + i)))]))]);
}
