using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Scenarios;
using VirtAgents.Storage;
using FindingKind = VirtAgents.Protocol.V1.FindingKind;
using Inventory = VirtAgents.Core.Model.Inventory;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;

namespace VirtAgents.Collector.Tests.Incidents;

/// <summary>What is found of the VMs of simulated hosts together, live and from what was stored of them.</summary>
public sealed class FleetBacktestTests
{
    private const int TickMs = 15_000, WindowMs = (int)AnomalyWatch.WindowMs, HourTicks = 3_600_000 / TickMs;

    // A live look comes as much after the end of a window as it takes until all samples are there, and a tick.
    private const int LookMs = 105_000, LaterMs = 15_000;
    private const long StartMs = 1_750_000_200_000, DayMs = 86_400_000;

    // The clock goes on with the samples only, by which too many come in no time.
    private const string Unhurried = "Limits:MessagesPerSecond=1000000";

    private static readonly FindingKind[] Kinds = [FindingKind.VmUnlikePeers, FindingKind.VmNoisyNeighbour, FindingKind.HostSaturated, FindingKind.PoolSlow, FindingKind.HostBootStorm];

    // For half an hour from half past two on, one VM of the first host takes most of a pool, all of the second one want more CPU than there is, and a pool that both share is slow; all of the third
    // one start at once. One web server of the second host does something else than those of the first all the time.
    private static readonly string Estate = $$"""
        {
          "seed": 11, "duration": "5h",
          "traces": {
            "hog": ["seconds,cpu_percent,memory_percent,read_bytes_per_second", "0,10,50,100000", "9000,20,50,1500000000", "10800,10,50,100000", "86400,10,50,100000"],
            "crowd": ["seconds,cpu_percent,memory_percent", "0,10,50", "9000,100,50", "10800,10,50", "86400,10,50"],
            "boot": ["seconds,cpu_percent,memory_percent", "0,100,50", "480,10,50", "86400,10,50"],
          },
          "pools": [{ "name": "nas", "medium": "nfs", "capacity": "2TiB" }],
          "hosts": [
            { "name": "h1", "pcpus": 64, "memory": "512GiB", "sharedPools": ["nas"], "vms": [
              { "name": "mail-a", "count": 3, "disks": [{ "pool": "nas" }], "workload": { "kind": "constant", "cpuPercent": 10, "readBytesPerSecond": 200000 } },
              { "name": "web", "count": 10, "disks": [{ "pool": "local" }], "workload": { "kind": "constant", "cpuPercent": 20, "readBytesPerSecond": 200000, "writeBytesPerSecond": 400000 } },
              { "name": "hog", "disks": [{ "pool": "local" }], "workload": { "kind": "trace", "trace": "hog" } },
            ] },
            { "name": "h2", "pcpus": 8, "memory": "512GiB", "sharedPools": ["nas"], "vms": [
              { "name": "mail-b", "count": 3, "disks": [{ "pool": "nas" }], "workload": { "kind": "constant", "cpuPercent": 10, "readBytesPerSecond": 200000 } },
              { "name": "crowd", "count": 6, "disks": [{ "pool": "local" }], "workload": { "kind": "trace", "trace": "crowd" } },
              { "name": "web-11", "disks": [{ "pool": "local" }], "workload": { "kind": "constant", "cpuPercent": 90 } },
            ] },
            { "name": "h3", "pcpus": 8, "memory": "512GiB", "sharedPools": [], "vms": [
              { "name": "boot", "count": 8, "disks": [{ "pool": "local" }], "workload": { "kind": "trace", "trace": "boot" } },
            ] },
          ],
          "steps": [
            {{string.Join(", ", Enumerable.Range(1, 6).Select(n => $$"""{ "at": "1s", "fault": "vm-reboot", "vm": "crowd-{{n:D2}}" }"""))}},
            { "at": "1s", "fault": "vm-reboot", "vm": "hog" },
            { "at": "9000s", "fault": "disk-slow", "pool": "nas", "factor": 30, "for": "30m" },
            {{string.Join(", ", Enumerable.Range(1, 8).Select(n => $$"""{ "at": "9{{n:D2}}0s", "fault": "vm-reboot", "vm": "boot-{{n:D2}}" }"""))}},
          ],
        }
        """;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(StartMs));
    private readonly World _world;
    private readonly long[] _sequences = new long[3];

    public FleetBacktestTests()
    {
        Assert.True(ScenarioRunner.TryLoad(Estate, out Scenario? scenario, out IReadOnlyList<string> errors), string.Join('\n', errors));
        _world = scenario!.CreateWorld(_clock.GetUtcNow());
    }

    [Fact]
    public async Task Backtest_OfSimulatedHosts_ConcludesWhatWasFoundLiveUnlessSwitchedOff()
    {
        RunningCollector collector = await RunningCollector.StartAsync(null, _clock, Unhurried);
        await using (collector)
        {
            await WatchAsync(collector);
            ComparedIncident[] all = await BacktestAsync(collector, "");
            Assert.Equal(
                ["HostBootStorm host3", "HostSaturated host2", "PoolSlow nas", "VmNoisyNeighbour hog", "VmUnlikePeers web-11"],
                all.Select(i => $"{i.Recorded.Root.Kind} {i.Recorded.Root.Name}").Order(StringComparer.Ordinal));
            Assert.All(all, IsTheSame);
            Assert.Equal(Of(all, "HostSaturated", "PoolSlow", "VmUnlikePeers"), Texts(await BacktestAsync(collector, "host2")));
            Assert.Equal(Of(all, "VmNoisyNeighbour", "PoolSlow"), Texts(await BacktestAsync(collector, "host1")));
            Assert.Equal(Of(all, "HostBootStorm"), Texts(await BacktestAsync(collector, "host3")));
        }

        await using RunningCollector off = await RunningCollector.StartAsync(collector.Directory, _clock, "Detection:Anomalies:Enabled=false");
        ComparedIncident[] without = await BacktestAsync(off, "");
        Assert.Equal(Kinds.Order(), without.Select(i => i.Recorded.Root.Kind).Order());
        Assert.DoesNotContain(without, i => i.Concluded is not null && Kinds.Contains(i.Concluded.Root.Kind));
    }

    private static void IsTheSame(ComparedIncident both)
    {
        Assert.Empty(both.Differences);
        (var live, var anew) = (both.Recorded.Root, both.Concluded.Root);
        Assert.Equal((live.Kind, live.ElementId, live.Detail), (anew.Kind, anew.ElementId, anew.Detail));

        // Which of several that wait alike is named is of no order.
        Assert.Equal(Regex.Replace(live.Evidence, @"VM \S+", "VM"), Regex.Replace(anew.Evidence, @"VM \S+", "VM"));
        Assert.Equal((LaterMs, live.ClearedUnixMs > 0 ? LaterMs : 0), (live.SinceUnixMs - anew.SinceUnixMs, live.ClearedUnixMs - anew.ClearedUnixMs));
    }

    private static string[] Of(ComparedIncident[] all, params string[] kinds) => Texts([.. all.Where(i => kinds.Contains(i.Recorded.Root.Kind.ToString()))]);

    private static string[] Texts(ComparedIncident[] all) => [.. all.Select(i => $"{i.Recorded.Root.Kind} {i.Concluded.Root.Kind} {i.Concluded.Root.Name} {i.Concluded.Root.SinceUnixMs} {i.Concluded.Root.ClearedUnixMs}").Order(StringComparer.Ordinal)];

    private static long TimeOf(long tick) => StartMs + (tick * TickMs);

    private static async Task<ComparedIncident[]> BacktestAsync(RunningCollector collector, string host) =>
        [.. (await collector.IncidentHistory.BacktestIncidentsAsync(new() { FromUnixMs = StartMs, Host = host }, Call)).Incidents.Where(i => Kinds.Contains((i.Recorded ?? i.Concluded).Root.Kind))];

    // Samples of long before, so that it is known that nothing of what was learnt is gone.
    private static async Task StoreOldAsync(RunningCollector collector, HostId host)
    {
        SampleSet samples = new() { TimeUnixMs = StartMs - (13 * DayMs) - (DayMs / 2), Tier = SampleTier.Fast };
        SampleTable table = samples.Add(SubjectKind.Host, [Metric.HostUptime]);
        table.Set(table.AddRow(0), 0, DayMs);
        ReportRecord report = new(host, new BootId(new Guid(9, 9, 9, new byte[8])), 1, samples, [new Subject(SubjectKind.Host, host.Value, "")]);
        Assert.Equal(WriteStatus.Durable, (await collector.Store.WriteAsync(new WriteBatch([report], [], [], []), RunningCollector.Cancel)).Status);
    }

    private async Task WatchAsync(RunningCollector collector)
    {
        using AgentUnderTest first = await JoinAsync(collector, 0), second = await JoinAsync(collector, 1), third = await JoinAsync(collector, 2);
        await collector.Part<NeighbourJob>().StopAsync(RunningCollector.Cancel);
        await collector.Part<PeerJob>().StopAsync(RunningCollector.Cancel);
        await PassAsync(collector, [first, second, third], (int)(3.5 * HourTicks));
    }

    private async Task<AgentUnderTest> JoinAsync(RunningCollector collector, int number)
    {
        AgentUnderTest agent = collector.Agent(number + 1);
        await StoreOldAsync(collector, agent.Info.Id);
        await agent.OpenAsync();
        Inventory inventory = _world.InventoryOf(number) with { Host = agent.Info };
        await agent.SendAsync(new() { Inventory = InventoryMapping.ToWire(InventoryChange.Whole(inventory)) });
        foreach (VmInfo vm in inventory.Vms)
        {
            await agent.SendAsync(new() { Event = EventMapping.ToWire(new Core.Model.HostEvent(HostEventKind.VmObserved, StartMs, vm.Id, vm.Name, State: VmState.Running), ++_sequences[number]) });
        }

        return agent;
    }

    private async Task PassAsync(RunningCollector collector, AgentUnderTest[] agents, int ticks)
    {
        for (int tick = 1; tick <= ticks; tick++)
        {
            ILookup<int, Core.Model.HostEvent> happened = _world.Step(TimeSpan.FromMilliseconds(TickMs)).Where(e => e.Event is not null).ToLookup(e => e.HostNumber, e => e.Event!);
            _clock.Advance(TimeSpan.FromMilliseconds(TickMs));
            foreach ((int number, AgentUnderTest agent) in agents.Index())
            {
                await SendAsync(agent, number, happened[number]);
            }

            if (TimeOf(tick) % WindowMs == LookMs)
            {
                await collector.Part<NeighbourJob>().LookAsync(RunningCollector.Cancel);
            }

            if (TimeOf(tick) % PeerWatch.PeriodMs == LookMs)
            {
                await collector.Part<PeerJob>().LookAsync(RunningCollector.Cancel);
            }
        }
    }

    private async Task SendAsync(AgentUnderTest agent, int number, IEnumerable<Core.Model.HostEvent> happened)
    {
        foreach (Core.Model.HostEvent one in happened)
        {
            await agent.SendAsync(new() { Event = EventMapping.ToWire(one, ++_sequences[number]) });
        }

        SampleSet samples = new();
        foreach (SampleTier tier in new[] { SampleTier.Fast, SampleTier.Slow })
        {
            samples.Reset();
            _world.Sample(number, tier, samples);
            await agent.SendAsync(agent.Encoded(samples, ++_sequences[number]));
        }

        await agent.AcknowledgedAtLeastAsync(_sequences[number]);
    }
}
