using System.Net;
using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Sessions;

public sealed class SessionTests
{
    [Fact]
    public async Task Connect_ReportsAndEvents_AreDurableAcknowledgedAndSeen()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = collector.Agent();
        Welcome welcome = await agent.OpenAsync();
        Assert.Equal((1u, 0ul, 15_000u), (welcome.ProtocolVersion, welcome.AckedSequence, welcome.SilenceLimitMs));
        await agent.SendAsync(agent.Event(1, HostEventKind.VmObserved, VmState.Running, VmStateReason.Booted));
        await agent.SendAsync(agent.Report(2));
        await agent.SendAsync(agent.Report(3));
        await agent.SendAsync(agent.Event(4, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed));
        await agent.AcknowledgedAsync(4);

        Assert.Equal([AgentUnderTest.Time(2), AgentUnderTest.Time(3)], await collector.StoredTimesAsync(Metric.VmBalloonCurrent, agent.Vm.Value));
        IReadOnlyList<FleetEvent> feed = await collector.EventsAsync();
        Assert.Equal([HostEventKind.AgentConnected, HostEventKind.VmObserved, HostEventKind.VmCrashed], feed.Select(e => e.Event.Kind));
        Assert.Equal([1L, 2L, 3L], feed.Select(e => e.Id));
        Assert.Equal((VmState.Running, AgentUnderTest.Time(4)), (feed[2].FromState, feed[2].Event.TimeUnixMs));
        HostView host = await collector.HostAsync();
        Assert.Equal((AgentStatus.Connected, HypervisorStatus.Up), (host.Agent, host.Hypervisor));
        Assert.Equal((VmState.Crashed, VmState.Crashed), (host.Vms.Single().State, host.Vms.Single().LastKnownState));
    }

    public static TheoryData<string, StatusCode, string> Violations => new()
    {
        { "report-first", StatusCode.InvalidArgument, "the first message is Report, not hello" },
        { "no-message", StatusCode.InvalidArgument, "the first message is None, not hello" },
        { "no-boot", StatusCode.InvalidArgument, "hello.boot_id is missing" },
        { "no-host", StatusCode.InvalidArgument, "hello: host.id is missing" },
        { "version", StatusCode.FailedPrecondition, "the agent speaks protocol versions 7 to 9, this collector 1 to 1" },
        { "long-text", StatusCode.InvalidArgument, "hello.cluster has 1000 characters" },
        { "two-hellos", StatusCode.InvalidArgument, "hello came twice" },
        { "empty", StatusCode.InvalidArgument, "a message is empty" },
        { "report-before-inventory", StatusCode.InvalidArgument, "a report came before the inventory" },
        { "change-before-whole", StatusCode.InvalidArgument, "inventory goes from version 4 to 5" },
        { "other-host", StatusCode.InvalidArgument, "inventory is of host" },
        { "same-index", StatusCode.InvalidArgument, "inventory index 1 is given to Vm and to Pool" },
        { "not-keyframe", StatusCode.InvalidArgument, "no Vm table of this tier came before" },
        { "unknown-subject", StatusCode.InvalidArgument, "Vm index 1 is not in inventory version 1" },
        { "wrong-inventory", StatusCode.InvalidArgument, "report is for inventory version 9, but the stream is at version 1" },
        { "sequence-zero", StatusCode.InvalidArgument, "report sequence 0 is out of range" },
        { "sequence-back", StatusCode.InvalidArgument, "report 4 came after report 5" },
        { "values-short", StatusCode.InvalidArgument, "cells, which do not fit" },
        { "conclusion-as-event", StatusCode.InvalidArgument, "kind 105 is out of range for an agent" },
        { "gap-backwards", StatusCode.InvalidArgument, "gap from 5 to 4 is out of range" },
        { "too-large", StatusCode.ResourceExhausted, "a message is larger than 65536 bytes" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Connect_ProtocolBroken_EndsOnlyThatStreamAndSaysWhy(string violation, StatusCode status, string detail)
    {
        await using RunningCollector collector = await StartAsync(null, null, "Limits:MessageBytes=65536");
        using AgentUnderTest neighbour = collector.Agent(2);
        await neighbour.OpenAsync();
        using AgentUnderTest agent = collector.Agent();
        await Record.ExceptionAsync(() => BreakAsync(agent, violation)); // the stream may be ended before the last message is written
        Status ended = await agent.EndAsync();
        Assert.Equal(status, ended.StatusCode);
        Assert.Contains(detail, ended.Detail, StringComparison.Ordinal);

        await neighbour.SendAsync(neighbour.Report(1));
        await neighbour.AcknowledgedAsync(1);
        string cause = status switch { StatusCode.FailedPrecondition => "version", StatusCode.ResourceExhausted => "message_size", _ => "protocol" };
        string figures = await collector.Http.GetStringAsync("/metrics", Cancel);
        Assert.Contains($"cause=\"{cause}\"", figures, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NoHello_EndsWithDeadline()
    {
        await using RunningCollector collector = await StartAsync(null, null, "Liveness:HelloLimit=200ms");
        using AgentUnderTest agent = collector.Agent();
        Assert.Equal(StatusCode.DeadlineExceeded, (await agent.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Connect_MoreStreamsThanAllowed_IsRefused()
    {
        await using RunningCollector collector = await StartAsync(null, null, "Limits:Streams=1");
        using AgentUnderTest first = collector.Agent(1);
        await first.OpenAsync();
        using AgentUnderTest second = collector.Agent(2); // making it opens its stream
        Status ended = await second.EndAsync();
        Assert.Equal((StatusCode.ResourceExhausted, "1 streams are open already (Limits:Streams)"), (ended.StatusCode, ended.Detail));
    }

    [Fact]
    public async Task Connect_MoreHostsThanMayBeKnown_IsRefusedAndKnownOnesReturn()
    {
        await using RunningCollector collector = await StartAsync(null, null, "Limits:Hosts=1");
        using (AgentUnderTest first = collector.Agent(1))
        {
            await first.OpenAsync();
            await collector.LeaveAsync(first);
        }

        using AgentUnderTest other = collector.Agent(2);
        await other.SendAsync(new() { Hello = other.Hello() });
        Status ended = await other.EndAsync();
        Assert.Equal((StatusCode.ResourceExhausted, "1 hosts are known already, and this is another (Limits:Hosts)"), (ended.StatusCode, ended.Detail));
        using AgentUnderTest again = collector.Agent(1);
        await again.OpenAsync();
    }

    [Fact]
    public async Task Connect_SecondAgentWithSameHostId_IsRefused()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = collector.Agent(), second = collector.Agent(1, Guid.NewGuid());
        await first.OpenAsync();
        await second.SendAsync(new() { Hello = second.Hello() });
        Status ended = await second.EndAsync();
        Assert.Equal(StatusCode.AlreadyExists, ended.StatusCode);
        Assert.Contains("is held by another agent", ended.Detail, StringComparison.Ordinal);
        await first.SendAsync(first.Report(1));
        await first.AcknowledgedAsync(1);
    }

    [Fact]
    public async Task Connect_SameAgentAgain_SupersedesItsOldStream()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest old = collector.Agent(), young = collector.Agent();
        await old.OpenAsync();
        await young.OpenAsync();
        Assert.Equal(StatusCode.Aborted, (await old.EndAsync()).StatusCode);
        await young.SendAsync(young.Report(1));
        await young.AcknowledgedAsync(1);
        Assert.DoesNotContain(await collector.EventsAsync(), e => e.Event.Kind == HostEventKind.AgentLost);
    }

    [Fact]
    public async Task Connect_ResentAfterReconnect_IsStoredOnce()
    {
        await using RunningCollector collector = await StartAsync();
        using (AgentUnderTest broken = collector.Agent())
        {
            await broken.OpenAsync();
            await broken.SendAsync(broken.Report(1));
            await broken.SendAsync(broken.Event(2, HostEventKind.VmRebooted));
            await broken.AcknowledgedAsync(2);
        }

        using AgentUnderTest agent = collector.Agent();
        Assert.Equal(2ul, (await agent.OpenAsync()).AckedSequence);
        await agent.SendAsync(agent.Report(1));
        await agent.SendAsync(agent.Event(2, HostEventKind.VmRebooted));
        await agent.SendAsync(agent.Report(3));
        await agent.AcknowledgedAsync(3);
        Assert.Equal([AgentUnderTest.Time(1), AgentUnderTest.Time(3)], await collector.StoredTimesAsync(Metric.VmBalloonCurrent, agent.Vm.Value));
        Assert.Single(await collector.EventsAsync(), e => e.Event.Kind == HostEventKind.VmRebooted);
    }

    [Fact]
    public async Task Connect_EventOvertakesReport_AcknowledgesWhenHoleIsFilled()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await agent.SendAsync(agent.Event(3, HostEventKind.VmRebooted));
        await agent.SendAsync(agent.Report(1));
        await agent.AcknowledgedAsync(1);
        await agent.SendAsync(agent.Report(2));
        await agent.AcknowledgedAsync(3);
    }

    [Fact]
    public async Task Connect_SequenceGap_IsAcknowledgedAndVisible()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await agent.SendAsync(new() { Gap = new() { FromSequence = 1, ToSequence = 40, Reason = "the spool is full" } });
        await agent.SendAsync(agent.Report(41));
        await agent.AcknowledgedAsync(41);
        FleetEvent dropped = Assert.Single(await collector.EventsAsync(), e => e.Event.Kind == HostEventKind.SamplesDropped);
        Assert.Equal("40 messages never arrive: the spool is full", dropped.Event.Evidence);
    }

    [Fact]
    public async Task Connect_BrokenStream_MakesVmsUnknownNotOff()
    {
        await using RunningCollector collector = await StartAsync();
        AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await agent.SendAsync(agent.Report(1));
        await agent.AcknowledgedAsync(1);
        agent.Dispose();
        await UntilAsync(async () => (await collector.HostAsync()).Agent == AgentStatus.Lost);
        VmView vm = (await collector.HostAsync()).Vms.Single();
        Assert.Equal((VmState.Unknown, VmStateReason.AgentLost, VmState.Running), (vm.State, vm.Reason, vm.LastKnownState));
    }

    [Fact]
    public async Task Connect_AgentClosesItsSide_GetsItsLastAckAndIsStopped()
    {
        await using RunningCollector collector = await StartAsync(null, null, "Ingest:CommitDelay=300ms");
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await agent.SendAsync(agent.Report(1));
        await agent.CompleteAsync();
        await agent.AcknowledgedAsync(1);
        Assert.Equal(StatusCode.OK, (await agent.EndAsync()).StatusCode);
        await UntilAsync(async () => (await collector.HostAsync()).Agent == AgentStatus.Stopped);
    }

    [Fact]
    public async Task Ready_StoreAway_SaysWhy()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await UntilAsync(async () => (await collector.EventsAsync()).Count == 1);
        collector.Store.Problem = "the disk is full";
        await agent.SendAsync(agent.Report(1));
        await UntilAsync(async () => (await collector.Http.GetAsync("/readyz", Cancel)).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Contains("store: the disk is full", await (await collector.Http.GetAsync("/readyz", Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await collector.Http.GetAsync("/healthz", Cancel)).StatusCode);

        // Detection goes on meanwhile, and nothing is lost.
        await agent.SendAsync(agent.Event(2, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed));
        await UntilAsync(async () => (await collector.HostAsync()).Vms.Single().State == VmState.Crashed);
        collector.Store.Problem = null;
        await agent.AcknowledgedAsync(2);
        Assert.Equal(HttpStatusCode.OK, (await collector.Http.GetAsync("/readyz", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Connect_ReportTheStoreNeverTakes_KeepsItsNumberAndTheRest()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        collector.Store.RejectsReports = true;
        await agent.SendAsync(agent.Report(1));
        await agent.AcknowledgedAsync(1);
        collector.Store.RejectsReports = false;
        await agent.SendAsync(agent.Report(2));
        await agent.AcknowledgedAsync(2);
        Assert.Equal([AgentUnderTest.Time(2)], await collector.StoredTimesAsync(Metric.VmBalloonCurrent, agent.Vm.Value));
    }

    private static async Task BreakAsync(AgentUnderTest agent, string violation)
    {
        if (Greeting(agent, violation) is { } greeting)
        {
            await agent.SendAsync(greeting);
            return;
        }

        await agent.SendAsync(new() { Hello = agent.Hello() });
        if (BeforeInventory(agent, violation) is { } early)
        {
            await agent.SendAsync(early);
            return;
        }

        await agent.SendInventoryAsync();
        foreach (AgentMessage message in AfterInventory(agent, violation))
        {
            await agent.SendAsync(message);
        }
    }

    private static AgentMessage? Greeting(AgentUnderTest agent, string violation) => violation switch
    {
        "report-first" => agent.Report(1),
        "no-message" => new(),
        "no-boot" => new() { Hello = With(agent.Hello(), h => h.BootId = Google.Protobuf.ByteString.Empty) },
        "no-host" => new() { Hello = With(agent.Hello(), h => h.Host = null) },
        "version" => new() { Hello = With(agent.Hello(), h => (h.ProtocolMin, h.ProtocolMax) = (7, 9)) },
        "long-text" => new() { Hello = With(agent.Hello(), h => h.Cluster = new string('x', 1_000)) },
        _ => null,
    };

    private static AgentMessage? BeforeInventory(AgentUnderTest agent, string violation) => violation switch
    {
        "two-hellos" => new() { Hello = agent.Hello() },
        "empty" => new(),
        "report-before-inventory" => agent.Report(1),
        "change-before-whole" => new() { Inventory = With(Wire(agent), i => (i.BaseVersion, i.Version) = (4, 5)) },
        "other-host" => new() { Inventory = With(Wire(agent), i => i.Host.Id = Protocol.WireGuid.ToWire(Guid.NewGuid())) },
        "same-index" => new() { Inventory = With(Wire(agent), i => i.Pools.Add(new PoolDescription { Index = 1, Name = "p" })) },
        "too-large" => new() { Event = With(agent.Event(1, HostEventKind.VmRebooted).Event, e => e.Evidence = new string('x', 70_000)) },
        _ => null,
    };

    private static AgentMessage[] AfterInventory(AgentUnderTest agent, string violation) => violation switch
    {
        "not-keyframe" => [Second(agent)],
        "unknown-subject" => [new() { Inventory = With(Wire(agent), i => i.Vms.Clear()) }, agent.Report(1)],
        "wrong-inventory" => [agent.Report(1, inventory: 9)],
        "sequence-zero" => [With(agent.Report(1), m => m.Report.Sequence = 0)],
        "sequence-back" => [agent.Report(5), agent.Report(4)],
        "values-short" => [With(agent.Report(1), m => m.Report.Tables[0].Values = Google.Protobuf.ByteString.Empty)],
        "conclusion-as-event" => [With(agent.Event(1, HostEventKind.VmRebooted), m => m.Event.Kind = EventKind.VmUnknown)],
        "gap-backwards" => [new() { Gap = new() { FromSequence = 5, ToSequence = 4 } }],
        _ => throw new ArgumentOutOfRangeException(nameof(violation), violation, "no such violation"),
    };

    private static AgentMessage Second(AgentUnderTest agent)
    {
        agent.Report(1);
        return agent.Report(2);
    }

    private static Protocol.V1.Inventory Wire(AgentUnderTest agent) => Protocol.InventoryMapping.ToWire(InventoryChange.Whole(agent.Inventory()));

    private static T With<T>(T message, Action<T> change)
    {
        change(message);
        return message;
    }
}
