using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Spool;
using VirtAgents.Agent.Stream;
using VirtAgents.Protocol.V1;
using Kind = VirtAgents.Protocol.V1.AgentMessage.MessageOneofCase;

namespace VirtAgents.Agent.Tests.Stream;

public sealed class StateRepeatTests
{
    [Fact]
    public async Task Run_GapTold_StatesAreToldOnceWhenAllIsSent()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = Overfull(gateway);
        bench.Start();
        GatewayCall call = await gateway.WelcomeAsync();
        List<AgentMessage> all = await call.ReadUntilAsync(102);
        Assert.Equal([Kind.Inventory, Kind.Gap], all.Take(2).Select(m => m.MessageCase));
        Assert.Equal(["a", "off"], all.TakeLast(2).Select(m => m.Event.Evidence));
        Assert.Equal(100ul, all[^3].Report.Sequence);
        bench.AddReport(1_000);
        Assert.Equal(103ul, (await call.ReadContentAsync()).Report.Sequence);
        Assert.Equal(1, bench.Repetitions);
    }

    [Fact]
    public async Task Run_StreamBreaksAfterTheGap_TheGapComesBeforeTheSameStates()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = Overfull(gateway);
        bench.Start();
        GatewayCall first = await gateway.WelcomeAsync();
        await first.ReadUntilAsync(102);
        first.Abort();
        GatewayCall second = await gateway.WelcomeAsync();
        List<AgentMessage> again = await second.ReadUntilAsync(100);
        List<Kind> kinds = [.. again.Select(m => m.MessageCase)];
        Assert.Equal([Kind.Inventory, Kind.Gap], kinds.Take(2));
        Assert.Equal(["a", "off"], again.Where(m => m.Event is not null).Select(m => m.Event.Evidence));
        bench.AddReport(1_000);
        Assert.Equal(103ul, (await second.ReadContentAsync()).Report.Sequence);
        Assert.Equal(1, bench.Repetitions);
    }

    [Fact]
    public async Task Run_NoGap_NothingIsToldAgain()
    {
        await using FakeGateway gateway = await FakeGateway.StartAsync();
        await using LinkBench bench = new LinkBench([gateway.Endpoint]).Start();
        bench.AddInventory(1, "a");
        bench.AddReport(1);
        GatewayCall call = await gateway.WelcomeAsync(silenceMs: 300);
        await call.ReadUntilAsync(1);
        Assert.Equal(Kind.Heartbeat, (await call.ReadAsync()).MessageCase);
        Assert.Equal(0, bench.Repetitions);
    }

    [Fact]
    public void IsOwedAfter_RepetitionStillToBeSent_CoversOnlyEarlierGaps()
    {
        (StateRepeat repeat, MessageSpool spool, _) = New(() => { });
        Append(spool, 10);
        Assert.True(repeat.IsOwedAfter(last: 10, sent: 0));
        Assert.True(repeat.TryAsk());
        Assert.False(repeat.IsOwedAfter(last: 10, sent: 10));
        Assert.True(repeat.IsOwedAfter(last: 11, sent: 10));
        Assert.True(repeat.IsOwedAfter(last: 10, sent: 11));
    }

    [Fact]
    public void TryAsk_SoonAgain_Waits()
    {
        int asked = 0;
        (StateRepeat repeat, _, FakeTimeProvider time) = New(() => asked++);
        Assert.True(repeat.TryAsk());
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(repeat.TryAsk());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(repeat.TryAsk());
        Assert.Equal(2, asked);
    }

    private static LinkBench Overfull(FakeGateway gateway)
    {
        var bench = new LinkBench([gateway.Endpoint], Small(TimeProvider.System));
        bench.Vms.AddRange(["a", "off"]);
        bench.AddInventory(1, "a", "off");
        for (int i = 0; i < 100; i++)
        {
            bench.AddReport(i);
        }

        return bench;
    }

    private static (StateRepeat Repeat, MessageSpool Spool, FakeTimeProvider Time) New(Action ask)
    {
        var time = new FakeTimeProvider();
        MessageSpool spool = Small(time);
        return (new StateRepeat(spool, time, ask), spool, time);
    }

    private static MessageSpool Small(TimeProvider time) =>
        MessageSpool.InMemory(LinkBench.Host.Id, new SpoolLimits(1 << 20, TimeSpan.FromHours(1), 1_000), time, NullLogger.Instance);

    private static void Append(MessageSpool spool, int count)
    {
        for (int i = 0; i < count; i++)
        {
            spool.Append(RecordKind.Event, [1]);
        }
    }
}
