using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using PoolInfo = VirtAgents.Core.Model.PoolInfo;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;

namespace VirtAgents.Collector.Tests.Anomalies;

/// <summary>From the stored past of pools to the incident.</summary>
public sealed class PoolFillFlowTests
{
    private const long HourMs = 3_600_000, Capacity = 1_000_000_000_000, Begin = 472_222 * HourMs;
    private const int Hours = 120;

    // A backtest looks so long after each hour is over.
    private const long SettledMs = 90_000;
    private static readonly PoolInfo San = new(50, "san", "netfs", "/san"), Local = new(51, "local", "dir", "/local");

    [Fact]
    public async Task Look_SharedPoolThatFills_OpensOneWarningOfAllHosts()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest first = await JoinAsync(collector, 1, San, Local), second = await JoinAsync(collector, 2, San);
        await StoreAsync(collector, first, San, hour => 40 + (hour * 0.4));
        await StoreAsync(collector, second, San, hour => 40 + (hour * 0.4));
        await StoreAsync(collector, first, Local, _ => 70);
        await LookAsync(collector);
        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.PoolFillsSoon, "san", IncidentSeverity.Warning), (opened.Root.Kind, opened.Root.Name, opened.Severity));
        Assert.Matches(@"^87\.\d % used, grows 9\.6 points a day by the last 120 h; full in 1\.\d+ days \(\S+ days to \S+ days\)$", opened.Root.Evidence);

        await LookAsync(collector);
        Assert.Single(await collector.EventsAsync(), e => e.Event.Kind == HostEventKind.PoolFillsSoon);
    }

    [Fact]
    public async Task Look_PoolThatIsClearedLater_ResolvesIt()
    {
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Begin));
        await using RunningCollector collector = await RunningCollector.StartAsync(null, clock);
        using AgentUnderTest agent = await JoinAsync(collector, 1, San);
        await StoreAsync(collector, agent, San, hour => 40 + (hour * 0.4), Begin);
        clock.Advance(TimeSpan.FromMinutes(30));
        await SingleAsync(collector, IncidentState.Open);

        await StoreAsync(collector, agent, San, hour => hour < Hours - 3 ? null : 45, Begin + (3 * HourMs), boot: 6);
        clock.Advance(TimeSpan.FromHours(3));
        await SingleAsync(collector, IncidentState.Resolved);
    }

    [Fact]
    public async Task Backtest_PoolThatFillsAndIsCleared_ConcludesWhatWasRecordedUnlessSwitchedOff()
    {
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Begin));
        RunningCollector watching = await RunningCollector.StartAsync(null, clock);
        await using (watching)
        {
            using AgentUnderTest agent = await JoinAsync(watching, 1, San, Local), sharing = await JoinAsync(watching, 2, San);
            await StoreAsync(watching, agent, San, hour => hour is < 90 or > 111 ? 40 : 40 + ((hour - 90) * 1.5), Begin + (24 * HourMs));
            await watching.Part<PoolFillJob>().StopAsync(RunningCollector.Cancel);
            for (int look = 0; look < 48; look++)
            {
                await LookAsync(watching);
                await JudgedAsync(watching);
                clock.Advance(TimeSpan.FromMinutes(30));
                await agent.BeatAsync();
                await sharing.BeatAsync();
            }

            await SingleAsync(watching, IncidentState.Resolved);

            // Of a pool that hosts share the one that knows it tells, whichever is asked about.
            foreach (string host in new[] { "", "host1", "host2" })
            {
                ComparedIncident same = Assert.Single(await BacktestAsync(watching, host));
                Assert.Equal((FindingKind.PoolFillsSoon, "san"), (same.Recorded.Root.Kind, same.Recorded.Root.Name));
                Assert.Equal((same.Recorded.Root.Kind, same.Recorded.Root.Name), (same.Concluded.Root.Kind, same.Concluded.Root.Name));
                Assert.Empty(same.Differences);

                // Here a look is at the full hour, and the keeper concludes before time goes on.
                Assert.Equal(same.Recorded.OpenedUnixMs + SettledMs, same.Concluded.OpenedUnixMs);
                Assert.Equal(same.Recorded.ResolvedUnixMs + SettledMs, same.Concluded.ResolvedUnixMs);
            }
        }

        await using RunningCollector off = await RunningCollector.StartAsync(watching.Directory, clock, "Detection:Anomalies:Enabled=false");
        Assert.Null(Assert.Single(await BacktestAsync(off, "")).Concluded);
    }

    [Fact]
    public async Task Look_PoolsThatAreFullWithinHoursOrOfWhichLittleIsKnown_OpensOneError()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync();
        using AgentUnderTest agent = await JoinAsync(collector, 1, San, Local);
        await StoreAsync(collector, agent, San, hour => 30 + (hour * 0.55));
        await StoreAsync(collector, agent, Local, hour => hour < Hours - 20 ? null : 30 + ((hour - 100) * 3));
        await LookAsync(collector);
        IncidentRecord opened = await SingleAsync(collector, IncidentState.Open);
        Assert.Equal((FindingKind.PoolFillsWithinHours, "san", IncidentSeverity.Error), (opened.Root.Kind, opened.Root.Name, opened.Severity));
    }

    [Fact]
    public async Task Look_SwitchedOff_IsNotThere()
    {
        await using RunningCollector collector = await RunningCollector.StartAsync(null, null, "Detection:Anomalies:Enabled=false");
        Assert.Throws<InvalidOperationException>(collector.Part<PoolFillJob>);
    }

    private static async Task<ComparedIncident[]> BacktestAsync(RunningCollector collector, string host) =>
        [.. (await collector.IncidentHistory.BacktestIncidentsAsync(new() { FromUnixMs = Begin, Host = host }, Call)).Incidents.Where(i => (i.Recorded ?? i.Concluded).Root.Kind is FindingKind.PoolFillsSoon or FindingKind.PoolFillsWithinHours)];

    private static Task LookAsync(RunningCollector collector) => collector.Part<PoolFillJob>().LookAsync(RunningCollector.Cancel).WaitAsync(RunningCollector.Patience, RunningCollector.Cancel);

    // What a look has put into the feed is stored, and the keeper has concluded what comes of it.
    private static Task JudgedAsync(RunningCollector collector) => RunningCollector.UntilAsync(async () =>
        collector.Part<BatchWriter>().Budget.Used == 0
        && (await collector.Store.EventsAsync(new EventQuery(0, 0, 0, null, null, [], 1, NewestFirst: true), RunningCollector.Cancel) is not [var newest] || collector.Part<IncidentKeeper>().Position >= newest.Id));

    private static async Task<AgentUnderTest> JoinAsync(RunningCollector collector, int host, params PoolInfo[] pools)
    {
        AgentUnderTest agent = collector.Agent(host);
        agent.Pools = pools;
        await agent.OpenAsync();
        await agent.SendAsync(agent.Event(1, HostEventKind.VmObserved, Core.Model.VmState.Running));
        await agent.AcknowledgedAtLeastAsync(1);
        return agent;
    }

    // One sample in each of the hours before this one.
    private static async Task StoreAsync(RunningCollector collector, AgentUnderTest agent, PoolInfo pool, Func<int, double?> percent, long? nowMs = null, short boot = 5)
    {
        Subject?[] subjects = [new(SubjectKind.Host, agent.Info.Id.Value, ""), new(SubjectKind.Pool, agent.Info.Id.Value, pool.Name)];
        long fromMs = (((nowMs ?? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()) / HourMs) - Hours) * HourMs;
        ReportRecord[] reports =
        [
            .. Enumerable.Range(0, Hours).Where(hour => percent(hour) is not null)
                .Select(hour => new ReportRecord(agent.Info.Id, new BootId(new Guid(agent.Number, boot, (short)pool.Index, new byte[8])), hour + 1, Samples(fromMs + (hour * HourMs) + 60_000, percent(hour)!.Value), subjects)),
        ];
        WriteOutcome outcome = await collector.Store.WriteAsync(new WriteBatch(reports, [], [], []), RunningCollector.Cancel);
        Assert.Equal((WriteStatus.Durable, null), (outcome.Status, outcome.Problem));
    }

    private static SampleSet Samples(long timeUnixMs, double percent)
    {
        SampleSet samples = new() { TimeUnixMs = timeUnixMs, Tier = SampleTier.Slow };
        SampleTable table = samples.Add(SubjectKind.Pool, [Metric.PoolCapacity, Metric.PoolAllocation]);
        int row = table.AddRow(1);
        table.Set(row, 0, Capacity);
        table.Set(row, 1, (long)(Capacity * percent / 100));
        return samples;
    }

    private static async Task<IncidentRecord> SingleAsync(RunningCollector collector, IncidentState state)
    {
        IncidentRecord? found = null;
        await RunningCollector.UntilAsync(async () =>
            (found = (await collector.Incidents.ListIncidentsAsync(new() { Filter = new() { State = state } }, Call)).Incidents.SingleOrDefault(i => i.Root.Kind is FindingKind.PoolFillsSoon or FindingKind.PoolFillsWithinHours)) is not null);
        return found!;
    }
}
