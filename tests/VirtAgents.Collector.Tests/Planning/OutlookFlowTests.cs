using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Planning;
using VirtAgents.Collector.Query;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;

namespace VirtAgents.Collector.Tests.Planning;

/// <summary>
/// From the stored past of VMs to a plan. Two VMs of the first host are about to begin their day, as they did on three days before; now every VM keeps half a pCPU busy.
/// </summary>
public sealed class OutlookFlowTests
{
    private const long HourMs = 3_600_000, TickMs = 15_000, TickNs = 15_000_000_000;
    private const int Last = 40, Day = 24, Working = 6, PastHours = 3 * Day, TicksPerHour = 45;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(Last) + 1);

    [Fact]
    public async Task Plan_VmsThatWillBeBusyInTheNextHours_AreSpreadBeforeTheyAre()
    {
        await using RunningCollector collector = await StartAsync(null, new FakeTimeProvider(Now));
        using AgentUnderTest first = await OpenAsync(collector, 1, vms: 3);
        using AgentUnderTest second = await OpenAsync(collector, 2, vms: 2);
        await StoreAsync(collector, first);
        Assert.Empty((await PlanAsync(collector, new())).Moves);

        await collector.Part<LoadOutlooks>().LookAsync(Cancel);

        PlanResponse plan = await PlanAsync(collector, new());
        Assert.Equal(("host1", "host2"), (Assert.Single(plan.Moves).From, plan.Moves[0].To));
        Assert.Equal(["load: means of the last 10 minutes of 5 VMs; CPU of 2 VMs as they will use it at most in the next 4 hours"], plan.Notes);
        Assert.Empty((await PlanAsync(collector, new() { NoForecast = true })).Moves);
    }

    [Fact]
    public async Task Current_TimePassesWithoutALook_IsForgotten()
    {
        FakeTimeProvider clock = new(Now);
        await using RunningCollector collector = await StartAsync(null, clock);
        using AgentUnderTest first = await OpenAsync(collector, 1, vms: 3);
        await StoreAsync(collector, first);
        LoadOutlooks outlooks = collector.Part<LoadOutlooks>();
        await outlooks.LookAsync(Cancel);
        Assert.All(outlooks.Current.Values, cores => Assert.InRange(cores, 1.8, 2));
        Assert.Equal(2, outlooks.Current.Count);

        collector.Store.RangeProblem = "the disk is away";
        clock.Advance(TimeSpan.FromHours(3));

        Assert.Empty(outlooks.Current);
        await Assert.ThrowsAsync<StoreUnusableException>(() => outlooks.LookAsync(Cancel));
    }

    [Fact]
    public async Task Look_VmThatWasOffAtALook_IsKnownWhenItIsOnAgain()
    {
        await using RunningCollector collector = await StartAsync(null, new FakeTimeProvider(Now));
        using AgentUnderTest agent = await OpenAsync(collector, 1, vms: 1);
        await StoreAsync(collector, agent);
        FakeTimeProvider clock = new(Now);
        using QueryTurns turns = new(QueryLimits.Default);
        Sight sight = new(collector.Part<IFleetReader>());
        LoadOutlooks outlooks = new(collector.Store, turns, sight, clock);

        for (int hour = PastHours; hour < PastHours + 3; hour++)
        {
            sight.State = hour == PastHours + 1 ? VmState.ShutOff : VmState.Running;
            await outlooks.LookAsync(Cancel);
            Assert.Equal(sight.State == VmState.Running, outlooks.Current.ContainsKey(agent.Vm));
            await StoreAsync(collector, agent, hour, 1);
            clock.Advance(TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task Look_VmThatIsGone_IsForgotten()
    {
        await using RunningCollector collector = await StartAsync(null, new FakeTimeProvider(Now));
        using AgentUnderTest first = await OpenAsync(collector, 1, vms: 1);
        await StoreAsync(collector, first);

        await collector.Part<LoadOutlooks>().LookAsync(Cancel);

        Assert.Equal([first.Vm], collector.Part<LoadOutlooks>().Current.Keys);
    }

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
        for (int sequence = 1; sequence <= Last; sequence++)
        {
            await agent.SendAsync(agent.LoadReport(sequence, [.. Enumerable.Repeat(sequence * TickNs / 2, vms)]));
        }

        await agent.AcknowledgedAtLeastAsync(Last);
        return agent;
    }

    // Some minutes of each hour, those before this one first.
    private static async Task StoreAsync(RunningCollector collector, AgentUnderTest agent, int first = 0, int hours = PastHours)
    {
        Subject?[] subjects = [new(SubjectKind.Host, agent.Info.Id.Value, ""), new(SubjectKind.Vm, agent.Vm.Value, ""), new(SubjectKind.Vm, new Guid(agent.Number, 7, 8, new byte[8]), "")];
        BootId boot = new(new Guid(agent.Number, 9, (short)first, new byte[8]));
        long fromMs = ((Now.ToUnixTimeMilliseconds() / HourMs) - PastHours) * HourMs, cpuTime = 0;
        List<ReportRecord> reports = [];
        for (int hour = first; hour < first + hours; hour++)
        {
            for (int tick = 0; tick < TicksPerHour; tick++)
            {
                cpuTime += hour % Day < Working ? 2 * TickNs : TickNs / 20;
                reports.Add(new(agent.Info.Id, boot, reports.Count + 1, Samples(fromMs + (hour * HourMs) + (tick * TickMs), cpuTime), subjects));
            }
        }

        WriteOutcome outcome = await collector.Store.WriteAsync(new WriteBatch(reports, [], [], []), Cancel);
        Assert.Equal((WriteStatus.Durable, null), (outcome.Status, outcome.Problem));
    }

    private static SampleSet Samples(long timeUnixMs, long cpuTime)
    {
        SampleSet samples = new() { TimeUnixMs = timeUnixMs, Tier = SampleTier.Slow };
        SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmCpuTime]);
        table.Set(table.AddRow(1), 0, cpuTime);
        table.Set(table.AddRow(2), 0, cpuTime);
        return samples;
    }

    private static async Task<PlanResponse> PlanAsync(RunningCollector collector, PlanRequest request)
    {
        request.Goal = PlanGoal.Balance;
        return await collector.Planning.PlanAsync(request, new CallOptions(cancellationToken: Cancel).WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + Patience));
    }

    /// <summary>The fleet with its VMs in another state.</summary>
    private sealed class Sight(IFleetReader fleet) : IFleetReader
    {
        public VmState State { get; set; }

        public async ValueTask<IReadOnlyList<HostView>> HostsAsync(CancellationToken cancellationToken) =>
            [.. (await fleet.HostsAsync(cancellationToken)).Select(h => h with { Vms = [.. h.Vms.Select(v => v with { State = State })] })];

        public IAsyncEnumerable<FleetEvent> EventsAsync(CancellationToken cancellationToken) => fleet.EventsAsync(cancellationToken);
    }
}
