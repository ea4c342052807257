using System.Diagnostics;
using System.Globalization;
using VirtAgents.Testbed;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What a value costs on its way into InfluxDB: agents' streams from this process, the built collector and a real influxd as
/// processes of their own, CPU of both for the same values.
/// </summary>
internal static class InfluxBench
{
    private const string Database = "bench";
    private const int WarmReports = 5_000;
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromMinutes(1);

    public static int Run(string[] args)
    {
        if (args.Length > 3 || args.Any(a => !int.TryParse(a, CultureInfo.InvariantCulture, out _)))
        {
            Console.Error.WriteLine("usage: influx [STREAMS=50] [SECONDS=20] [INTERVAL_MS=0: as fast as the collector acknowledges]");
            return 2;
        }

        int[] numbers = [.. args.Select(a => int.Parse(a, CultureInfo.InvariantCulture))];
        int streams = numbers.ElementAtOrDefault(0) is > 0 and var n ? n : 50, seconds = numbers.ElementAtOrDefault(1) is > 0 and var s ? s : 20;
        return MeasureAsync(streams, TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(numbers.ElementAtOrDefault(2))).GetAwaiter().GetResult();
    }

    private static async Task<int> MeasureAsync(int streams, TimeSpan length, TimeSpan interval)
    {
        await using InfluxServer server = await InfluxServer.StartAsync(CancellationToken.None);
        await using BenchCollector collector = await BenchCollector.StartAsync(
            "--Store:Kind=Influx", $"--Store:Influx:Url={server.Url}", $"--Store:Influx:Database={Database}", "--Store:Retention=0");
        using var load = new StreamLoad(collector.Endpoint, streams, interval);
        await WarmAsync(load, interval);
        long before = load.AckedReports;
        TimeSpan collectorBefore = collector.Cpu, serverBefore = server.Cpu;
        var watch = Stopwatch.StartNew();
        await load.RunAsync(length);
        double ours = (collector.Cpu - collectorBefore).TotalSeconds, theirs = (server.Cpu - serverBefore).TotalSeconds, took = watch.Elapsed.TotalSeconds;
        long acked = load.AckedReports;
        double values = (acked - before) * StreamLoad.ValuesPerReport;
        Console.WriteLine(Invariant($"influx: {streams} streams of {StreamLoad.Vms} VMs, {values / 1e6:F2} M values durable in {took:F1} s ({values / took / 1e3:F0} k/s)"));
        Console.WriteLine(Invariant($"  collector: {ours / took:F2} cores, {ours / values * 1e6:F2} us per value, {collector.ResidentMebibytes} MiB resident"));
        Console.WriteLine(Invariant($"  influxd:   {theirs / took:F2} cores, {theirs / values * 1e6:F2} us per value"));
        Console.WriteLine(Invariant($"  the collector costs {ours / theirs:F2} of what influxd costs"));
        return values > 0 && await HasAsync(server, acked * StreamLoad.Vms) ? 0 : 1;
    }

    /// <summary>Until it is connected and compiled and the server knows the series, which takes long on a busy machine.</summary>
    private static async Task WarmAsync(StreamLoad load, TimeSpan interval)
    {
        var watch = Stopwatch.StartNew();
        do
        {
            await load.RunAsync(TimeSpan.FromSeconds(5) + interval);
        }
        while (interval == TimeSpan.Zero && load.AckedReports < WarmReports && watch.Elapsed < LongestWarmUp);
    }

    /// <summary>Figures of values that did not arrive are worth nothing.</summary>
    private static async Task<bool> HasAsync(InfluxServer server, long rows)
    {
        string answer = await server.QueryAsync("SELECT count(fast_epoch) FROM vm", Database);
        string count = answer[(answer.LastIndexOf(',') + 1)..].TrimEnd(']', '}', '\n', ' ');
        bool there = long.TryParse(count, CultureInfo.InvariantCulture, out long stored) && stored >= rows;
        if (!there)
        {
            Console.Error.WriteLine($"influxd has {count} rows, acknowledged were {rows}");
        }

        return there;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
