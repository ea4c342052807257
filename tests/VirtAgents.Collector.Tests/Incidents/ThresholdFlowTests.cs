using Grpc.Core;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Detection.Thresholds;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;

namespace VirtAgents.Collector.Tests.Incidents;

/// <summary>From samples over a threshold of the operator's table to the incident.</summary>
public sealed class ThresholdFlowTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Samples_OverTheLevelAndBack_OpenAndResolveAnIncident()
    {
        await File.WriteAllTextAsync(
            _file, """{"thresholds": [{ "name": "busy", "figure": "vm_cpu_percent", "level": 80, "clear": 20, "hold": "0", "severity": "error" }]}""", RunningCollector.Cancel);
        await using RunningCollector collector = await RunningCollector.StartAsync(null, null, $"Detection:ThresholdFile={_file}");
        using AgentUnderTest agent = await collector.JoinAsync();

        // Reports are 15 s apart, and the VM has 2 vCPUs: 27 s of CPU time are 90 %.
        await agent.SendAsync(agent.CpuReport(2, 1_000_000_000));
        await agent.SendAsync(agent.CpuReport(3, 28_000_000_000));
        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.ThresholdError, "vm1", "busy", IncidentSeverity.Error), (opened.Root.Kind, opened.Root.Name, opened.Root.Detail, opened.Severity));
        Assert.Equal("vm_cpu_percent is 90, 80 or more", opened.Root.Evidence);
        FleetEvent told = Assert.Single(await collector.EventsAsync(), e => e.Event.Kind == HostEventKind.ThresholdError);
        Assert.Equal((Core.Model.VmState.Running, Core.Model.VmState.Unknown), (told.FromState, told.Event.State));

        await agent.SendAsync(agent.CpuReport(4, 28_100_000_000));
        await SingleAsync(collector, IncidentState.Resolved);
    }

    [Fact]
    public async Task Backtest_OfWhatWasRecorded_IsTheSameAndWithAnotherTableIsNot()
    {
        const string Table = """{"thresholds": [{ "name": "busy", "figure": "vm_cpu_percent", "level": 80, "clear": 20, "hold": "0" }]}""";
        await File.WriteAllTextAsync(_file, Table, RunningCollector.Cancel);
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(30)));
        await using RunningCollector collector = await RunningCollector.StartAsync(null, clock, $"Detection:ThresholdFile={_file}");
        using AgentUnderTest agent = await collector.JoinAsync();
        for (int sequence = 2; sequence < 30; sequence++)
        {
            await agent.SendAsync(agent.CpuReport(sequence, sequence * 27_000_000_000L));
        }

        await agent.AcknowledgedAtLeastAsync(29);
        IncidentRecord recorded = await SingleAsync(collector, IncidentState.Open);
        BacktestIncidentsRequest asked = new() { FromUnixMs = AgentUnderTest.Time(0), ToUnixMs = AgentUnderTest.Time(40) };

        ComparedIncident same = Assert.Single((await BacktestAsync(collector, asked)).Incidents);
        Assert.Equal((recorded.Id, "busy", 0), (same.Recorded.Id, same.Concluded.Root.Detail, same.Differences.Count));

        asked.Thresholds = """{"thresholds": []}""";
        ComparedIncident gone = Assert.Single((await BacktestAsync(collector, asked)).Incidents);
        Assert.Equal((recorded.Id, null), (gone.Recorded.Id, gone.Concluded));

        asked.Thresholds = Table.Replace("busy", "very busy", StringComparison.Ordinal).Replace("80", "85", StringComparison.Ordinal);
        asked.Vm = "vm*";
        Assert.Equal([(false, true), (true, false)], (await BacktestAsync(collector, asked)).Incidents.Select(i => (i.Recorded is not null, i.Concluded is not null)));

        asked.Vm = "other*";
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => BacktestAsync(collector, asked))).StatusCode);
        (asked.Vm, asked.Thresholds) = ("", """{"thresholds": [{ "name": "a" }]}""");
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => BacktestAsync(collector, asked));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains("thresholds[0].figure: '' is not valid", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"thresholds":[{"name":"a","figure":"vm_love_percent","level":1}]}""", "thresholds[0].figure: 'vm_love_percent' is not valid; allowed: vm_cpu_percent,")]
    [InlineData("""{"thresholds":[{"name":"a/b","figure":"vm_cpu_percent","level":1}]}""", "thresholds[0].name: 'a/b' is not valid; allowed: 1 to 100 printable characters without a slash")]
    [InlineData("""{"thresholds":[{"name":"a","figure":"vm_cpu_percent"}]}""", "thresholds[0].level: '' is not valid; allowed: a number from 0.1 to 100000")]
    [InlineData("""{"thresholds":[{"name":"a","figure":"vm_cpu_percent","level":5,"clear":6}]}""", "thresholds[0].clear: '6' is not valid; allowed: a number from 0 to 5")]
    [InlineData("""{"thresholds":[{"name":"a","figure":"vm_cpu_percent","level":5},{"name":"a","figure":"vm_cpu_percent","level":6}]}""", "thresholds: 'a' is the name of several")]
    public void Read_Mistake_IsToldWithItsPlace(string json, string told)
    {
        File.WriteAllText(_file, json);
        _ = Read(out IReadOnlyList<string> errors);
        Assert.Contains("Detection:ThresholdFile: " + told, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Rule_FillsInWhatIsLeftOut()
    {
        File.WriteAllText(_file, """{"thresholds":[{"name":"a","figure":"storage_pool_used_percent","level":90}]}""");
        ThresholdRule rule = Assert.Single(Read(out IReadOnlyList<string> errors).Thresholds);
        Assert.Empty(errors);
        Assert.Equal(new ThresholdRule("a", "storage_pool_used_percent", 90, 85.5, TimeSpan.FromMinutes(1), false, "", ""), rule);
    }

    private static async Task<BacktestIncidentsResponse> BacktestAsync(RunningCollector collector, BacktestIncidentsRequest asked) =>
        await collector.IncidentHistory.BacktestIncidentsAsync(asked, Call);

    private CollectorOptions Read(out IReadOnlyList<string> errors) => CollectorSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Detection:ThresholdFile", (string?)_file)]).Build(), insecure: true, out errors);

    private static async Task<IncidentRecord> SingleAsync(RunningCollector collector, IncidentState state)
    {
        IncidentRecord? found = null;
        await RunningCollector.UntilAsync(async () =>
        {
            ListIncidentsResponse all = await collector.Incidents.ListIncidentsAsync(new() { Filter = new() { State = state } }, Call);
            found = all.Incidents.SingleOrDefault();
            return found is not null;
        });
        return found!;
    }
}
