using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Estates;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What a live plan waits for: the means of the last ten minutes of all VMs, out of an embedded store with the newest 40 minutes of a
/// simulated world, sampled as agents do (fast tier each 2 s, slow tier each 15 s). Argument: number of hosts with 20 VMs each (100).
/// </summary>
internal static class LiveMeansBench
{
    private const int VmsPerHost = 20, Seconds = 2_400, Rounds = 9;

    // Not at the start of an hour, so that nothing of it is sealed, as is usual for the newest minutes.
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_748_736_600);

    public static int Run(string[] args)
    {
        int hosts = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        MeasureAsync(hosts).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task MeasureAsync(int hosts)
    {
        string directory = Directory.CreateTempSubdirectory("virtagents-bench-").FullName;
        try
        {
            World world = new(EstateGenerator.Generate(new(hosts, VmsPerHost)), Start);
            await using EmbeddedStore store = new(new EmbeddedStoreOptions { Path = Path.Combine(directory, "store.db") }, TimeProvider.System);
            await store.OpenAsync(CancellationToken.None);
            await FillAsync(world, store);
            VmInfo[] vms = [.. Enumerable.Range(0, hosts).SelectMany(h => world.InventoryOf(h).Vms)];
            (List<double> times, List<double> cpu) = ([], []);
            long samples = 0;
            for (int round = 0; round < Rounds; round++)
            {
                (long started, TimeSpan cpuBefore) = (Stopwatch.GetTimestamp(), Machine.Cpu());
                (LiveMeans means, samples) = await ReadAsync(store, vms, (Start + world.Elapsed).ToUnixTimeMilliseconds());
                VmMeans[] all = [.. vms.Select(means.Of)];
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                cpu.Add((Machine.Cpu() - cpuBefore).TotalMilliseconds);
                Verify(all);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"means of {LiveMeans.Window.TotalMinutes} minutes of {vms.Length} VMs on {hosts} hosts: {Machine.Median(times):F0} ms, {Machine.Median(cpu):F0} ms CPU (median of {Rounds}; most {times.Max():F0} and {cpu.Max():F0} ms), {samples:N0} samples read"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task FillAsync(World world, EmbeddedStore store)
    {
        SampleSet[] samples = [.. Enumerable.Range(0, world.HostCount).Select(_ => new SampleSet())];
        WorldReports reports = new(world);
        long sequence = 0;
        for (int second = 1; second <= Seconds; second++)
        {
            world.Step(TimeSpan.FromSeconds(1));
            foreach (SampleTier tier in (SampleTier[])[.. second % 2 == 0 ? [SampleTier.Fast] : Array.Empty<SampleTier>(), .. second % 15 == 0 ? [SampleTier.Slow] : Array.Empty<SampleTier>()])
            {
                sequence++;
                WriteOutcome outcome = await store.WriteAsync(new([.. samples.Select((s, host) => reports.Of(host, tier, s, sequence))], [], [], []), CancellationToken.None);
                Require(outcome.Status == WriteStatus.Durable, outcome.ToString());
            }
        }
    }

    private static async Task<(LiveMeans Means, long Samples)> ReadAsync(EmbeddedStore store, VmInfo[] vms, long nowMs)
    {
        LiveMeans means = new(vms.ToDictionary(v => v.Id, _ => 0L));
        Guid[] owners = [];
        long samples = 0;
        foreach ((long fromMs, long toMs) in LiveMeans.Stretches(nowMs))
        {
            foreach (MetricDefinition metric in LiveMeans.Metrics)
            {
                await foreach (SeriesPoints points in store.RangeAsync(new(metric.Id, owners, null, fromMs, toMs), CancellationToken.None))
                {
                    samples += points.Raw.Length;
                    means.Add(metric, points.Subject, new RawSeries(points.TimesUnixMs, points.Raw, points.Epochs));
                }
            }
        }

        return (means, samples);
    }

    /// <summary>A run that read nothing would be the quickest of all.</summary>
    private static void Verify(VmMeans[] all) =>
        Require(all.All(m => m is { CpuCores: > 0, MemoryRssBytes: > 0, DiskBytesPerSecond: not null, NetworkBytesPerSecond: not null }), "a VM has no means");

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
