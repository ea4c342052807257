using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class LivePlanTests : IDisposable
{
    private const string Note = "gamma takes no part: its agent is not connected";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtctl-live-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Plan_Live_AsksForWhatWasTypedAndTellsTheNotes()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync(
            "plan", "--live", "--cluster", "east", "--goal", "balance", "--max-moves", "3", "--max-gb", "7.5", "--max-concurrent", "4", "--seed", "9",
            "--min-gain", "0.5", "--time-limit", "5", "--vcpu-ratio", "6", "--explain", "db");

        Assert.Equal(0, ended.Code);
        Assert.Equal(
            new PlanRequest
            {
                Goal = PlanGoal.Balance, Cluster = "east", MaxMoves = 3, MaxGb = 7.5, MaxConcurrent = 4, Seed = 9, MinGain = 0.5, TimeLimitSeconds = 5,
                VcpuRatio = 6, Explain = "db",
            },
            collector.Planning.PlanAsked);
        Assert.StartsWith("WAVE", ended.Output, StringComparison.Ordinal);
        Assert.Contains("virtctl: db stays on alpha.", ended.Error, StringComparison.Ordinal);
        Assert.Contains("virtctl: " + Note, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_LiveThatCannotAllBeHad_EndsWith2AndIsJsonAsFromAFile()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("plan", "--live", "--goal", "evacuate", "--host", "alpha", "--host", "beta", "-o", "json");

        var plan = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal((2, ""), (ended.Code, ended.Error));
        Assert.Equal(["alpha", "beta"], collector.Planning.PlanAsked!.Hosts);
        Assert.Equal(("evacuate", "web", "beta"), (plan.GetProperty("goal").GetString(), plan.GetProperty("moves")[0].GetProperty("vm").GetString(), plan.GetProperty("moves")[0].GetProperty("to").GetString()));
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("moves")[0].GetProperty("second_best").ValueKind);
        Assert.Equal("it is pinned", plan.GetProperty("unsatisfied")[0].GetProperty("reason").GetString());
        Assert.Equal(Note, plan.GetProperty("notes")[0].GetString());
    }

    [Fact]
    public async Task Plan_LiveRelief_AsksWithItsCeilingAndWhatMayFail()
    {
        await using var collector = await InProcessCollector.StartAsync();
        await collector.RunAsync("plan", "--live", "--goal", "relieve", "--ceiling", "0.8", "--failover-hosts", "1", "--no-forecast");
        Assert.True(collector.Planning.PlanAsked!.NoForecast);
        Assert.Equal((PlanGoal.Relieve, 0.8, 1), (collector.Planning.PlanAsked!.Goal, collector.Planning.PlanAsked.Ceiling, collector.Planning.PlanAsked.FailoverHosts));
    }

    [Theory]
    [InlineData("--ceiling is for --goal relieve, from 0.1 to 1; it is 0.8 with --goal balance", "plan", "--live", "--goal", "balance", "--ceiling", "0.8")]
    [InlineData("it is 0.05 with --goal relieve", "plan", "--live", "--goal", "relieve", "--ceiling", "0.05")]
    [InlineData("--no-forecast is for --live", "plan", "cluster.json", "--no-forecast", "--goal", "balance")]
    [InlineData("give either a file CLUSTER.json or --live", "plan", "--goal", "balance")]
    [InlineData("give either a file CLUSTER.json or --live", "plan", "cluster.json", "--live", "--goal", "balance")]
    [InlineData("are for --live", "plan", "cluster.json", "--cluster", "east", "--goal", "balance")]
    [InlineData("--host is for --goal evacuate", "plan", "--live", "--host", "alpha", "--goal", "balance")]
    [InlineData("give either a file CLUSTER.json or --live", "place", "--vm", "vm.json")]
    public async Task Run_ContradictoryOptions_EndsWith2(string why, params string[] arguments)
    {
        var ended = await Tool.RunAsync(arguments);

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Contains(why, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Place_Live_SendsTheVmAndTellsTheHost()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync(
            "place", "--live", "--vcpu-ratio", "2", "--vm", Write("""{"vcpus":2,"memory_mb":2048,"disk_gb":10,"cpu_used_cores":0.5,"allowed_hosts":["beta"],"pools":["p"]}"""), "-o", "json");

        Assert.Equal(0, ended.Code);
        Assert.Equal(
            new PlaceRequest { VcpuRatio = 2, Vm = new NewVm { Vcpus = 2, MemoryMb = 2048, DiskGb = 10, CpuUsedCores = 0.5, AllowedHosts = { "beta" }, Pools = { "p" } } },
            collector.Planning.PlaceAsked);
        var placed = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(("beta", 1, Note), (placed.GetProperty("host").GetString(), placed.GetProperty("rejected").GetProperty("vcpus").GetInt32(), placed.GetProperty("notes")[0].GetString()));
    }

    [Fact]
    public async Task Place_LiveWithoutHost_EndsWith2()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("place", "--live", "--vm", Write("""{"vcpus":16,"memory_mb":2048}"""));

        Assert.Equal(2, ended.Code);
        Assert.Contains("vcpus", ended.Output, StringComparison.Ordinal);
        Assert.Contains(Note, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Place_LiveWithGroups_IsRefused()
    {
        var ended = await Tool.RunAsync("place", "--live", "--vm", Write("""{"vcpus":2,"memory_mb":2048,"anti_affinity":["g"]}"""));

        Assert.Equal(1, ended.Code);
        Assert.Contains("anti_affinity", ended.Error, StringComparison.Ordinal);
    }

    private string Write(string vm)
    {
        var path = Path.Combine(_directory.FullName, "vm.json");
        File.WriteAllText(path, vm);
        return path;
    }
}
