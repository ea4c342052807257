using System.Globalization;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Cli.Tests.Backtests;

/// <summary>What the collector concludes from samples as they come is what a backtest of their means concludes.</summary>
public sealed class LiveScoresTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtctl-live-");
    private readonly FigureTracker _figures = new();
    private readonly SampleSet _samples = new();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Backtest_MeansOfTheSamplesThatAWatchTook_GivesTheSameScoresToTheLastBit()
    {
        World world = new(EstateGenerator.Generate(new(1, 3, Seed: 5)), Start);
        Inventory inventory = world.InventoryOf(0);
        VmInfo vm = inventory.Vms[0];
        VmBaselines baselines = new(3);
        AnomalyWatch watch = new(world.HostOf(0).Id, baselines, AnomalyVerdict.AlarmScore);
        List<string> rows = ["timestamp," + string.Join(',', VmSignals.All.Select(s => s.Name))];
        List<double> live = [];
        VmSums sums = new();
        world.Plan(TimeSpan.FromHours(28), SlowDiskOf(vm, inventory.Host.Name));
        while (world.Elapsed < TimeSpan.FromHours(32))
        {
            world.Step(TimeSpan.FromSeconds(30));
            foreach (var tier in new[] { SampleTier.Fast, SampleTier.Slow })
            {
                Take(world, tier, inventory);
                watch.See(_samples.TimeUnixMs, [.. inventory.Vms.Select(v => new SeenVm(v.Id, v.Name, VmState.Running, v.VcpuCount))]);
                var before = baselines.Find(vm.Id)?.SeenUnixMs;
                watch.Observe(_samples.TimeUnixMs, _figures);
                if (baselines.Find(vm.Id) is { } learnt && learnt.SeenUnixMs != before)
                {
                    rows.Add(Row(learnt.SeenUnixMs - AnomalyWatch.WindowMs, sums));
                    live.Add(learnt.Newest.Score);
                }

                if (_samples.TimeUnixMs % AnomalyWatch.WindowMs == 0 && tier == SampleTier.Fast)
                {
                    sums.Clear();
                }

                _figures.AddTo(vm.Id, vm.VcpuCount, sums);
            }
        }

        Assert.InRange(live.Count, 380, 384);
        Assert.Contains(live, score => score > AnomalyVerdict.AlarmScore);
        Assert.Equal(live, await BacktestAsync(rows));
    }

    private static Fault SlowDiskOf(VmInfo vm, string host) =>
        new(FaultKind.DiskSlow, Host: vm.Disks[0].Pool == "local" ? host : "", Pool: vm.Disks[0].Pool, For: TimeSpan.FromHours(1));

    private static string Row(long startUnixMs, VmSums sums)
    {
        var means = new double[VmSignals.Count];
        Assert.True(sums.TryMeans(means));
        var time = DateTimeOffset.FromUnixTimeMilliseconds(startUnixMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return time + "," + string.Join(',', means.Select(m => double.IsNaN(m) ? "" : m.ToString("R", CultureInfo.InvariantCulture)));
    }

    private async Task<IEnumerable<double>> BacktestAsync(List<string> rows)
    {
        string input = Path.Combine(_directory.FullName, "in.csv"), output = Path.Combine(_directory.FullName, "out.csv");
        await File.WriteAllLinesAsync(input, rows, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Tool.RunAsync("backtest", "--input", input, "--output", output)).Code);
        return File.ReadLines(output).Skip(1).Select(row => double.Parse(row.Split(',')[1], CultureInfo.InvariantCulture));
    }

    private void Take(World world, SampleTier tier, Inventory inventory)
    {
        List<(int Index, Subject Subject)> all = [(Inventory.HostIndex, new(SubjectKind.Host, inventory.Host.Id.Value, ""))];
        foreach (var vm in inventory.Vms)
        {
            all.Add((vm.Index, new(SubjectKind.Vm, vm.Id.Value, "")));
            all.AddRange(vm.Disks.Select(d => (d.Index, new Subject(SubjectKind.VmDisk, vm.Id.Value, d.Target))));
            all.AddRange(vm.Interfaces.Select(i => (i.Index, new Subject(SubjectKind.VmInterface, vm.Id.Value, i.Mac))));
        }

        var subjects = new Subject?[all.Max(s => s.Index) + 1];
        all.ForEach(s => subjects[s.Index] = s.Subject);
        _samples.Reset();
        world.Sample(0, tier, _samples);
        _figures.Observe(_samples, subjects);
    }
}
