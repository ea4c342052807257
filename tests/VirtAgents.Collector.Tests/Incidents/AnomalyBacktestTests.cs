using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Scenarios;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;
using Inventory = VirtAgents.Core.Model.Inventory;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using VmState = VirtAgents.Core.Model.VmState;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;

namespace VirtAgents.Collector.Tests.Incidents;

/// <summary>What is learnt of VMs of a simulated host live and from what was stored of it.</summary>
public sealed class AnomalyBacktestTests
{
    private const int TickMs = 15_000, DayTicks = 86_400_000 / TickMs;
    private const long StartMs = 1_750_000_200_000;

    // The clock stands still, by which too much comes in no time.
    private const string Unhurried = "Limits:MessagesPerSecond=1000000";

    // Enough VMs that one which is learnt a little otherwise shows.
    private static readonly string Estate = $$"""
        {
          "seed": 11, "duration": "1h",
          "hosts": [{ "name": "h1", "pcpus": 64, "memory": "512GiB", "vms": [
            {{string.Join(", ", Enumerable.Range(1, 16).Select(n => $$"""{ "name": "x{{n}}", "vcpus": 1, "disks": [{ "pool": "local" }] }"""))}}
          ] }],
        }
        """;

    private readonly World _world;
    private long _sequence;

    public AnomalyBacktestTests()
    {
        Assert.True(ScenarioRunner.TryLoad(Estate, out Scenario? scenario, out IReadOnlyList<string> errors), string.Join('\n', errors));
        _world = scenario!.CreateWorld(DateTimeOffset.FromUnixTimeMilliseconds(StartMs));
    }

    [Fact]
    public async Task Backtest_OfASimulatedHost_ConcludesTheAnomaliesThatWereToldLive()
    {
        // One collector watches; to the other the same is told, and it only stores it.
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeMilliseconds(TimeOf((2 * DayTicks) + 10)));
        await using RunningCollector watching = await RunningCollector.StartAsync(null, clock, Unhurried);
        string directory;
        await using (RunningCollector storing = await RunningCollector.StartAsync(null, clock, Unhurried, "Detection:Anomalies:Enabled=false"))
        {
            directory = storing.Directory;
            using AgentUnderTest seen = await JoinAsync(watching), stored = await JoinAsync(storing);
            await PassAsync(DayTicks + 400, seen, stored);
            Assert.True(_world.TryInject(new(FaultKind.DiskSlow, Host: "h1", Pool: "local", Factor: 30, For: TimeSpan.FromHours(1)), out string problem), problem);
            await PassAsync(1_000, seen, stored);
            Assert.Empty(Begins((await BacktestAsync(storing, TimeOf(DayTicks))).Answer));
        }

        string[] live = await ToldAsync(watching);
        Assert.NotEmpty(live);
        await SealAsync(directory, clock);
        await using RunningCollector again = await RunningCollector.StartAsync(directory, clock);
        Assert.Empty(await ToldAsync(again));
        (BacktestIncidentsResponse answer, uint[] percents) = await BacktestAsync(again, TimeOf(DayTicks));

        Assert.Equal(live, Begins(answer));
        Assert.All(answer.Incidents.Where(i => i.Concluded?.Root.Kind == FindingKind.VmUnusual), i => Assert.Null(i.Recorded));
        Assert.Equal(percents.Order(), percents);
        Assert.Equal((100u, 0), (percents[^1], answer.Notes.Count));

        // Samples may have been before, of which what was recorded was learnt.
        answer = (await BacktestAsync(again, TimeOf(0))).Answer;
        Assert.Equal(live, Begins(answer));
        Assert.Equal(
            [
                "anomalies of host host1 and its VMs before 2025-06-16 15:10Z are those that were recorded: its samples begin a day before, and a day is learnt first",
                "whether pool host1/local fills is what was recorded before 2025-06-16 15:00Z: its samples begin a day before",
            ],
            answer.Notes);
    }

    private static long TimeOf(long tick) => StartMs + (tick * TickMs);

    private static string[] Begins(BacktestIncidentsResponse answer) => [.. answer.Incidents.Where(i => i.Concluded?.Root.Kind == FindingKind.VmUnusual).Select(i => $"VmUnusual {i.Concluded.Root.Name} {i.Concluded.Root.SinceUnixMs}").Order(StringComparer.Ordinal)];

    // Most of what is judged are rollups of minutes then, the rest samples.
    private static async Task SealAsync(string directory, TimeProvider clock)
    {
        await using EmbeddedStore store = new(new EmbeddedStoreOptions { Path = Path.Combine(directory, "store.db") }, clock);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        UpkeepReport report = await ((IStoreUpkeep)store).MaintainAsync(all: true, null, TestContext.Current.CancellationToken);
        Assert.True(report.Hours > 20, $"{report.Hours} hours are sealed");
    }

    private static async Task<string[]> ToldAsync(RunningCollector collector) =>
        [.. (await collector.EventsAsync()).Where(e => e.Event.Kind is HostEventKind.VmUnusual).Select(e => $"{e.Event.Kind} {e.Event.VmName} {e.Event.TimeUnixMs}").Order(StringComparer.Ordinal)];

    private static async Task<(BacktestIncidentsResponse Answer, uint[] Percents)> BacktestAsync(RunningCollector collector, long fromUnixMs)
    {
        using AsyncServerStreamingCall<BacktestProgress> call = collector.IncidentHistory.WatchBacktest(new() { FromUnixMs = fromUnixMs }, Call);
        List<BacktestProgress> told = [];
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            told.Add(call.ResponseStream.Current);
        }

        return (told[^1].Result, [.. told.Select(t => t.Percent)]);
    }

    private async Task<AgentUnderTest> JoinAsync(RunningCollector collector)
    {
        AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        Inventory inventory = _world.InventoryOf(0) with { Host = agent.Info };
        await agent.SendAsync(new() { Inventory = InventoryMapping.ToWire(InventoryChange.Whole(inventory)) });
        foreach ((int at, VmInfo vm) in inventory.Vms.Index())
        {
            await agent.SendAsync(new() { Event = EventMapping.ToWire(new Core.Model.HostEvent(HostEventKind.VmObserved, TimeOf(0), vm.Id, vm.Name, State: VmState.Running), at + 1) });
        }

        _sequence = inventory.Vms.Length + 1;
        return agent;
    }

    private async Task PassAsync(int ticks, params AgentUnderTest[] agents)
    {
        SampleSet samples = new();
        for (int i = 1; i <= ticks; i++)
        {
            _world.Step(TimeSpan.FromMilliseconds(TickMs));
            foreach (SampleTier tier in new[] { SampleTier.Fast, SampleTier.Slow })
            {
                samples.Reset();
                _world.Sample(0, tier, samples);
                foreach (AgentUnderTest agent in agents)
                {
                    await agent.SendAsync(agent.Encoded(samples, _sequence));
                }

                _sequence++;
            }

            // Answers that nobody reads hold up the stream.
            foreach (AgentUnderTest agent in agents.Where(_ => i % 100 == 0 || i == ticks))
            {
                await agent.AcknowledgedAtLeastAsync(_sequence - 1);
            }
        }
    }
}
