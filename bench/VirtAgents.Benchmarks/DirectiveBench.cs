using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Benchmarks;

/// <summary>
/// How long a directive is under way: from the call of SendDirective to the news, at a watcher, that the collector has recorded
/// that the agent carries it out. Meanwhile reports flow on the same stream. The collector is a process of its own, the agent is
/// in this one, and what they write goes to the disk: three commits (proposed, sent, running) and a line of the agent's journal.
/// </summary>
internal static class DirectiveBench
{
    private const int Vms = 50, WarmUp = 50;
    private static readonly TimeSpan Rhythm = TimeSpan.FromMilliseconds(100), ReportInterval = TimeSpan.FromMilliseconds(20);

    public static int Run(string[] args)
    {
        int count = 0;
        if (args.Length > 1 || (args.Length == 1 && (!int.TryParse(args[0], CultureInfo.InvariantCulture, out count) || count < 1)))
        {
            Console.Error.WriteLine("usage: directives [COUNT=500]");
            return 2;
        }

        return MeasureAsync(count > 0 ? count : 500).GetAwaiter().GetResult();
    }

    private static async Task<int> MeasureAsync(int count)
    {
        await using BenchCollector collector = await BenchCollector.StartAsync();
        await using BenchAgent agent = await BenchAgent.StartAsync(collector.Endpoint, collector.Directory, Vms, ReportInterval);
        await using DirectiveLoad load = await DirectiveLoad.ConnectAsync(collector.Endpoint);
        VmInfo[] vms = [.. agent.Vms];
        await load.AreKnownAsync(vms.Length);
        await SendAsync(load, vms, 0, WarmUp); // connected, compiled, caches warm
        double reports = await collector.FigureAsync("virtcollector_reports_total"), values = await collector.FigureAsync("virtcollector_values_total");
        TimeSpan cpu = collector.Cpu;
        var watch = Stopwatch.StartNew();
        DirectiveTimes[] times = await SendAsync(load, vms, WarmUp, count);
        double took = watch.Elapsed.TotalSeconds;
        reports = await collector.FigureAsync("virtcollector_reports_total") - reports;
        values = await collector.FigureAsync("virtcollector_values_total") - values;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"directives: {count} in {took:F1} s, beside {reports / took:F1} reports a second of {values / reports:F0} values; collector {(collector.Cpu - cpu).TotalSeconds / took:F2} cores; at the end: {Machine.Describe()}"));
        Print("recorded and answered", times.Select(t => t.Answered));
        Print("carried out by the agent, as recorded", times.Select(t => t.Begun));
        return reports / took >= 0.9 * (TimeSpan.FromSeconds(1) / ReportInterval) ? 0 : 1;
    }

    /// <summary>One after the other in a rhythm of their own, whatever the ones before take.</summary>
    private static async Task<DirectiveTimes[]> SendAsync(DirectiveLoad load, VmInfo[] vms, int from, int count)
    {
        var random = new Random(from);
        List<Task<DirectiveTimes>> sent = [];
        using var ticks = new PeriodicTimer(Rhythm);
        for (int i = from; i < from + count; i++)
        {
            await ticks.WaitForNextTickAsync();
            // Off the beat of the reports.
            await Task.Delay(ReportInterval * random.NextDouble());
            sent.Add(load.SendAsync(NextFor(vms[i % vms.Length], isShrinking: i / vms.Length % 2 == 0)));
        }

        return await Task.WhenAll(sent);
    }

    /// <summary>Something that takes the guest an eighth of a second, so that its begin is told and not only its end.</summary>
    private static SendDirectiveRequest NextFor(VmInfo vm, bool isShrinking)
    {
        long most = vm.MemoryBytes, bytes = isShrinking ? most - Math.Min(most / 4, 128L << 20) : most;
        return new() { Kind = "set_memory", Vm = vm.Id.ToString(), Parameters = { ["memory_bytes"] = bytes.ToString(CultureInfo.InvariantCulture) } };
    }

    private static void Print(string what, IEnumerable<TimeSpan> times)
    {
        double[] sorted = [.. times.Select(t => t.TotalMilliseconds).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: median {Machine.Quantile(sorted, 0.5):F1} ms, p99 {Machine.Quantile(sorted, 0.99):F1} ms, max {sorted[^1]:F1} ms"));
    }
}
