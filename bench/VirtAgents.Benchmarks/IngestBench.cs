using System.Diagnostics;
using System.Globalization;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What a report costs the collector, from the socket to the disk: the built collector as a process of its own on the embedded
/// store, agents' streams from this process, CPU and memory of the collector alone.
/// </summary>
internal static class IngestBench
{
    public static int Run(string[] args)
    {
        if (args.Length > 3 || args.Any(a => !int.TryParse(a, CultureInfo.InvariantCulture, out _)))
        {
            Console.Error.WriteLine("usage: ingest [STREAMS=50] [SECONDS=20] [INTERVAL_MS=0: as fast as the collector acknowledges]");
            return 2;
        }

        int[] numbers = [.. args.Select(a => int.Parse(a, CultureInfo.InvariantCulture))];
        int streams = numbers.ElementAtOrDefault(0) is > 0 and var n ? n : 50, seconds = numbers.ElementAtOrDefault(1) is > 0 and var s ? s : 20;
        return MeasureAsync(streams, TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(numbers.ElementAtOrDefault(2))).GetAwaiter().GetResult();
    }

    private static async Task<int> MeasureAsync(int streams, TimeSpan length, TimeSpan interval)
    {
        await using BenchCollector collector = await BenchCollector.StartAsync();
        using var load = new StreamLoad(collector.Endpoint, streams, interval);
        await load.RunAsync(TimeSpan.FromSeconds(5) + interval); // connected, compiled, caches warm
        long before = load.AckedReports;
        TimeSpan cpu = collector.Cpu;
        var watch = Stopwatch.StartNew();
        await load.RunAsync(length);
        double used = (collector.Cpu - cpu).TotalSeconds, took = watch.Elapsed.TotalSeconds;
        double values = (load.AckedReports - before) * StreamLoad.ValuesPerReport;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ingest: {streams} streams of {StreamLoad.Vms} VMs, {values / 1e6:F2} M values durable in {took:F1} s ({values / took / 1e3:F0} k/s)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  collector: {used / took:F2} cores, {values / used / 1e6:F2} M values per CPU-second, {collector.ResidentMebibytes} MiB resident, {collector.StoreBytes / Math.Max(1, (double)load.AckedReports * StreamLoad.ValuesPerReport):F2} bytes on disk per value"));
        return values > 0 ? 0 : 1;
    }
}
