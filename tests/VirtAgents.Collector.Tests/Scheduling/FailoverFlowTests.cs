using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;

namespace VirtAgents.Collector.Tests.Scheduling;

/// <summary>From a policy by which hosts may fail to the incident of a cluster that has no room for it, and its end.</summary>
public sealed class FailoverFlowTests : IDisposable
{
    private readonly string _policy = Path.GetTempFileName();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(AgentUnderTest.Time(1)));
    private int _minute;

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Look_BothHostsMayFail_OpensOneWarningUntilOneMay()
    {
        await WriteAsync(failing: 2);
        await using RunningCollector collector = await RunningCollector.StartAsync(null, _clock, $"Scheduling:PolicyFile={_policy}");
        using AgentUnderTest first = collector.Agent(1), second = collector.Agent(2);
        await first.OpenAsync();
        await second.OpenAsync();
        await RunningCollector.UntilAsync(async () => (await collector.Fleet.HostsAsync(RunningCollector.Cancel)).Sum(h => h.Vms.Length) == 2);

        IncidentRecord opened = await PassUntilAsync(collector, IncidentState.Open, first, second);
        Assert.Equal((FindingKind.FailoverRoomShort, "host1", IncidentSeverity.Warning), (opened.Root.Kind, opened.Root.Name, opened.Severity));
        Assert.Equal("VMs were promised 2 GiB; without host1, host2 the other hosts have 0 GiB for them", opened.Root.Evidence);
        Assert.InRange(_minute, 15, int.MaxValue);

        await WriteAsync(failing: 1);
        Assert.Equal(opened.Id, (await PassUntilAsync(collector, IncidentState.Resolved, first, second)).Id);
    }

    private Task WriteAsync(int failing) => File.WriteAllTextAsync(_policy, $$"""{ "failoverHosts": {{failing}}, "rules": [] }""", RunningCollector.Cancel);

    private async Task<IncidentRecord> PassUntilAsync(RunningCollector collector, IncidentState state, params AgentUnderTest[] agents)
    {
        IncidentRecord? found = null;
        await RunningCollector.UntilAsync(async () =>
        {
            _minute++;
            await collector.PassAsync(_clock, TimeSpan.FromMinutes(1), _minute, agents);
            found = (await collector.Incidents.ListIncidentsAsync(new() { Filter = new() { State = state } }, Call)).Incidents.SingleOrDefault(i => i.Root.Kind == FindingKind.FailoverRoomShort);
            return found is not null;
        });
        return found!;
    }
}
