using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Fleet;

/// <summary>What silence is told as, and what is no silence. Real seconds count here.</summary>
[Collection(OneCollector.Name)]
public sealed class FleetSilenceTests
{
    private const string QueueBytes = "virtcollector.queue";
    private const string MassSilence = "virtcollector.liveness.mass_silence";

    [Fact]
    public async Task Silence_IsSuspicionAndEndsWithTheNextMessage()
    {
        await using RunningCollector collector = await StartAsync(null, null, "Liveness:SilenceLimit=1s");
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await agent.SendAsync(agent.Report(1));
        await UntilAsync(async () => (await collector.HostAsync()).Agent == AgentStatus.Silent);
        VmView vm = (await collector.HostAsync()).Vms.Single();
        Assert.Equal((VmState.Unknown, VmStateReason.HostSilent, VmState.Running), (vm.State, vm.Reason, vm.LastKnownState));

        await agent.SendAsync(agent.Report(2));
        await UntilAsync(async () => (await collector.EventsAsync()).Any(e => e.Event.Kind == HostEventKind.VmKnownAgain));
        IEnumerable<HostEventKind> kinds = (await collector.EventsAsync()).Select(e => e.Event.Kind);
        Assert.Equal(
            [HostEventKind.AgentConnected, HostEventKind.VmObserved, HostEventKind.HostSuspected, HostEventKind.VmUnknown, HostEventKind.HostRecovered, HostEventKind.VmKnownAgain],
            kinds.Take(6));
    }

    [Fact]
    public async Task Silence_OneOfTwo_IsToldWithPhiAndRhythm()
    {
        await using RunningCollector collector = await StartAsync(null, null, "Liveness:SilenceLimit=1s");
        using AgentUnderTest agent = collector.Agent(1), neighbour = collector.Agent(2);
        await neighbour.OpenAsync();
        await agent.OpenAsync();
        FleetEvent told = await SuspectedAsync(collector, neighbour);
        Assert.Equal("host1", told.HostName);
        Assert.Matches("^nothing heard for [0-9]+ s; the stream is still open; phi [0-9]+\\.[0-9], usually heard every [0-9]+\\.[0-9] s", told.Event.Evidence);
        Assert.Equal(0, collector.Figures.Gauge(MassSilence));
    }

    [Fact]
    public async Task Silence_AllOfThree_IsMassSilenceAndToldWithItsReason()
    {
        await using RunningCollector collector = await StartAsync(null, null, "Liveness:SilenceLimit=1s");
        using AgentUnderTest first = collector.Agent(1), second = collector.Agent(2), third = collector.Agent(3);
        await first.OpenAsync();
        await second.OpenAsync();
        await third.OpenAsync();
        await UntilAsync(() => Task.FromResult(collector.Figures.Gauge(MassSilence) == 1));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await collector.Http.GetAsync("/readyz", Cancel)).StatusCode);
        FleetEvent told = await SuspectedAsync(collector);
        Assert.EndsWith("; 3 of 3 streams fell silent at once, so the collector or its network is probably at fault", told.Event.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_AgentOfOtherSequenceSpace_TakesThePlace()
    {
        await using RunningCollector collector = await StartAsync(null, null, "Liveness:SilenceLimit=1s");
        using AgentUnderTest old = collector.Agent();
        await old.OpenAsync();
        await UntilAsync(async () => (await collector.HostAsync()).Agent == AgentStatus.Silent);
        using AgentUnderTest young = collector.Agent(1, Guid.NewGuid());
        await young.OpenAsync();
        Assert.Equal(StatusCode.Aborted, (await old.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task StoreAway_QueueFull_HoldsTheAgentBackAndLosesNothing()
    {
        await using RunningCollector collector = await StartAsync(null, null, "Ingest:QueueBytes=1MiB", "Liveness:SilenceLimit=1s");
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        collector.Store.Problem = "away";
        const int Reports = 1_500;
        Task sending = Task.Run(async () =>
        {
            for (int i = 1; i <= Reports; i++)
            {
                await agent.SendAsync(agent.Report(i));
            }
        }, Cancel);
        await UntilAsync(() => Task.FromResult(collector.Figures.Gauge(QueueBytes) > 1_000_000));
        Assert.InRange(collector.Figures.Gauge(QueueBytes), 1_000_000, 1_100_000);
        collector.Store.Problem = null;
        await agent.AcknowledgedAtLeastAsync(Reports);
        await sending.WaitAsync(Patience, Cancel);
        Assert.Equal(Reports, (await collector.StoredTimesAsync(Metric.VmBalloonCurrent, agent.Vm.Value)).Distinct().Count());

        // Whoever is held back is not silent.
        Assert.DoesNotContain(await collector.EventsAsync(), e => e.Event.Kind == HostEventKind.HostSuspected);
    }

    // Agents that beat meanwhile are not silent.
    private static async Task<FleetEvent> SuspectedAsync(RunningCollector collector, params AgentUnderTest[] beating)
    {
        FleetEvent? told = null;
        await UntilAsync(async () =>
        {
            foreach (AgentUnderTest agent in beating)
            {
                await agent.BeatAsync();
            }

            told = (await collector.EventsAsync()).FirstOrDefault(e => e.Event.Kind == HostEventKind.HostSuspected);
            return told is not null;
        });
        return told!;
    }
}
