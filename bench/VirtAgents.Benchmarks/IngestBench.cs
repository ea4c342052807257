using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

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
        string directory = Directory.CreateTempSubdirectory("virtagents-bench-").FullName;
        int port = FreePort();
        using Process collector = StartCollector(directory, port);
        ShowComplaints(collector);
        try
        {
            await WaitAsync(() => File.Exists(Path.Combine(directory, "ready")), collector);
            using var load = new StreamLoad($"http://127.0.0.1:{port}", streams, interval);
            await load.RunAsync(TimeSpan.FromSeconds(5) + interval); // connected, compiled, caches warm
            long before = load.AckedReports;
            TimeSpan cpu = CpuOf(collector);
            var watch = Stopwatch.StartNew();
            await load.RunAsync(length);
            double used = (CpuOf(collector) - cpu).TotalSeconds, took = watch.Elapsed.TotalSeconds;
            double values = (load.AckedReports - before) * StreamLoad.ValuesPerReport;
            collector.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ingest: {streams} streams of {StreamLoad.Vms} VMs, {values / 1e6:F2} M values durable in {took:F1} s ({values / took / 1e3:F0} k/s)"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  collector: {used / took:F2} cores, {values / used / 1e6:F2} M values per CPU-second, {collector.WorkingSet64 >> 20} MiB resident, {StoreBytes(directory) / Math.Max(1, (double)load.AckedReports * StreamLoad.ValuesPerReport):F2} bytes on disk per value"));
            return values > 0 ? 0 : 1;
        }
        finally
        {
            collector.Kill();
            await collector.WaitForExitAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Process StartCollector(string directory, int port)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", "VirtAgents.Collector", "release", "virtcollector");
        return Process.Start(new ProcessStartInfo(program,
        [
            "--insecure", "--ready-file", Path.Combine(directory, "ready"), $"--Listen:Grpc=127.0.0.1:{port}",
            $"--Listen:Http=127.0.0.1:{FreePort()}", $"--Store:Embedded:Path={Path.Combine(directory, "store", "virtagents.db")}",
        ])
        { RedirectStandardOutput = true }) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Shows what the collector complains about: a figure of a collector with errors is worth nothing.</summary>
    private static void ShowComplaints(Process collector)
    {
        collector.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text && (text.Contains("warn", StringComparison.Ordinal) || text.Contains("fail", StringComparison.Ordinal)))
            {
                Console.Error.WriteLine($"collector: {text}");
            }
        };
        collector.BeginOutputReadLine();
    }

    private static async Task WaitAsync(Func<bool> condition, Process collector)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < 600 && !condition(); i++)
        {
            if (collector.HasExited)
            {
                throw new InvalidOperationException($"the collector ended with {collector.ExitCode}");
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    private static TimeSpan CpuOf(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    private static double StoreBytes(string directory) =>
        Directory.GetFiles(Path.Combine(directory, "store"), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
