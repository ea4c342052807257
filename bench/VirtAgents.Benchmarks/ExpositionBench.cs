using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What one scrape of /metrics costs the collector: the built collector and a built agent of simulated hosts as processes of their own,
/// CPU of the collector alone, less what it takes for the samples meanwhile. Beside it the floor: the same bytes copied once, and
/// compressed as they are sent.
/// </summary>
internal static class ExpositionBench
{
    private const int Hosts = 50, Rounds = 7, Warmup = 60;

    public static int Run(string[] args)
    {
        int vms = 1_000, scrapes = 20;
        if (args.Length > 2 || (args.Length > 0 && !int.TryParse(args[0], out vms)) || (args.Length > 1 && !int.TryParse(args[1], out scrapes)) || vms < Hosts || scrapes < 1)
        {
            Console.Error.WriteLine($"usage: exposition [VMS=1000, at least {Hosts}] [SCRAPES=20 of each of {Rounds} rounds]");
            return 2;
        }

        return MeasureAsync(vms / Hosts, scrapes).GetAwaiter().GetResult();
    }

    private static async Task<int> MeasureAsync(int vmsPerHost, int scrapes)
    {
        await using BenchCollector collector = await BenchCollector.StartAsync();
        using Process agent = StartAgent(collector, vmsPerHost);
        try
        {
            using HttpClient http = new();
            byte[] page = await SettledAsync(http, collector.Metrics, Hosts * vmsPerHost);
            Console.WriteLine(Invariant($"exposition: {Hosts * vmsPerHost} VMs on {Hosts} hosts, {Lines(page)} values, {page.Length / 1e6:F2} MB, compressed {Pack(page).Length / 1e6:F2} MB"));
            await PrintAsync("plain", collector, scrapes, () => http.GetByteArrayAsync(collector.Metrics));
            await PrintAsync("compressed", collector, scrapes, () => CompressedAsync(http, collector.Metrics));
            byte[] copy = new byte[page.Length];
            PrintFloor("floor: copy the bytes", () => page.CopyTo(copy, 0));
            PrintFloor("floor: compress the bytes", () => Pack(page));
            return 0;
        }
        finally
        {
            agent.Kill();
            await agent.WaitForExitAsync();
        }
    }

    private static Process StartAgent(BenchCollector collector, int vmsPerHost)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", "VirtAgents.Agent", "release", "virtagent");
        string[] settings = [$"Collector:Endpoints:0={collector.Endpoint}", $"Simulation:VmsPerHost={vmsPerHost}", $"Spool:Path={Path.Combine(collector.Directory, "spool")}"];
        return Process.Start(new ProcessStartInfo(program, ["--simulate", $"{Hosts}", .. settings.SelectMany(s => new[] { "--set", s })]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>A page that has the slow figures of every VM too, after the collector has been compiled.</summary>
    private static async Task<byte[]> SettledAsync(HttpClient http, Uri metrics, int vms)
    {
        using PeriodicTimer ticks = new(TimeSpan.FromMilliseconds(500));
        for (int i = 0; i < 240; i++)
        {
            await ticks.WaitForNextTickAsync();
            string text = await http.GetStringAsync(metrics);
            if (text.Split('\n').Count(l => l.StartsWith("vm_memory_guest_usable_bytes{", StringComparison.Ordinal)) == vms)
            {
                for (int warm = 0; warm < Warmup; warm++)
                {
                    await http.GetByteArrayAsync(metrics);
                    await CompressedAsync(http, metrics);
                }

                return await http.GetByteArrayAsync(metrics);
            }
        }

        throw new InvalidOperationException($"the page never told of all {vms} VMs");
    }

    private static async Task<byte[]> CompressedAsync(HttpClient http, Uri metrics)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, metrics) { Headers = { { "Accept-Encoding", "gzip" } } };
        using HttpResponseMessage answer = await http.SendAsync(request);
        return answer.Content.Headers.ContentEncoding.Contains("gzip") ? await answer.Content.ReadAsByteArrayAsync() : throw new InvalidOperationException("the page is not compressed");
    }

    private static async Task PrintAsync(string what, BenchCollector collector, int scrapes, Func<Task<byte[]>> scrape)
    {
        List<double> cpu = [], took = [];
        for (int round = 0; round < Rounds; round++)
        {
            TimeSpan start = collector.Cpu;
            var watch = Stopwatch.StartNew();
            for (int i = 0; i < scrapes; i++)
            {
                await scrape();
            }

            TimeSpan length = watch.Elapsed, used = collector.Cpu - start;
            start = collector.Cpu;
            await Task.Delay(length, TimeProvider.System);
            cpu.Add((used - (collector.Cpu - start)).TotalMilliseconds / scrapes);
            took.Add(length.TotalMilliseconds / scrapes);
        }

        Console.WriteLine(Invariant($"  {what}: {Machine.Median(cpu):F1} ms CPU of the collector per scrape, {Machine.Median(took):F1} ms until it was read (medians of {Rounds} rounds of {scrapes})"));
    }

    private static void PrintFloor(string what, Action action)
    {
        List<double> cpu = [];
        for (int round = 0; round < Rounds; round++)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < 10; i++)
            {
                action();
            }

            cpu.Add((Environment.CpuUsage.TotalTime - start).TotalMilliseconds / 10);
        }

        Console.WriteLine(Invariant($"  {what}: {Machine.Median(cpu):F1} ms CPU (median of {Rounds})"));
    }

    private static byte[] Pack(byte[] page)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(page);
        }

        return packed.ToArray();
    }

    // The page begins with a comment and ends with a line end.
    private static int Lines(byte[] page) => page.AsSpan().Count((byte)'\n') - page.AsSpan().Count("\n#"u8) - 1;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
