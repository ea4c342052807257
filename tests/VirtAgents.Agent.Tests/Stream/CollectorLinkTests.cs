using Google.Protobuf;
using Grpc.Core;
using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using Kind = VirtAgents.Protocol.V1.AgentMessage.MessageOneofCase;

namespace VirtAgents.Agent.Tests.Stream;

public sealed class CollectorLinkTests
{
    [Fact]
    public async Task Run_FirstStream_SaysHelloInventoryAndReportsAsDifferences()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using var bench = new LinkBench([gateway.Endpoint]);
        bench.AddInventory(1, "web");
        bench.AddReport(1_000_000);
        bench.Start();
        GatewayCall call = await gateway.WelcomeAsync();
        Assert.Equal(("host-1", "berlin", "1.2.3", 1u, 1u, 0ul, 42L), (call.Hello.Host.Name, call.Hello.Cluster, call.Hello.AgentVersion,
            call.Hello.ProtocolMin, call.Hello.ProtocolMax, call.Hello.AckedSequence, call.Hello.HostBootUnixMs));
        Assert.Equal(WireGuid.ToWire(bench.Spool.BootId.Value), call.Hello.BootId);
        AgentMessage inventory = await call.ReadContentAsync();
        Assert.Equal((0ul, 1ul, "web"), (inventory.Inventory.BaseVersion, inventory.Inventory.Version, inventory.Inventory.Vms.Single().Name));
        Report first = (await call.ReadContentAsync()).Report;
        Assert.Equal((1ul, true), (first.Sequence, first.Keyframe));
        bench.AddReport(1_000_001);
        Report second = (await call.ReadContentAsync()).Report;
        Assert.Equal((2ul, false, 1), (second.Sequence, second.Keyframe, second.Tables.Single().Values.Length));
        Assert.Equal([1_000_000, 1_000_001], Decode(first, second));
        Assert.Equal([gateway.Endpoint], bench.Connected);
    }

    [Fact]
    public async Task Run_InventoryChanges_SendsTheDifferenceAndThenAKeyframe()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        bench.AddInventory(1, "a");
        bench.AddReport(1);
        GatewayCall call = await gateway.WelcomeAsync();
        await call.ReadUntilAsync(1);
        bench.AddInventory(2, "a", "b");
        bench.AddReport(2, inventoryVersion: 2);
        List<AgentMessage> rest = await call.ReadUntilAsync(2);
        Assert.Equal([Kind.Inventory, Kind.Report], rest.Select(m => m.MessageCase));
        Assert.Equal((1ul, 2ul, "b"), (rest[0].Inventory.BaseVersion, rest[0].Inventory.Version, rest[0].Inventory.Vms.Single().Name));
        Assert.True(rest[1].Report.Keyframe);
    }

    [Fact]
    public async Task Run_EventBehindManyReports_OvertakesThemAndComesOnce()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using var bench = new LinkBench([gateway.Endpoint]);
        bench.AddInventory(1, "a");
        for (int i = 0; i < 100; i++)
        {
            bench.AddReport(i);
        }

        bench.AddEvent("first");
        bench.AddEvent("second");
        bench.AddReport(100);
        bench.Start();
        GatewayCall call = await gateway.WelcomeAsync();
        List<AgentMessage> all = await call.ReadUntilAsync(103);
        Assert.Equal([Kind.Inventory, Kind.Event, Kind.Event], all.Take(3).Select(m => m.MessageCase));
        Assert.Equal(["first", "second"], all.Where(m => m.Event is not null).Select(m => m.Event.Evidence));
        ulong[] sequences = [.. all.Select(GatewayCall.SequenceOf).Where(s => s > 0)];
        Assert.Equal([101, 102, .. Enumerable.Range(1, 100).Select(i => (ulong)i), 103], sequences);
    }

    [Fact]
    public async Task Run_Acknowledged_IsRemovedFromTheSpool()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        bench.AddInventory(1, "a");
        bench.AddReport(1);
        GatewayCall call = await gateway.WelcomeAsync();
        await call.ReadUntilAsync(1);
        await call.AckAsync(1);
        await Patience.UntilAsync(() => bench.Spool.Acked == 1 && bench.Spool.Bytes == 0);
    }

    [Fact]
    public async Task Run_StreamBreaks_ResumesAfterWhatTheCollectorHas()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        bench.AddInventory(1, "a");
        for (int i = 0; i < 5; i++)
        {
            bench.AddReport(i);
        }

        GatewayCall first = await gateway.WelcomeAsync();
        await first.ReadUntilAsync(5);
        await first.AckAsync(2);
        await Patience.UntilAsync(() => bench.Spool.Acked == 2);
        first.Abort();
        GatewayCall second = await gateway.WelcomeAsync(acked: 3);
        Assert.Equal(2ul, second.Hello.AckedSequence);
        Assert.Equal(first.Hello.InstanceId, second.Hello.InstanceId);
        List<AgentMessage> rest = await second.ReadUntilAsync(5);
        Assert.Equal([Kind.Inventory, Kind.Report, Kind.Report], rest.Select(m => m.MessageCase));
        Assert.True(rest[1].Report.Keyframe);
        Assert.Equal([3, 4], Decode(rest[1].Report, rest[2].Report));
    }

    [Fact]
    public async Task Run_RecordsWereDropped_TellsTheGap()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        MessageSpool small = MessageSpool.InMemory(
            LinkBench.Host.Id, new SpoolLimits(1 << 20, TimeSpan.FromHours(1), 1_000), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await using var bench = new LinkBench([gateway.Endpoint], small);
        bench.AddInventory(1, "a");
        for (int i = 0; i < 100; i++)
        {
            bench.AddReport(i);
        }

        bench.Start();
        GatewayCall call = await gateway.WelcomeAsync();
        List<AgentMessage> all = await call.ReadUntilAsync(100);
        SequenceGap gap = Assert.Single(all, m => m.Gap is not null).Gap;
        Assert.Equal((1ul, (ulong)small.Dropped), (gap.FromSequence, gap.ToSequence));
        Assert.Equal(gap.ToSequence + 1, all.First(m => m.Report is not null).Report.Sequence);
        Assert.InRange(small.Dropped, 50, 99);
    }

    [Fact]
    public async Task Run_Directive_IsRefusedWithTheReason()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        GatewayCall call = await gateway.WelcomeAsync();
        Assert.Empty(call.Hello.Capabilities);
        Assert.All(call.Hello.Unsupported, u => Assert.Equal("acting is off: this is a test", u.Why));
        Assert.Equal(Core.Directives.DirectiveCatalogue.All.Select(d => d.Name), call.Hello.Unsupported.Select(u => u.Kind));
        ByteString id = WireGuid.ToWire(Guid.NewGuid());
        await call.SendAsync(new CollectorMessage { Directive = new Directive { Id = id, Kind = "set_drain", Parameters = { ["drain"] = "true" } } });
        DirectiveUpdate update = (await call.ReadContentAsync()).DirectiveUpdate;
        Assert.Equal(
            (id, DirectiveState.Refused, RefusalReason.ActingOff, "acting is off: this is a test"), (update.DirectiveId, update.State, update.Refusal, update.Detail));
    }

    [Fact]
    public async Task Run_NothingToSay_SendsHeartbeats()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        GatewayCall call = await gateway.WelcomeAsync(silenceMs: 300);
        Assert.Equal(Kind.Heartbeat, (await call.ReadAsync()).MessageCase);
        Assert.Equal(Kind.Heartbeat, (await call.ReadAsync()).MessageCase);
    }

    [Fact]
    public async Task Run_SamplingPlans_AreHandedOn()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        GatewayCall call = await gateway.WelcomeAsync();
        await call.SendAsync(new CollectorMessage { SamplingPlan = new SamplingPlan { FastIntervalMs = 5_000 } });
        await Patience.UntilAsync(() => bench.Plans.Count == 2);
        Assert.Equal([0u, 5_000u], bench.Plans.Select(p => p.FastIntervalMs));
    }

    [Fact]
    public async Task Run_Drain_ClosesAndGoesToTheOtherCollector()
    {
        await using FakeGateway one = await FakeGateway.StartAsync();
        await using FakeGateway other = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([one.Endpoint, other.Endpoint]).Start();
        GatewayCall call = await one.WelcomeAsync();
        await call.SendAsync(new CollectorMessage { Drain = new Drain { Reason = "update", ReconnectAfterMs = 3_600_000 } });
        Assert.True(await call.IsClosedAsync());
        call.End();
        await other.WelcomeAsync();
    }

    [Fact]
    public async Task Run_FirstEndpointDead_FailsOverToTheNext()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([new Uri("http://127.0.0.1:1"), gateway.Endpoint]).Start();
        await gateway.WelcomeAsync();
        Assert.Contains(bench.Log.Lines, l => l.Contains("nothing listens there; is the collector running?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_WhileConnected_SendsTheRestClosesAndTakesTheLastAck()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        GatewayCall call = await gateway.WelcomeAsync();
        bench.AddInventory(1, "a");
        for (int i = 0; i < 20; i++)
        {
            bench.AddReport(i);
        }

        Task stopped = bench.StopAsync();
        await call.ReadUntilAsync(20);
        Assert.True(await call.IsClosedAsync());
        await call.AckAsync(20);
        call.End();
        await stopped.Soon();
        Assert.Equal(20, bench.Spool.Acked);
    }

    [Fact]
    public async Task Run_CollectorHasNumbersThatWereLost_SaysHelloAnewWithAnotherBootId()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        bench.AddInventory(1, "a");
        bench.AddReport(1);
        GatewayCall first = await gateway.WelcomeAsync(acked: 500);
        Assert.True(await first.IsClosedAsync());
        first.End();
        GatewayCall second = await gateway.WelcomeAsync();
        Assert.NotEqual(first.Hello.BootId, second.Hello.BootId);
        await second.ReadUntilAsync(1);
    }

    [Fact]
    public async Task Run_RecordRefusedAgainAndAgain_IsGivenUpAndTheRestGoesOn()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        bench.AddInventory(1, "a");
        bench.AddReport(1);
        bench.AddReport(2);
        for (int i = 0; i < 3; i++)
        {
            GatewayCall call = await gateway.WelcomeAsync();
            await call.ReadUntilAsync(1);
            call.End(StatusCode.InvalidArgument, "report 1 is poison");
        }

        GatewayCall last = await gateway.WelcomeAsync();
        List<AgentMessage> rest = await last.ReadUntilAsync(2);
        Assert.Equal((1ul, 1ul), Assert.Single(rest.Where(m => m.Gap is not null).Select(m => (m.Gap.FromSequence, m.Gap.ToSequence))));
        Assert.DoesNotContain(rest, m => m.Report?.Sequence == 1);
        Assert.Equal(1, bench.Spool.Dropped);
    }

    [Fact]
    public async Task Run_CollectorReadsNothing_GoesOnSpoolingAndDeliversAllLater()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        MessageSpool large = MessageSpool.InMemory(
            LinkBench.Host.Id, new SpoolLimits(1 << 20, TimeSpan.FromHours(1), 32 << 20), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await using LinkBench bench = new LinkBench([gateway.Endpoint], large).Start();
        bench.AddInventory(1, "a");
        GatewayCall call = await gateway.WelcomeAsync();
        for (int i = 0; i < 2_000; i++)
        {
            bench.AddEvent(new string('e', 1_000));
        }

        List<AgentMessage> all = await call.ReadUntilAsync(2_000);
        Assert.Equal(Enumerable.Range(1, 2_000).Select(i => (ulong)i), all.Where(m => m.Event is not null).Select(m => m.Event.Sequence));
    }

    [Fact]
    public async Task Run_SimulatedPartition_IsSilentAndDeliversAfterwards()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        GatewayCall call = await gateway.WelcomeAsync(silenceMs: 300);
        bench.AddInventory(1, "a");
        bench.AddReport(1);
        await call.ReadUntilAsync(1);
        bench.Reach = VirtAgents.Agent.Stream.Reach.Silent;
        bench.Link.Wake();
        bench.AddReport(2);
        Task<List<AgentMessage>> later = call.ReadUntilAsync(2);
        await Assert.ThrowsAsync<TimeoutException>(() => later.WaitAsync(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken));
        bench.Reach = VirtAgents.Agent.Stream.Reach.Open;
        bench.Link.Wake();
        Assert.Single(await later.Soon());
    }

    private static List<long> Decode(params Report[] reports)
    {
        var decoder = new ReportDecoder(ProtocolLimits.Default);
        var samples = new SampleSet();
        var values = new List<long>();
        foreach (Report report in reports)
        {
            Assert.True(decoder.TryDecode(report, samples, out string? problem), problem);
            values.Add(samples[0].Get(0, Metric.VmCpuTime)!.Value);
        }

        return values;
    }
}
