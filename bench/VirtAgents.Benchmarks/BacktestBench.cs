using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Estates;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;
using SampleTier = VirtAgents.Core.Model.SampleTier;

namespace VirtAgents.Benchmarks;

/// <summary>
/// What <c>virtctl backtest --from 7d</c> costs a collector, a process of its own, on an embedded store with the past of a simulated world up to now and the two weeks before that are learnt from. It is
/// sampled once a minute: of whole hours means of minutes are read, which are as many of any interval. Arguments: number of hosts with 20 VMs each (10), days (7).
/// </summary>
internal static class BacktestBench
{
    private const int VmsPerHost = 20, LearntDays = 14, DayMinutes = 24 * 60, BatchMinutes = 30;
    private static readonly SampleTier[] Tiers = [SampleTier.Fast, SampleTier.Slow];

    public static int Run(string[] args)
    {
        int hosts = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10, days = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 7;
        MeasureAsync(hosts, days).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task MeasureAsync(int hosts, int days)
    {
        string directory = Directory.CreateTempSubdirectory("virtagents-bench-").FullName;
        try
        {
            string path = Path.Combine(directory, "store.db");
            await FillAsync(path, hosts, days + LearntDays);
            await using BenchCollector collector = await BenchCollector.StartAsync($"--Store:Embedded:Path={path}");
            using GrpcChannel channel = GrpcChannel.ForAddress(collector.Endpoint);
            IncidentHistoryService.IncidentHistoryServiceClient client = new(channel);
            long idle = collector.ResidentMebibytes, peak = idle;
            (long started, TimeSpan cpuBefore) = (Stopwatch.GetTimestamp(), collector.Cpu);
            using AsyncServerStreamingCall<BacktestProgress> call = client.WatchBacktest(new() { FromUnixMs = -days * 86_400_000L });
            BacktestIncidentsResponse? answer = null;
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                (answer, peak) = (call.ResponseStream.Current.Result, Math.Max(peak, collector.ResidentMebibytes));
            }

            Require(answer is { Values: > 0, Notes.Count: 0 }, $"not everything was concluded anew: {answer}");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"backtest of {days} days, {hosts * VmsPerHost} VMs on {hosts} hosts: {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, {(collector.Cpu - cpuBefore).TotalSeconds:F1} s CPU, {peak} MiB resident (idle {idle}); {answer!.Incidents.Count} incidents, {Machine.Describe()}"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task FillAsync(string path, int hosts, int days)
    {
        World world = new(EstateGenerator.Generate(new(hosts, VmsPerHost)), TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(days));
        await using EmbeddedStore store = new(new EmbeddedStoreOptions { Path = path }, TimeProvider.System);
        await store.OpenAsync(CancellationToken.None);
        WorldReports reports = new(world);
        SampleSet[] samples = [.. Enumerable.Range(0, BatchMinutes * hosts * Tiers.Length).Select(_ => new SampleSet())];
        HostSnapshot[] snapshots = [.. Enumerable.Range(0, hosts).Select(h => new HostSnapshot("bench", world.InventoryOf(h), "1.0", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()))];
        await WriteAsync(store, [], snapshots);
        for (int minute = 0; minute < days * DayMinutes; minute += BatchMinutes)
        {
            await WriteAsync(store, BatchOf(world, reports, samples, minute), []);
            if ((minute + BatchMinutes) % DayMinutes == 0)
            {
                await ((IStoreUpkeep)store).MaintainAsync(all: true, null, CancellationToken.None);
            }
        }
    }

    private static List<ReportRecord> BatchOf(World world, WorldReports reports, SampleSet[] samples, int firstMinute)
    {
        List<ReportRecord> batch = [];
        for (int minute = firstMinute; minute < firstMinute + BatchMinutes; minute++)
        {
            world.Step(TimeSpan.FromMinutes(1));
            foreach ((int at, SampleTier tier) in Tiers.Index())
            {
                batch.AddRange(Enumerable.Range(0, world.HostCount).Select(host => reports.Of(host, tier, samples[batch.Count + host], (minute * Tiers.Length) + at + 1)).ToArray());
            }
        }

        return batch;
    }

    private static async Task WriteAsync(EmbeddedStore store, IReadOnlyList<ReportRecord> reports, HostSnapshot[] snapshots)
    {
        WriteOutcome outcome = await store.WriteAsync(new(reports, [], [], snapshots), CancellationToken.None);
        Require(outcome.Status == WriteStatus.Durable, outcome.ToString());
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
