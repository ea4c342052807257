using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;
using UnknownReason = VirtAgents.Core.Metrics.UnknownReason;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Fleet;

public sealed class FleetTests
{
    [Fact]
    public async Task Restart_SameStateConfirmed_TellsNothingNew()
    {
        string directory = await RunOnceAsync();
        await using RunningCollector collector = await StartAsync(directory);
        HostView before = await collector.HostAsync();
        Assert.Equal(AgentStatus.NotYetSeen, before.Agent);
        Assert.Equal((VmState.Unknown, VmStateReason.NotYetSeen, VmState.Running), (before.Vms.Single().State, before.Vms.Single().Reason, before.Vms.Single().LastKnownState));
        int events = (await collector.EventsAsync()).Count;

        using AgentUnderTest agent = collector.Agent();
        Assert.Equal(2ul, (await agent.OpenAsync(acked: 2)).AckedSequence);
        await agent.SendAsync(agent.Report(3));
        await agent.AcknowledgedAsync(3);
        Assert.Equal(VmState.Running, (await collector.HostAsync()).Vms.Single().State);
        Assert.Equal([HostEventKind.AgentConnected], (await collector.EventsAsync()).Skip(events).Select(e => e.Event.Kind));
    }

    [Fact]
    public async Task Restart_VmCrashedMeanwhile_IsOneCrash()
    {
        string directory = await RunOnceAsync();
        await using RunningCollector collector = await StartAsync(directory);
        int events = (await collector.EventsAsync()).Count;
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync(acked: 2);
        await agent.SendAsync(agent.Event(3, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed));
        await agent.AcknowledgedAsync(3);
        Assert.Equal([HostEventKind.AgentConnected, HostEventKind.VmCrashed], (await collector.EventsAsync()).Skip(events).Select(e => e.Event.Kind));
    }

    [Fact]
    public async Task Restart_HostDoesNotReturn_IsSuspected()
    {
        string directory = await RunOnceAsync();
        await using RunningCollector collector = await StartAsync(directory, null, "Liveness:ReturnLimit=1s");
        await UntilAsync(async () => (await collector.EventsAsync()).Any(e => e.Event.Kind == HostEventKind.HostSuspected));
    }

    [Fact]
    public async Task Stop_WithOpenStream_DrainsFlushesAndTellsNoLoss()
    {
        RunningCollector collector = await StartAsync(null, null, "Ingest:CommitDelay=200ms");
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await agent.SendAsync(agent.Report(1));
        await UntilAsync(async () => (await collector.HostAsync()).LastReportUnixMs > 0);
        Task stopping = collector.StopAsync();
        List<CollectorMessage> told = [];
        Status status = await ReadAsync(agent, told);
        await stopping;
        Assert.Contains(told, m => m.Drain is not null);
        Assert.Contains(told, m => m.Ack is { Sequence: 1 });

        // The client library forgets a status that it has not read yet when the connection is closed behind it, in order.
        Assert.True(status.StatusCode == StatusCode.Unavailable || status.Detail.Contains("NO_ERROR", StringComparison.Ordinal), status.ToString());

        await collector.DisposeAsync();
        await using RunningCollector next = await StartAsync(collector.Directory);
        Assert.DoesNotContain(await next.EventsAsync(), e => e.Event.Kind is HostEventKind.AgentLost or HostEventKind.VmUnknown);
        using AgentUnderTest again = next.Agent();
        Assert.Equal(1ul, (await again.OpenAsync(acked: 1)).AckedSequence);
    }

    [Fact]
    public async Task Figures_AgentOfOtherSequenceSpace_NoRateAcrossItAndTheReasonWhy()
    {
        await using RunningCollector collector = await StartAsync();
        using (AgentUnderTest old = collector.Agent())
        {
            await old.OpenAsync();
            await old.SendAsync(old.CpuReport(1, 0));
            await old.SendAsync(old.CpuReport(2, 3_000_000_000));
            await UntilAsync(async () => (await collector.HostAsync()).Vms.SingleOrDefault()?.Figures.CpuPercent == 10);
        }

        await UntilAsync(async () => (await collector.HostAsync()).Agent != AgentStatus.Connected);
        using AgentUnderTest young = collector.Agent(1, Guid.NewGuid());
        await young.OpenAsync();
        await young.SendAsync(young.CpuReport(3, 9_000_000_000));
        await UntilAsync(async () => (await collector.HostAsync()).Vms.Single().Figures.UpdatedUnixMs == AgentUnderTest.Time(3));

        VmFigures figures = (await collector.HostAsync()).Vms.Single().Figures;
        Assert.Equal((null, UnknownReason.OtherEpoch), (figures.CpuPercent, figures.Unknown.Cpu));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Migration_BothHostsTell_IsOneMigrationAndTheVmFollows(bool arrivalFirst)
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest source = collector.Agent(1), target = collector.Agent(2);
        await source.OpenAsync();
        await target.OpenAsync();
        await source.SendAsync(source.Event(1, HostEventKind.VmObserved, VmState.Running, VmStateReason.Booted));
        await source.AcknowledgedAsync(1);
        AgentMessage left = source.Event(2, HostEventKind.VmMigratedOut), arrived = target.Event(1, HostEventKind.VmMigratedIn, VmState.Running);
        arrived.Event.VmId = WireGuid.ToWire(source.Vm.Value);
        arrived.Event.VmName = "vm1";
        (AgentUnderTest Agent, AgentMessage Message, long Sequence)[] order = arrivalFirst ? [(target, arrived, 1), (source, left, 2)] : [(source, left, 2), (target, arrived, 1)];
        foreach ((AgentUnderTest agent, AgentMessage message, long sequence) in order)
        {
            await agent.SendAsync(message);
            await agent.AcknowledgedAsync(sequence);
        }

        await source.SendAsync(source.Event(3, HostEventKind.VmProcessExited));
        await source.AcknowledgedAsync(3);
        await UntilAsync(async () => (await collector.EventsAsync()).Any(e => e.Event.Kind == HostEventKind.VmMigrated));
        IReadOnlyList<FleetEvent> feed = await collector.EventsAsync();
        Assert.Equal(target.Info.Id, Assert.Single(feed, e => e.Event.Kind == HostEventKind.VmMigrated).HostId);
        Assert.DoesNotContain(feed, e => e.Event.Kind is HostEventKind.VmCrashed or HostEventKind.VmStopped or HostEventKind.VmProcessExited);
        Assert.DoesNotContain((await collector.HostAsync(1)).Vms, v => v.Info.Id == source.Vm);
        Assert.Equal(VmState.Running, (await collector.HostAsync(2)).Vms.Single(v => v.Info.Id == source.Vm).State);
    }

    [Fact]
    public async Task Feed_Watcher_SeesEventsWithIdsOnlyWhenDurable()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = collector.Agent();

        // Durable and told are two moments: whoever begins between them hears of the first event as well.
        await using IAsyncEnumerator<FleetEvent> watcher = collector.Fleet.EventsAsync(Cancel).GetAsyncEnumerator(Cancel);
        ValueTask<bool> first = watcher.MoveNextAsync();
        await agent.OpenAsync();
        Assert.True(await first.AsTask().WaitAsync(Patience, Cancel));
        Assert.Equal(1, watcher.Current.Id);
        ValueTask<bool> next = watcher.MoveNextAsync();
        collector.Store.Problem = "away";
        await agent.SendAsync(agent.Event(1, HostEventKind.VmRebooted));
        await UntilAsync(async () => (await collector.Http.GetStringAsync("/metrics", Cancel)).Contains("virtcollector_store_failures", StringComparison.Ordinal));
        Assert.False(next.IsCompleted);
        collector.Store.Problem = null;
        Assert.True(await next.AsTask().WaitAsync(Patience, Cancel));
        Assert.Equal((2L, HostEventKind.VmRebooted), (watcher.Current.Id, watcher.Current.Event.Kind));
    }

    private static async Task<string> RunOnceAsync()
    {
        RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await agent.SendAsync(agent.Event(1, HostEventKind.VmObserved, VmState.Running, VmStateReason.Booted));
        await agent.SendAsync(agent.Report(2));
        await agent.AcknowledgedAsync(2);
        await collector.StopAsync();
        await collector.DisposeAsync();
        return collector.Directory;
    }

    private static async Task<Status> ReadAsync(AgentUnderTest agent, List<CollectorMessage> told)
    {
        try
        {
            while (true)
            {
                told.Add(await agent.NextAsync());
            }
        }
        catch (RpcException end)
        {
            return end.Status;
        }
    }
}
