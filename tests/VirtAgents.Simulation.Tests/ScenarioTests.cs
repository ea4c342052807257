using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Simulation.Tests;

public sealed class ScenarioTests
{
    [Fact]
    public void TryLoad_ManyMistakes_EveryOneWithPathAndRange()
    {
        const string Json = """
            {
              "seed": "x", "duration": "0s", "colour": 1,
              "estate": { "hosts": 0, "vmsPerHost": 2000 },
              "pools": [{ "name": "p", "medium": "tape" }],
              "traces": { "t": ["seconds,cpu_percent", "0,101"] },
              "hosts": [{ "name": "h", "pcpus": 0, "memory": 5, "vms": [
                { "name": "v", "vcpus": 1.5, "running": "yes", "disks": [{ "pool": "q", "size": "1XB" }], "workload": { "kind": "sleepy", "cpuPercent": -1 } },
                { "name": "v" },
              ] }],
            }
            """;
        Assert.False(ScenarioRunner.TryLoad(Json, out _, out IReadOnlyList<string> errors));
        Assert.Equal(
            [
                "seed: must be a whole number from -9223372036854775808 to 9223372036854775807",
                "duration: must be a duration such as \"90s\", \"1m30s\" or \"250ms\", from 00:00:01 to 31.00:00:00",
                "estate.hosts: must be a whole number from 1 to 10000",
                "estate.vmsPerHost: must be a whole number from 0 to 1000",
                "traces.t: line 2: cpu_percent is '101', but must be 0 to 100",
                "pools[0].medium: 'tape' is not one of ssd, hdd, nfs",
                "hosts[0].pcpus: must be a whole number from 1 to 1024",
                "hosts[0].memory: must be a size such as \"512MiB\" or \"64GiB\", from 1024 MiB to 65536 GiB",
                "hosts[0].vms[0].vcpus: must be a whole number from 1 to 512",
                "hosts[0].vms[0].running: must be true or false",
                "hosts[0].vms[0].disks[0].pool: the host has no pool 'q' (it has local, shared-01, p)",
                "hosts[0].vms[0].disks[0].size: must be a size such as \"512MiB\" or \"64GiB\", from 1 MiB to 1048576 GiB",
                "hosts[0].vms[0].workload.kind: 'sleepy' is not one of constant, diurnal, bursty, batch, leak, noisy-neighbour, trace",
                "hosts[0].vms[0].workload.cpuPercent: must be a number from 0 to 100",
                "hosts[0].vms[1].name: there are two VMs 'v'",
                "colour: is not known here; known are duration, estate, hosts, pools, seed, start, steps, traces",
            ],
            errors);
    }

    [Fact]
    public void TryLoad_MistakesInSteps_EveryOneNamed()
    {
        string json = SmallWorld.Json.TrimEnd().TrimEnd('}') + """
            "steps": [
              { "at": "11m", "fault": "vm-crash", "vm": "a" },
              { "at": "1s", "fault": "vm-melt", "vm": "a" },
              { "at": "1s", "fault": "vm-crash", "vm": "z", "for": "1s" },
              { "at": "1s", "fault": "vm-crash", "vm": { "index": 4 } },
              { "at": "1s", "fault": "host-loss" },
              { "at": "1s", "fault": "vm-migrate", "vm": "a", "to": "h3" },
              { "at": "1s", "fault": "pool-gone", "pool": "local" },
              { "at": "1s", "fault": "io-error", "vm": "a", "disk": "vdz" },
              { "at": "1s", "fault": "link-down", "host": "h1", "interface": "eth0" },
              { "at": "1s", "fault": "clock-skew", "host": "h1" },
              { "at": "1s", "fault": "partition", "host": "h1", "end": true, "for": "1s" },
            ] }
            """;
        Assert.False(ScenarioRunner.TryLoad(json, out _, out IReadOnlyList<string> errors));
        Assert.Equal(
            [
                "steps[0].at: must be a duration such as \"90s\", \"1m30s\" or \"250ms\", from 00:00:00 to 00:10:00",
                $"steps[1].fault: 'vm-melt' is not one of {string.Join(", ", FaultNames.All)}",
                "steps[2].vm: there is no VM 'z'",
                "steps[2].for: is not known here; known are at, fault, vm",
                "steps[3].vm: there is no VM number 4",
                "steps[4].host: is missing",
                "steps[5].to: there is no host 'h3'",
                "steps[6].pool: 2 hosts have a pool 'local': the host must be named",
                "steps[7].disk: a has no disk vdz",
                "steps[8].interface: eth0 carries the session of the agent: use partition",
                "steps[9].by: is missing",
                "steps[10].for: has no meaning beside end",
            ],
            errors);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "the file must be an object in braces")]
    [InlineData("{\"seed\":1,\"seed\":2}", "not JSON")]
    [InlineData("{\"duration\":\"1s\"}", "estate: is missing")]
    public void TryLoad_NotAScenario_Says(string json, string expected)
    {
        Assert.False(ScenarioRunner.TryLoad(json, out Scenario? scenario, out IReadOnlyList<string> errors));
        Assert.Null(scenario);
        Assert.Contains(expected, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void TryLoad_NoEstateButUsualOne_TakesThat()
    {
        Assert.True(ScenarioRunner.TryLoad("{\"duration\":\"1m\"}", new EstateOptions(3, 2, 4), out Scenario? scenario, out _));
        Assert.Equal((3, 6, 4L), (scenario.Estate.Hosts.Length, scenario.Estate.VmCount, scenario.Estate.Seed));
    }

    [Fact]
    public void TryLoad_AnyText_NeverThrows() =>
        CsCheck.Check.Sample(
            CsCheck.Gen.Select(CsCheck.Gen.Int[0, SmallWorld.Json.Length - 1], CsCheck.Gen.String, CsCheck.Gen.Int[0, 20]),
            (place, noise, cut) =>
            {
                string json = SmallWorld.Json.Remove(place, Math.Min(cut, SmallWorld.Json.Length - place)).Insert(place, noise);
                bool loaded = ScenarioRunner.TryLoad(json, out Scenario? scenario, out IReadOnlyList<string> errors);
                Assert.Equal(loaded, scenario is not null);
                Assert.Equal(loaded, errors.Count == 0);
            },
            iter: 2_000);

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("-30s", -30_000)]
    public void TryParseDuration_Valid_Milliseconds(string text, long expected)
    {
        Assert.True(UnitText.TryParseDuration(text, out TimeSpan duration));
        Assert.Equal(expected, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1s5")]
    [InlineData("1s 2q")]
    [InlineData("999999999999999d")]
    public void TryParseDuration_Invalid_False(string text) => Assert.False(UnitText.TryParseDuration(text, out _));

    [Fact]
    public void Run_Example_ExactlyTheExpectedEvents()
    {
        ScenarioRunner runner = new();
        Scenario scenario = Load("ten-faults.json");
        string[] kinds = [.. runner.Run(scenario).Where(e => e.Event is not null).Select(e => $"{e.At.TotalSeconds} {e.Host} {e.Event!.Kind} {e.Event.VmName}{e.Event.Device}")];
        Assert.Equal(
            [
                "10 alpha VmCrashed web-01", "15 alpha VmPanicked web-02", "15.37 alpha VmCrashed web-02", "21 alpha VmStopped web-03",
                "35 alpha VmStuck db", "40 beta HypervisorLost ", "42 beta VmProcessExited batch-01", "50 beta VmCrashed batch-01",
                "50 beta VmObserved batch-01", "50 beta VmObserved batch-02", "50 beta VmObserved spare", "50 beta HypervisorRestored ",
                "55 alpha VmUnstuck db", "60 alpha PoolFull san", "60 beta PoolFull san", "60 alpha VmIoError dbvda", "60 alpha VmPaused db",
                "70 alpha PoolSpaceRestored san", "70 beta PoolSpaceRestored san", "72 alpha VmResumed db", "80 beta VmIoError batch-02vda",
                "80 beta VmPaused batch-02", "90 alpha InterfaceDown eth1", "95 alpha InterfaceUp eth1", "100 beta ClockJumped ",
                "113 beta VmMigratedIn db", "114.4 alpha VmMigratedOut db",
            ],
            kinds);
        Assert.Equal((2, 7, 0), (runner.Summary!.Hosts, runner.Summary.Vms, runner.Summary.Refused));
        Assert.Equal(TimeSpan.FromMinutes(2), runner.Summary.VirtualTime);
        const int SlowSampleWithoutHypervisor = 1;
        Assert.Equal((2 * 60) + (2 * 8) - SlowSampleWithoutHypervisor, runner.Summary.Samples);
        Assert.Equal(kinds.Length, runner.Summary.Events.Values.Sum());
    }

    [Fact]
    public void Run_StepThatCannotBeDone_ToldAsRefused()
    {
        string json = SmallWorld.Json.TrimEnd().TrimEnd('}') + """ "steps": [{ "at": "1s", "fault": "vm-pause", "vm": "off" }] }""";
        Assert.True(ScenarioRunner.TryLoad(json, out Scenario? scenario, out _));
        ScenarioRunner runner = new();
        SimulatedEvent refused = Assert.Single(runner.Run(scenario));
        Assert.Equal((SimulatedEventKind.Refused, "vm-pause: off is shut off"), (refused.Kind, refused.Text));
        Assert.Equal(1, runner.Summary!.Refused);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Run_EveryExample_LoadsAndRefusesNothing(string file)
    {
        ScenarioRunner runner = new();
        Assert.DoesNotContain(runner.Run(Load(file)), e => e.Kind == SimulatedEventKind.Refused);
        Assert.True(runner.Summary!.Values > 0);
    }

    public static TheoryData<string> Examples() => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!).Order()];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "scenarios");

    private static Scenario Load(string file)
    {
        string json = File.ReadAllText(Path.Combine(Folder, file));
        Assert.True(ScenarioRunner.TryLoad(json, out Scenario? scenario, out IReadOnlyList<string> errors), string.Join('\n', errors));
        return scenario;
    }
}
