using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Witnesses;

/// <summary>A collector, a host that it does not hear, and two others that it asks.</summary>
[Collection(OneCollector.Name)]
public sealed class HostInquiryTests : IAsyncLifetime
{
    private RunningCollector _collector = null!;
    private AgentUnderTest _suspect = null!;

    public async ValueTask InitializeAsync()
    {
        _collector = await StartAsync(null, null, "Liveness:SilenceLimit=1s");
        _suspect = _collector.Agent();
        _suspect.Introduce = hello => hello.WitnessPort = 7447;
        await _suspect.OpenAsync();
        await _suspect.SendAsync(_suspect.Report(1));
    }

    public async ValueTask DisposeAsync()
    {
        _suspect.Dispose();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task Silence_NobodySeesTheHost_IsLostWithEveryWitnessAndTakenBack()
    {
        await using WitnessAgent second = await WitnessAsync(2, ProbeOutcome.TimedOut), third = await WitnessAsync(3, ProbeOutcome.Unreachable);

        FleetEvent told = await ToldAsync(HostEventKind.HostLost);

        Assert.StartsWith("nobody sees it, asked twice: ", told.Event.Evidence, StringComparison.Ordinal);
        Assert.Contains("host2 gets nothing back", told.Event.Evidence, StringComparison.Ordinal);
        Assert.Contains("host3 cannot reach it", told.Event.Evidence, StringComparison.Ordinal);
        VmView vm = (await _collector.HostAsync()).Vms.Single();
        Assert.Equal((VmState.Unknown, VmStateReason.HostSilent, VmState.Running), (vm.State, vm.Reason, vm.LastKnownState));

        await _suspect.SendAsync(_suspect.Report(2));
        await ToldAsync(HostEventKind.HostRecovered);
    }

    [Fact]
    public async Task Silence_OneIsAnswered_IsPartitioned()
    {
        await using WitnessAgent second = await WitnessAsync(2, ProbeOutcome.TimedOut), third = await WitnessAsync(3, ProbeOutcome.Answered);
        await ToldAsync(HostEventKind.HostPartitioned);

        ProbeHost asked = third.AskedAfter(_suspect)[0];
        Assert.Equal(("127.0.0.1", 7447u, 1_000u), (asked.Address, asked.Port, asked.TimeoutMs));
    }

    [Fact]
    public async Task Silence_NobodyReachesTheHostButItsHeartbeatMoves_IsPartitioned()
    {
        await using WitnessAgent second = await WitnessAsync(2, ProbeOutcome.TimedOut);
        await using WitnessAgent third = await WitnessAgent.StartAsync(
            _collector, 3, host => host == _suspect.Info.Id.Value ? ProbeOutcome.TimedOut : ProbeOutcome.Answered, readsHeartbeats: true);
        FleetEvent told = await ToldAsync(HostEventKind.HostPartitioned);
        Assert.EndsWith("; its heartbeat on shared storage moves", told.Event.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain(await _collector.EventsAsync(), e => e.Event.Kind == HostEventKind.HostLost);
    }

    [Fact]
    public async Task BrokenStream_OneIsRefused_IsADeadAgent()
    {
        await using WitnessAgent second = await WitnessAsync(2, ProbeOutcome.Refused);
        _suspect.Dispose();
        await ToldAsync(HostEventKind.AgentDead);
        Assert.DoesNotContain(await _collector.EventsAsync(), e => e.Event.Kind == HostEventKind.HostSuspected);
    }

    [Fact]
    public async Task Silence_WitnessesSeeNobodyAtAll_IsNoVerdict()
    {
        await using WitnessAgent second = await WitnessAgent.StartAsync(_collector, 2, _ => ProbeOutcome.TimedOut);
        await using WitnessAgent third = await WitnessAgent.StartAsync(_collector, 3, _ => ProbeOutcome.TimedOut);
        await UntilAsync(() => Task.FromResult(second.AskedAfter(_suspect).Length > 2 && third.AskedAfter(_suspect).Length > 2));
        await AssertNoVerdictAsync();
    }

    [Fact]
    public async Task Silence_OneWitnessAndAnOldAgent_IsNoVerdictAndTheOldOneIsNotAsked()
    {
        await using WitnessAgent second = await WitnessAsync(2, ProbeOutcome.TimedOut);
        await using WitnessAgent old = await WitnessAgent.StartAsync(_collector, 3, _ => ProbeOutcome.TimedOut, canProbe: false);
        await UntilAsync(() => Task.FromResult(second.AskedAfter(_suspect).Length > 2));
        await AssertNoVerdictAsync();
        Assert.Empty(old.AskedAfter(_suspect));
    }

    [Theory]
    [InlineData("here", 1u, "hello.witness_address is not an IP address")]
    [InlineData("", 65_536u, "hello.witness_port 65536 is out of range (0 to 65535)")]
    public async Task Hello_WitnessPlaceIsNone_IsRefused(string address, uint port, string expected)
    {
        using AgentUnderTest agent = _collector.Agent(9);
        agent.Introduce = hello => (hello.WitnessAddress, hello.WitnessPort) = (address, port);
        await agent.SendAsync(new() { Hello = agent.Hello() });
        Status status = await agent.EndAsync();
        Assert.Equal((StatusCode.InvalidArgument, expected), (status.StatusCode, status.Detail));
    }

    // It sees the other witness, and of the suspect what the test says.
    private Task<WitnessAgent> WitnessAsync(int number, ProbeOutcome ofSuspect) => WitnessAgent.StartAsync(
        _collector, number, host => host == _suspect.Info.Id.Value ? ofSuspect : ProbeOutcome.Answered);

    private async Task<FleetEvent> ToldAsync(HostEventKind kind)
    {
        FleetEvent? told = null;
        await UntilAsync(async () =>
        {
            told = (await _collector.EventsAsync()).FirstOrDefault(e => e.Event.Kind == kind);
            return told is not null;
        });
        return told!;
    }

    private async Task AssertNoVerdictAsync() => Assert.DoesNotContain(
        await _collector.EventsAsync(), e => e.Event.Kind is HostEventKind.HostLost or HostEventKind.HostPartitioned or HostEventKind.AgentDead);
}
