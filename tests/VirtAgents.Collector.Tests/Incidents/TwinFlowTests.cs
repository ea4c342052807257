using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Incidents;

/// <summary>From two hosts that tell of one VM to its incident, and its end after a restart of the collector.</summary>
public sealed class TwinFlowTests
{
    private static readonly VmId Shared = new(new Guid(42, 0, 0, new byte[8]));

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(1)));
    private int _at;

    [Fact]
    public async Task Look_VmRunsOnTwoHosts_IsCriticalUntilOneIsOffThoughTheCollectorRestarts()
    {
        RunningCollector first = await RunningCollector.StartAsync(null, _clock);
        IncidentRecord opened;
        await using (first)
        {
            using AgentUnderTest one = await OpenAsync(first, 1), other = await OpenAsync(first, 2);
            opened = await PassUntilAsync(first, IncidentState.Open, one, other);
            Assert.Equal((FindingKind.VmRunsTwice, "twin", IncidentSeverity.Critical), (opened.Root.Kind, opened.Root.Name, opened.Severity));
            Assert.Equal("it runs on host1 and on host2", opened.Root.Evidence);
            Assert.InRange(_at, 5, int.MaxValue);
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory, _clock);
        using AgentUnderTest again = await OpenAsync(second, 1, _at), stopped = await OpenAsync(second, 2, _at);
        stopped.State = VmState.ShutOff;
        Assert.Equal(opened.Id, (await PassUntilAsync(second, IncidentState.Resolved, again, stopped)).Id);
    }

    private static async Task<AgentUnderTest> OpenAsync(RunningCollector collector, int number, int acked = 0)
    {
        AgentUnderTest agent = collector.Agent(number);
        agent.Describe = vm => vm with { Id = Shared, Name = "twin" };
        await agent.OpenAsync((ulong)acked);
        return agent;
    }

    private async Task<IncidentRecord> PassUntilAsync(RunningCollector collector, IncidentState state, params AgentUnderTest[] agents)
    {
        IncidentRecord? found = null;
        await RunningCollector.UntilAsync(async () =>
        {
            await collector.PassAsync(_clock, TimeSpan.FromSeconds(15), ++_at, agents);
            found = (await collector.Incidents.ListIncidentsAsync(new() { Filter = new() { State = state } }, Call)).Incidents.SingleOrDefault(i => i.Root.Kind == FindingKind.VmRunsTwice);
            return found is not null;
        });
        return found!;
    }
}
