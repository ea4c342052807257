using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;

namespace VirtAgents.Collector.Tests.Planning;

/// <summary>From samples over some minutes to a plan. Reports are 15 s apart; every VM keeps half a pCPU busy, but for what a test says.</summary>
public sealed class LoadFlowTests
{
    private const int Last = 40;
    private const long Usual = 7_500_000_000, Spike = 30_000_000_000;

    private static readonly PlanRequest Balance = new() { Goal = PlanGoal.Balance };

    [Fact]
    public async Task Plan_VmsThatAreBusyInTheirNewestSampleOnly_AreNotMoved()
    {
        await using RunningCollector collector = await AtAsync(Last);
        using AgentUnderTest first = await OpenAsync(collector, 1, vms: 3);
        using AgentUnderTest second = await OpenAsync(collector, 2, vms: 2);
        await TellAsync(first, second, sequence => sequence == Last ? Spike : Usual);

        PlanResponse plan = await PlanAsync(collector);

        Assert.Empty(plan.Moves);
        Assert.Equal(["load: means of the last 10 minutes of 5 VMs"], plan.Notes);
    }

    [Fact]
    public async Task Plan_VmsThatAreBusyAllTheTime_AreSpread()
    {
        await using RunningCollector collector = await AtAsync(Last);
        using AgentUnderTest first = await OpenAsync(collector, 1, vms: 3);
        using AgentUnderTest second = await OpenAsync(collector, 2, vms: 2);
        await TellAsync(first, second, _ => Spike);

        PlanResponse plan = await PlanAsync(collector);

        Assert.Equal(("host1", "host2"), (Assert.Single(plan.Moves).From, plan.Moves[0].To));
    }

    [Fact]
    public async Task Plan_SamplesLongPast_AreNoMeans()
    {
        await using RunningCollector collector = await AtAsync(Last + 200);
        using AgentUnderTest first = await OpenAsync(collector, 1, vms: 3);
        using AgentUnderTest second = await OpenAsync(collector, 2, vms: 2);
        await TellAsync(first, second, sequence => sequence == Last ? Spike : Usual);

        PlanResponse plan = await PlanAsync(collector);

        Assert.Equal(["load: newest figures, since there are no means, of vm1, vm1-2, vm1-3, vm2, vm2-2"], plan.Notes);
        Assert.Single(plan.Moves);
    }

    [Fact]
    public async Task Plan_StoreThatCannotBeRead_TakesNewestFiguresAndSaysWhy()
    {
        await using RunningCollector collector = await AtAsync(Last);
        using AgentUnderTest first = await OpenAsync(collector, 1, vms: 3);
        using AgentUnderTest second = await OpenAsync(collector, 2, vms: 2);
        await TellAsync(first, second, sequence => sequence == Last ? Spike : Usual);
        collector.Store.RangeProblem = "the disk is away";

        PlanResponse plan = await PlanAsync(collector);

        Assert.Equal(["load: newest figures, since there are no means, of vm1, vm1-2, vm1-3, vm2, vm2-2", "no means of loads: the disk is away"], plan.Notes);
    }

    private static Task<RunningCollector> AtAsync(long sequence) =>
        StartAsync(null, new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(sequence) + 1)));

    private static async Task<AgentUnderTest> OpenAsync(RunningCollector collector, int number, int vms)
    {
        AgentUnderTest agent = collector.Agent(number);
        agent.VmCount = vms;
        agent.Introduce = hello =>
        {
            hello.Capabilities.Add("migrate");
            hello.Unsupported.Clear();
        };
        await agent.OpenAsync();
        return agent;
    }

    // The growth that is given is that of two VMs of the first host, nanoseconds in 15 s.
    private static async Task TellAsync(AgentUnderTest first, AgentUnderTest second, Func<int, long> growth)
    {
        long busy = 0;
        for (int sequence = 1; sequence <= Last; sequence++)
        {
            busy += growth(sequence);
            await first.SendAsync(first.LoadReport(sequence, busy, busy, sequence * Usual));
            await second.SendAsync(second.LoadReport(sequence, sequence * Usual, sequence * Usual));
        }

        await first.AcknowledgedAtLeastAsync(Last);
        await second.AcknowledgedAtLeastAsync(Last);
    }

    private static async Task<PlanResponse> PlanAsync(RunningCollector collector) =>
        await collector.Planning.PlanAsync(Balance, new CallOptions(cancellationToken: Cancel).WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + Patience));
}
