using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Requests;

/// <summary>Requests to start VMs on a whole collector: host 1 has VMs of 2 vCPUs and 1 GiB and may promise 2 vCPUs.</summary>
public sealed class RequestFlowTests : IDisposable
{
    private const string OneVm = """{ "vcpuRatio": 0.5, "queue": {} }""";

    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Submit_VmThatIsOff_IsStartedSeenRunningAndEnds()
    {
        await using RunningCollector collector = await StartAsync(OneVm);
        using AgentUnderTest agent = await JoinAsync(collector, VmState.ShutOff);
        StartRequestRecord sent = await collector.SubmitAsync(new() { Vm = "vm1", EstimateSeconds = 60, Actor = "ann", Note = "nightly" });
        Directive directive = await agent.DirectiveAsync();
        DirectiveRecord record = await collector.GetAsync(IdOf(directive));
        Assert.Equal(("start", "queue:ann", "vm1", "host1"), (record.Kind, record.Actor, record.Vm, record.Host));
        Assert.Equal($"nightly; request {sent.Id} starts: first in the order of host host1, and there is room", record.Reason);

        await agent.TellAsync(directive, DirectiveState.Running);
        await agent.TellAsync(directive, DirectiveState.Done);
        await agent.SendAsync(agent.StateReport(2, VmState.Running));
        StartRequestRecord running = await collector.ReachesAsync(sent.Id, RequestStage.Running);
        Assert.Equal((record.Id, true, 2, 1L << 30), (running.DirectiveId, running.StartedUnixMs >= running.SentUnixMs && running.SentUnixMs > 0, running.Vcpus, running.MemoryBytes));
        await agent.SendAsync(agent.StateReport(3, VmState.ShutOff));
        StartRequestRecord ended = await collector.ReachesAsync(sent.Id, RequestStage.Ended);
        Assert.Equal("the VM was seen shut off", ended.Detail);

        QueueFiguresRecord figures = await collector.Requests.GetQueueFiguresAsync(new(), Call);
        Assert.Equal((0, 1, true, true, false, 0.0), (figures.Waiting, figures.Started, figures.HasWaitMeanSeconds, figures.BoundedSlowdown >= 1, figures.HasJain, figures.VcpusPromised));
    }

    [Fact]
    public async Task Submit_NoRoom_WaitsAndStartsWhenThereIs()
    {
        await using RunningCollector collector = await StartAsync(OneVm);
        using AgentUnderTest agent = await JoinAsync(collector, VmState.Running, VmState.ShutOff);
        StartRequestRecord waits = await collector.SubmitAsync(new() { Vm = "vm1-2" });
        Assert.Equal((RequestStage.Waiting, 1), (waits.State, waits.Place));
        Assert.Equal("waits: first in the order of host host1, needs 2 vCPUs and 1024 MiB, 0 vCPUs and 6758 MiB may still be promised", waits.Detail);
        await agent.SendAsync(agent.StateReport(2, VmState.ShutOff, VmState.ShutOff));
        Assert.Equal("vm1-2", (await collector.GetAsync(IdOf(await agent.DirectiveAsync()))).Vm);
    }

    [Fact]
    public async Task Submit_RuleOfThePolicyInTheWay_WaitsUntilItHolds()
    {
        await using RunningCollector collector = await StartAsync("""{ "queue": {}, "placement": { "groups": [{ "name": "web", "rule": "anti-affinity", "vm": "vm1*" }] } }""");
        using AgentUnderTest agent = await JoinAsync(collector, VmState.Running, VmState.ShutOff, VmState.ShutOff);
        StartRequestRecord first = await collector.SubmitAsync(new() { Vm = "vm1-2" }), second = await collector.SubmitAsync(new() { Vm = "vm1-3" });
        Assert.Equal((RequestStage.Waiting, "waits: rule 'web' (anti-affinity) keeps it from host host1: vm1 is on host1", false), (first.State, first.Detail, first.HasPlace));
        await agent.SendAsync(agent.StateReport(2, VmState.ShutOff, VmState.ShutOff, VmState.ShutOff));
        Assert.Equal("vm1-2", (await collector.GetAsync(IdOf(await agent.DirectiveAsync()))).Vm);
        second = await collector.GetRequestAsync(second.Id);
        Assert.Equal((RequestStage.Waiting, "waits: rule 'web' (anti-affinity) keeps it from host host1: vm1-2 is on its way to host1"), (second.State, second.Detail));
    }

    [Fact]
    public async Task Submit_AnotherDirectiveAboutTheVm_WaitsForItsEnd()
    {
        await using RunningCollector collector = await StartAsync(OneVm);
        using AgentUnderTest agent = await JoinAsync(collector, VmState.ShutOff);
        await collector.Directives.SendDirectiveAsync(new() { Kind = "start", Vm = "vm1" }, Call);
        Directive byHand = await agent.DirectiveAsync();
        StartRequestRecord waits = await collector.SubmitAsync(new() { Vm = "vm1" });
        Assert.Equal((RequestStage.Waiting, "waits: another directive about the VM has not ended"), (waits.State, waits.Detail));
        await agent.TellAsync(byHand, DirectiveState.Refused, "not now");
        Assert.NotEqual(IdOf(byHand), IdOf(await agent.DirectiveAsync()));
    }

    [Fact]
    public async Task Submit_CollectorEndsAfterItsDirectiveWasRecorded_StartsNothingTwice()
    {
        RunningCollector first = await StartAsync(OneVm);
        StartRequestRecord sent;
        Directive directive;
        await using (first)
        {
            using AgentUnderTest agent = await JoinAsync(first, VmState.ShutOff, VmState.ShutOff);
            sent = await first.SubmitAsync(new() { Vm = "vm1" });
            directive = await agent.DirectiveAsync();
            await first.SubmitAsync(new() { Vm = "vm1-2", Id = "0199d2a4-6f10-7c3e-9b52-000000000002" });
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory, null, [$"Scheduling:PolicyFile={_policy}"]);
        StartRequestRecord other = await second.GetRequestAsync("0199d2a4-6f10-7c3e-9b52-000000000002");
        Assert.Equal((RequestStage.Waiting, RequestStage.Sent), (other.State, (await second.GetRequestAsync(sent.Id)).State));
        using AgentUnderTest again = second.Agent();
        again.VmCount = 2;
        await again.OpenAsync(1);
        await again.TellAsync(directive, DirectiveState.Refused, "not allowed here");
        StartRequestRecord failed = await second.ReachesAsync(sent.Id, RequestStage.Failed);
        Assert.Equal("refused: not allowed here", failed.Detail);
        await again.SendAsync(again.StateReport(2, VmState.ShutOff, VmState.ShutOff));
        await second.ReachesAsync(other.Id, RequestStage.Sent);
        Assert.Equal(2, (await second.Directives.ListDirectivesAsync(new() { Kind = "start" }, Call)).Directives.Count);
    }

    [Fact]
    public async Task Submit_HostThatLeaves_IsNotStartedAndTellsWhy()
    {
        await using RunningCollector collector = await StartAsync(OneVm);
        using (AgentUnderTest agent = await JoinAsync(collector, VmState.ShutOff))
        {
            await collector.LeaveAsync(agent);
        }

        StartRequestRecord waits = await collector.SubmitAsync(new() { Vm = "vm1" });
        Assert.Equal(RequestStage.Waiting, waits.State);
        Assert.StartsWith("waits: host host1: its agent is not connected", waits.Detail, StringComparison.Ordinal);
        Assert.False(waits.HasPlace);
    }

    [Fact]
    public async Task Submit_Frozen_WaitsUntilActingGoesOn()
    {
        await using RunningCollector collector = await StartAsync(OneVm);
        using AgentUnderTest agent = await JoinAsync(collector, VmState.ShutOff);
        await collector.FreezeAsync(true);
        Assert.Equal("waits: acting is frozen by ops: storm", (await collector.SubmitAsync(new() { Vm = "vm1" })).Detail);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
        await collector.FreezeAsync(false);
        Assert.Equal("start", (await collector.GetAsync(IdOf(await agent.DirectiveAsync()))).Kind);
    }

    [Fact]
    public async Task Submit_QuotaUsedUp_WaitsAndOthersPass()
    {
        await using RunningCollector collector = await StartAsync("""{ "queue": { "maxStartsPerHost": 3, "quotas": { "red": { "vcpus": 2 } } } }""");
        using AgentUnderTest agent = await JoinAsync(collector, VmState.ShutOff, VmState.ShutOff, VmState.ShutOff);
        StartRequestRecord one = await collector.SubmitAsync(new() { Vm = "vm1", Tenant = "red" });
        await collector.ReachesAsync(one.Id, RequestStage.Sent);
        StartRequestRecord two = await collector.SubmitAsync(new() { Vm = "vm1-2", Tenant = "red" }), three = await collector.SubmitAsync(new() { Vm = "vm1-3", Tenant = "blue" });
        await collector.ReachesAsync(three.Id, RequestStage.Sent);
        StartRequestRecord waits = await collector.GetRequestAsync(two.Id);
        Assert.Equal((RequestStage.Waiting, "waits: the quota of tenant 'red' is used up"), (waits.State, waits.Detail));
    }

    [Fact]
    public async Task Cancel_WaitingRequest_EndsItOnce()
    {
        await using RunningCollector collector = await StartAsync(OneVm);
        using AgentUnderTest agent = await JoinAsync(collector, VmState.Running, VmState.ShutOff);
        StartRequestRecord waits = await collector.SubmitAsync(new() { Vm = "vm1-2" });
        StartRequestRecord ended = await collector.Requests.CancelRequestAsync(new() { Id = waits.Id, Actor = "bob", Note = "not today" }, Call);
        Assert.Equal((RequestStage.Cancelled, "taken back by bob: not today", true), (ended.State, ended.Detail, ended.EndedUnixMs > 0));
        await RefusedAsync(StatusCode.FailedPrecondition, "does not wait any more, it is cancelled", collector.Requests.CancelRequestAsync(new() { Id = waits.Id }, Call));
        await agent.SendAsync(agent.StateReport(2, VmState.ShutOff, VmState.ShutOff));
        StartRequestRecord next = await collector.SubmitAsync(new() { Vm = "vm1" });
        await collector.ReachesAsync(next.Id, RequestStage.Sent);
        Assert.Single((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
        await RefusedAsync(StatusCode.FailedPrecondition, "its VM is being started; cancel directive ", collector.Requests.CancelRequestAsync(new() { Id = next.Id }, Call));
    }

    [Fact]
    public async Task Submit_DeadlinePassesWhileItWaits_Expires()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using RunningCollector collector = await StartAsync(OneVm, clock);
        using AgentUnderTest agent = await JoinAsync(collector, VmState.Running, VmState.ShutOff);
        long deadline = clock.GetUtcNow().ToUnixTimeMilliseconds() + 10_000;
        StartRequestRecord waits = await collector.SubmitAsync(new() { Vm = "vm1-2", DeadlineUnixMs = deadline });
        StartRequestRecord expired = waits;
        await RunningCollector.UntilAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            expired = await collector.GetRequestAsync(waits.Id);
            return expired.State == RequestStage.Expired;
        });
        Assert.StartsWith("its deadline was 2", expired.Detail, StringComparison.Ordinal);
        Assert.True(expired.EndedUnixMs >= deadline);
    }

    [Fact]
    public async Task Submit_SameId_IsTheSameRequest()
    {
        await using RunningCollector collector = await StartAsync(OneVm);
        using AgentUnderTest agent = await JoinAsync(collector, VmState.Running, VmState.ShutOff);
        SubmitRequestRequest request = new() { Id = "0199d2a4-6f10-7c3e-9b52-000000000001", Vm = "vm1-2", Priority = 3 };
        await collector.SubmitAsync(request);
        Assert.Equal((request.Id, 3), ((await collector.SubmitAsync(request)).Id, (await collector.SubmitAsync(request)).Priority));
        Assert.Single((await collector.Requests.ListRequestsAsync(new() { State = RequestStage.Waiting }, Call)).Requests);
        await RefusedAsync(StatusCode.FailedPrecondition, $"request {request.Id} for VM vm1-2 has not ended: it is waiting", collector.Requests.SubmitRequestAsync(new() { Vm = "vm1-2" }, Call));
        await RefusedAsync(StatusCode.FailedPrecondition, "vm: vm1 on host1 is not to be started: it runs already", collector.Requests.SubmitRequestAsync(new() { Vm = "vm1" }, Call));
    }

    [Fact]
    public async Task List_SeveralPages_AreNewestFirst()
    {
        await using RunningCollector collector = await StartAsync(OneVm);
        using AgentUnderTest agent = await JoinAsync(collector, VmState.Running, VmState.ShutOff, VmState.ShutOff);
        await collector.SubmitAsync(new() { Vm = "vm1-2" });
        await collector.SubmitAsync(new() { Vm = "vm1-3" });
        ListRequestsResponse newest = await collector.Requests.ListRequestsAsync(new() { PageSize = 1 }, Call);
        ListRequestsResponse rest = await collector.Requests.ListRequestsAsync(new() { PageSize = 1, PageToken = newest.NextPageToken }, Call);
        Assert.Equal(("vm1-3", 2, "vm1-2", 1, ""), (newest.Requests[0].Vm, newest.Requests[0].Place, rest.Requests[0].Vm, rest.Requests[0].Place, rest.NextPageToken));
        Assert.Equal("waits: the first in the order of host host1 does not fit, and nothing may pass it", newest.Requests[0].Detail);
    }

    [Fact]
    public async Task Submit_NoQueueInThePolicy_IsRefused()
    {
        await using RunningCollector collector = await StartAsync("""{ "rules": [] }""");
        using AgentUnderTest agent = await JoinAsync(collector, VmState.ShutOff);
        await RefusedAsync(StatusCode.FailedPrecondition, "give the policy of Scheduling:PolicyFile an object 'queue'", collector.Requests.SubmitRequestAsync(new() { Vm = "vm1" }, Call));
    }

    [Fact]
    public async Task Submit_FieldOutOfRange_IsToldWithItsRange()
    {
        await using RunningCollector collector = await StartAsync(OneVm);
        using AgentUnderTest agent = await JoinAsync(collector, VmState.ShutOff);
        (SubmitRequestRequest Request, string Told)[] cases =
        [
            (new() { Vm = "vm1", EstimateSeconds = 0 }, "estimate_seconds: 0 is not allowed; 1 to 31536000 seconds"),
            (new() { Vm = "vm1", Priority = 1_001 }, "priority: 1001 is not allowed; 0 to 1000"),
            (new() { Vm = "vm1", NotBeforeUnixMs = -1 }, "not_before_unix_ms: -1 is not allowed"),
            (new() { Vm = "vm1", DeadlineUnixMs = 5 }, "deadline_unix_ms: 5 is not allowed; milliseconds since 1970 UTC, after now"),
            (new() { Vm = "vm1", Id = "7" }, "id: '7' is not allowed; the UUID of a request"),
            (new() { Vm = "vm1", Tenant = "a\nb" }, "tenant: 'a\nb' is not allowed"),
        ];
        foreach ((SubmitRequestRequest request, string told) in cases)
        {
            await RefusedAsync(StatusCode.InvalidArgument, told, collector.Requests.SubmitRequestAsync(request, Call));
        }

        await RefusedAsync(StatusCode.NotFound, "vm: there is no VM 'vm9'", collector.Requests.SubmitRequestAsync(new() { Vm = "vm9" }, Call));
        await RefusedAsync(StatusCode.NotFound, "id: there is no request 0199d2a4", collector.Requests.GetRequestAsync(new() { Id = "0199d2a4-6f10-7c3e-9b52-000000000001" }, Call));
        Assert.Empty((await collector.Requests.ListRequestsAsync(new(), Call)).Requests);
    }

    private static async Task RefusedAsync(StatusCode code, string why, AsyncUnaryCall<StartRequestRecord> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(why, refused.Status.Detail, StringComparison.Ordinal);
    }

    private async Task<RunningCollector> StartAsync(string policy, TimeProvider? time = null)
    {
        await File.WriteAllTextAsync(_policy, policy, RunningCollector.Cancel);
        return await RunningCollector.StartAsync(null, time, [$"Scheduling:PolicyFile={_policy}"]);
    }

    private static async Task<AgentUnderTest> JoinAsync(RunningCollector collector, params VmState[] states)
    {
        AgentUnderTest agent = collector.Agent();
        agent.VmCount = states.Length;
        await agent.OpenAsync();
        await agent.SendAsync(agent.StateReport(1, states));
        await agent.AcknowledgedAtLeastAsync(1);
        return agent;
    }
}
