using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;

namespace VirtAgents.Collector.Tests.Sessions;

public sealed class GapTests
{
    [Theory]
    [InlineData(VmState.ShutOff, HostEventKind.VmKnownAgain)]
    [InlineData(VmState.Crashed, HostEventKind.VmCrashed)]
    public async Task Connect_GapAndThenTheStates_VmThatIsOffIsKnownAgain(VmState state, HostEventKind told)
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await agent.SendAsync(agent.Event(1, HostEventKind.VmObserved, VmState.ShutOff));
        await agent.SendAsync(new() { Gap = new() { FromSequence = 2, ToSequence = 9, Reason = "the spool is full" } });
        await agent.AcknowledgedAtLeastAsync(9);
        await UntilAsync(async () => (await VmAsync(collector)).State == VmState.Unknown);
        Assert.Equal((VmStateReason.NotYetSeen, VmState.ShutOff), ((await VmAsync(collector)).Reason, (await VmAsync(collector)).LastKnownState));

        await agent.SendAsync(agent.Event(10, HostEventKind.VmObserved));
        await agent.SendAsync(agent.Event(11, HostEventKind.HypervisorRestored));
        await agent.AcknowledgedAtLeastAsync(11);
        Assert.Equal(VmState.Unknown, (await VmAsync(collector)).State);

        await agent.SendAsync(agent.Event(12, HostEventKind.VmObserved, state));
        await agent.AcknowledgedAtLeastAsync(12);
        Assert.Equal(state, (await VmAsync(collector)).State);
        Assert.Equal(told, (await collector.EventsAsync())[^1].Event.Kind);
    }

    private static async Task<VmView> VmAsync(RunningCollector collector) => (await collector.HostAsync()).Vms.Single();
}
