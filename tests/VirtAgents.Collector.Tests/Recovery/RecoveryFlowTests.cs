using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using Directive = VirtAgents.Protocol.V1.Directive;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Recovery;

/// <summary>A host breaks away, a person says that it is off, and its VMs are started on another: on a whole collector with agents of the test.</summary>
public sealed class RecoveryFlowTests : IDisposable
{
    private const string Auto = """{ "recovery": { "mode": "auto" } }""", Digest = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Confirm_LostHost_ItsVmsThatRanAreStartedElsewhereOnceAndTold()
    {
        await using RunningCollector collector = await StartAsync(Auto);
        using AgentUnderTest target = await JoinAsync(collector, 2, VmState.Running);
        await LoseAsync(collector, VmState.Running, VmState.ShutOff);
        HostRecovery before = await GetAsync(collector);
        Assert.Equal(("", null, RecoveryDecision.Recommend, "host2"), (before.CannotConfirm, before.Confirmation, before.Vms.Single(v => v.Vm == "vm1").Decision, before.Vms.Single(v => v.Vm == "vm1").Target));
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);

        HostRecovery confirmed = await ConfirmAsync(collector);
        Assert.Equal((true, "ann", "cord pulled"), (confirmed.Confirmation.Holds, confirmed.Confirmation.Actor, confirmed.Confirmation.Reason));
        Directive directive = await target.DirectiveAsync();
        DirectiveRecord record = await collector.GetAsync(IdOf(directive));
        Assert.Equal(("recover", "recovery", "vm1", "host2", Digest), (record.Kind, record.Actor, record.Vm, record.Host, record.Parameters["definition"]));
        Assert.Equal(new Guid(1, 0, 0, new byte[8]).ToString(), record.Parameters["from_host"]);
        Assert.StartsWith("host host1 is off, confirmed by ann: cord pulled; host2 leaves the load most even", record.Reason, StringComparison.Ordinal);

        await target.TellAsync(directive, DirectiveState.Running);
        await target.TellAsync(directive, DirectiveState.Done, "the VM is Running (Booted) here");
        HostRecovery ended = await ReachesAsync(collector, r => r.Vms.Any(v => v.State == DirectiveStage.Done));
        Assert.Equal(
            ["vm1 Begun host2 it was started on host2", "vm1-2 Leave  it was last seen ShutOff, not running"],
            ended.Vms.OrderBy(v => v.Vm, StringComparer.Ordinal).Select(v => $"{v.Vm} {v.Decision} {v.Target} {v.Why}"));
        Assert.Single((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
        IncidentRecord incident = await IncidentAsync(collector);
        string[] texts = [.. incident.Steps.Select(s => s.Text)];
        Assert.Contains("ann has confirmed that the host is off: cord pulled", texts);
        Assert.Contains($"vm1 is started on host2, directive {record.Id}", texts);
        Assert.Contains("vm1 on host2: done, the VM is Running (Booted) here", texts);
    }

    [Fact]
    public async Task Confirm_CollectorEndsAfterItsDirectiveWasRecorded_StartsNothingTwice()
    {
        RunningCollector first = await StartAsync(Auto);
        Directive directive;
        await using (first)
        {
            using AgentUnderTest target = await JoinAsync(first, 2, VmState.Running);
            await LoseAsync(first, VmState.Running);
            await ConfirmAsync(first);
            directive = await target.DirectiveAsync();
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory, null, [.. Settings]);
        using AgentUnderTest again = second.Agent(2);
        Introduce(again);
        await again.OpenAsync(2);
        await again.SendAsync(Sample(again, 3, VmState.Running));
        Directive same = await again.DirectiveAsync();
        Assert.Equal(directive.Id, same.Id);
        await again.TellAsync(same, DirectiveState.Refused, "not allowed here");
        HostRecovery failed = await ReachesAsync(second, r => r.Vms.Any(v => v.State == DirectiveStage.Refused));
        Assert.Equal("it was tried once, on host2, and refused, so it is for people: not allowed here", failed.Vms.Single().Why);

        // Taken back and confirmed anew it is the same outage: one try.
        await second.Recovery.WithdrawOffAsync(new() { Host = "host1", Actor = "bob" }, Call);
        await ReachesAsync(second, r => r.CannotConfirm.Length == 0);
        HostRecovery anew = await ConfirmAsync(second);
        Assert.Equal((RecoveryDecision.Begun, true), (anew.Vms.Single().Decision, anew.Confirmation.Holds));
        Assert.Single((await second.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Return_OfTheOldHost_ItsStaleDefinitionIsNotWhereTheVmIs()
    {
        await using RunningCollector collector = await StartAsync("""{ "recovery": { "mode": "auto" }, "queue": {} }""");
        using AgentUnderTest target = await JoinAsync(collector, 2, VmState.Running);
        await LoseAsync(collector, VmState.Running);
        await ConfirmAsync(collector);
        Directive directive = await target.DirectiveAsync();
        await target.TellAsync(directive, DirectiveState.Done, "it runs");
        await ReachesAsync(collector, r => r.Vms.Single().State == DirectiveStage.Done);
        VmId vm = new(new Guid(1, 7, 7, new byte[8]));
        target.VmCount = 2;
        target.Describe = v => v.Name == "vm2-2" ? v with { Id = vm, Name = "vm1" } : v;
        await target.SendInventoryAsync(2);
        SampleSet seen = new() { TimeUnixMs = AgentUnderTest.Time(2), Tier = SampleTier.Slow, InventoryVersion = 2 };
        SampleTable table = seen.Add(SubjectKind.Vm, [Metric.VmStateCode]);
        table.Set(table.AddRow(2), 0, (long)VmState.Running);
        await target.SendAsync(target.Encoded(seen, 2));
        using AgentUnderTest back = collector.Agent();
        Introduce(back);
        await back.OpenAsync(1);
        await back.SendAsync(Sample(back, 2, VmState.ShutOff));
        await RunningCollector.UntilAsync(async () => (await collector.HostAsync(1)).Vms.Single().State == VmState.ShutOff && (await collector.HostAsync(2)).Vms.Any(v => v.Info.Id == vm && v.State == VmState.Running));

        JsonElement told = await collector.Http.GetFromJsonAsync<JsonElement>("/v1/vms/vm1", TestContext.Current.CancellationToken);
        Assert.Equal("host2", told.GetProperty("host").GetString());
        StartRequestRecord request = await collector.Requests.SubmitRequestAsync(new() { Vm = "vm1", Host = "host1" }, Call);
        Assert.NotEqual(RequestStage.Sent, request.State);
        Assert.Single((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Request_WhileARecoveryIsOnItsWay_FindsItsRoomTaken()
    {
        await using RunningCollector collector = await StartAsync("""{ "vcpuRatio": 0.5, "recovery": { "mode": "auto" }, "queue": {} }""");
        using AgentUnderTest target = await JoinAsync(collector, 2, VmState.ShutOff);
        await LoseAsync(collector, VmState.Running);
        await ConfirmAsync(collector);
        Directive directive = await target.DirectiveAsync();
        StartRequestRecord request = await collector.Requests.SubmitRequestAsync(new() { Vm = "vm2" }, Call);
        await RunningCollector.UntilAsync(async () => !(request = await collector.Requests.GetRequestAsync(new() { Id = request.Id }, Call)).Detail.Contains("heard of again", StringComparison.Ordinal));
        Assert.Equal(RequestStage.Waiting, request.State);
        Assert.StartsWith("waits: first in the order of host host2, needs 2 vCPUs and 1024 MiB, 0 vCPUs and ", request.Detail, StringComparison.Ordinal);
        await target.TellAsync(directive, DirectiveState.Refused, "not allowed here");
        Assert.Equal("start", (await collector.GetAsync(IdOf(await target.DirectiveAsync()))).Kind);
    }

    [Fact]
    public async Task Heard_WhileSomethingIsNotBegun_EndsTheConfirmationAndTakesItBack()
    {
        await using RunningCollector collector = await StartAsync(Auto);
        using AgentUnderTest target = await JoinAsync(collector, 2, VmState.Running);
        await LoseAsync(collector, VmState.Running);
        await ConfirmAsync(collector);
        Directive directive = await target.DirectiveAsync();
        using AgentUnderTest back = collector.Agent();
        Introduce(back);
        await back.OpenAsync(2);
        HostRecovery heard = await ReachesAsync(collector, r => r.Confirmation is { Holds: false });
        Assert.Equal(("its agent is connected", "its agent is connected"), (heard.Confirmation.EndReason, heard.CannotConfirm));
        CollectorMessage message;
        do
        {
            message = await target.NextAsync();
        }
        while (message.CancelDirective is null);

        Assert.Equal((directive.Id, "its agent is connected"), (message.CancelDirective.DirectiveId, message.CancelDirective.Reason));
        await RefusedAsync("host: host1 cannot be confirmed to be off: its agent is connected", collector.Recovery.ConfirmOffAsync(new() { Host = "host1", Reason = "x" }, Call));
    }

    [Fact]
    public async Task Withdraw_BeforeThereIsAHost_NothingIsBegunAnyMore()
    {
        await using RunningCollector collector = await StartAsync(Auto);
        await LoseAsync(collector, VmState.Running);
        Assert.Equal("no host can take it over: there is no other", (await ConfirmAsync(collector)).Vms.Single().Why);
        await RefusedAsync("host: host1 is confirmed to be off already", collector.Recovery.ConfirmOffAsync(new() { Host = "host1", Reason = "again" }, Call));
        HostRecovery withdrawn = await collector.Recovery.WithdrawOffAsync(new() { Host = "host1", Actor = "bob", Note = "wrong rack" }, Call);
        Assert.Equal((false, "taken back by bob: wrong rack"), (withdrawn.Confirmation.Holds, withdrawn.Confirmation.EndReason));
        using AgentUnderTest target = await JoinAsync(collector, 2, VmState.Running);
        await ReachesAsync(collector, r => r.Vms.Single().Decision == RecoveryDecision.Recommend);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
        await RefusedAsync("host: host1 is not confirmed to be off", collector.Recovery.WithdrawOffAsync(new() { Host = "host1" }, Call));
    }

    [Fact]
    public async Task Confirm_FrozenOrOnlyRecommended_SendsNothing()
    {
        await using RunningCollector collector = await StartAsync(Auto);
        using AgentUnderTest target = await JoinAsync(collector, 2, VmState.Running);
        await LoseAsync(collector, VmState.Running);
        await collector.FreezeAsync(true);
        Assert.Equal((RecoveryDecision.Wait, "acting is frozen by ops: storm"), (await ConfirmAsync(collector)).Vms.Single() is var vm ? (vm.Decision, vm.Why) : default);
        await File.WriteAllTextAsync(_policy, """{ "recovery": { "mode": "recommend" } }""", TestContext.Current.CancellationToken);
        await collector.FreezeAsync(false);
        await ReachesAsync(collector, r => r.Vms.Single().Decision == RecoveryDecision.Recommend);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Confirm_HostThatIsNotMissed_IsRefused()
    {
        await using RunningCollector collector = await StartAsync(Auto);
        AgentUnderTest agent = await JoinAsync(collector, 1, VmState.Running);
        await RefusedAsync("host: host1 cannot be confirmed to be off: its agent is connected", collector.Recovery.ConfirmOffAsync(new() { Host = "host1", Reason = "x" }, Call));
        await collector.LeaveAsync(agent);
        agent.Dispose();
        await RefusedAsync("its agent was stopped on purpose", collector.Recovery.ConfirmOffAsync(new() { Host = "host1", Reason = "x" }, Call));
        RpcException without = await Assert.ThrowsAsync<RpcException>(() => collector.Recovery.ConfirmOffAsync(new() { Host = "host1" }, Call).ResponseAsync);
        Assert.Equal((StatusCode.InvalidArgument, "reason: '' is not allowed; how it is known that the host is off, such as 'power cord pulled'"), (without.StatusCode, without.Status.Detail));
    }

    [Fact]
    public async Task Recovery_OverHttp_IsTheSame()
    {
        await using RunningCollector collector = await StartAsync(Auto);
        await LoseAsync(collector, VmState.Running);
        HttpResponseMessage answer = await collector.Http.PostAsJsonAsync("/v1/hosts/host1/off", new { reason = "cord pulled", actor = "ann" }, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
        JsonElement told = await collector.Http.GetFromJsonAsync<JsonElement>("/v1/hosts/host1/recovery", TestContext.Current.CancellationToken);
        Assert.True(told.GetProperty("confirmation").GetProperty("holds").GetBoolean());
        answer = await collector.Http.PostAsJsonAsync("/v1/hosts/host1/off:withdraw", new { actor = "ann" }, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private IEnumerable<string> Settings => [$"Scheduling:PolicyFile={_policy}", "Liveness:ReturnLimit=1s"];

    private static void Introduce(AgentUnderTest agent)
    {
        agent.Introduce = hello =>
        {
            hello.Cluster = "east";
            hello.Capabilities.Add("recover");
        };
        agent.Pools = [new PoolInfo(50, "san", "netfs", "/san")];
        agent.Disks = [new VmDiskInfo(60, "vda", "/san/a.qcow2", "san")];
        agent.Describe = vm => vm with { DefinitionDigest = Digest, HasAutostart = false };
    }

    /// <summary>A sample with states of VMs and the pool.</summary>
    private static AgentMessage Sample(AgentUnderTest agent, long sequence, params VmState[] states)
    {
        SampleSet samples = new() { TimeUnixMs = AgentUnderTest.Time(sequence), Tier = SampleTier.Slow, InventoryVersion = 1 };
        SampleTable vms = samples.Add(SubjectKind.Vm, [Metric.VmStateCode]);
        foreach ((int at, VmState state) in states.Index())
        {
            vms.Set(vms.AddRow(at + 1), 0, (long)state);
        }

        SampleTable pools = samples.Add(SubjectKind.Pool, [Metric.PoolActive]);
        pools.Set(pools.AddRow(50), 0, 1);
        return agent.Encoded(samples, sequence);
    }

    private static async Task<AgentUnderTest> JoinAsync(RunningCollector collector, int host, params VmState[] states)
    {
        AgentUnderTest agent = collector.Agent(host);
        agent.VmCount = states.Length;
        Introduce(agent);
        await agent.OpenAsync();
        await agent.SendAsync(Sample(agent, 1, states));
        await agent.AcknowledgedAtLeastAsync(1);
        return agent;
    }

    /// <summary>Host 1 comes, tells its VMs, and breaks away.</summary>
    private static async Task LoseAsync(RunningCollector collector, params VmState[] states)
    {
        (await JoinAsync(collector, 1, states)).Dispose();
        await RunningCollector.UntilAsync(async () => (await collector.HostAsync()).Agent == AgentStatus.Lost);
    }

    private static Task<HostRecovery> ConfirmAsync(RunningCollector collector) =>
        collector.Recovery.ConfirmOffAsync(new() { Host = "host1", Reason = "cord pulled", Actor = "ann" }, Call).ResponseAsync;

    private static Task<HostRecovery> GetAsync(RunningCollector collector) => collector.Recovery.GetRecoveryAsync(new() { Host = "host1" }, Call).ResponseAsync;

    private static async Task<HostRecovery> ReachesAsync(RunningCollector collector, Func<HostRecovery, bool> holds)
    {
        HostRecovery recovery = new();
        await RunningCollector.UntilAsync(async () => holds(recovery = await GetAsync(collector)));
        return recovery;
    }

    private static async Task<IncidentRecord> IncidentAsync(RunningCollector collector)
    {
        IncidentRecord details = new();
        await RunningCollector.UntilAsync(async () =>
        {
            ListIncidentsResponse all = await collector.Incidents.ListIncidentsAsync(new(), Call);
            if (all.Incidents.FirstOrDefault() is not { } incident)
            {
                return false;
            }

            details = await collector.Incidents.GetIncidentAsync(new() { Id = incident.Id }, Call);
            return details.Steps.Any(s => s.Text.Contains("done, ", StringComparison.Ordinal));
        });
        return details;
    }

    private static async Task RefusedAsync(string message, AsyncUnaryCall<HostRecovery> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Contains(message, refused.Status.Detail, StringComparison.Ordinal);
    }

    private async Task<RunningCollector> StartAsync(string policy)
    {
        await File.WriteAllTextAsync(_policy, policy, TestContext.Current.CancellationToken);
        return await RunningCollector.StartAsync(null, null, [.. Settings]);
    }
}
