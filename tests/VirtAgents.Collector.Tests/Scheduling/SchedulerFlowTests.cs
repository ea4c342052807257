using Grpc.Core;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;

namespace VirtAgents.Collector.Tests.Scheduling;

/// <summary>From a drained host to a plan, and what becomes of it, on a whole collector.</summary>
public sealed class SchedulerFlowTests : IDisposable
{
    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Auto_DrainedHost_SendsItsVmAwayOnceAlsoOverARestart()
    {
        RunningCollector first = await StartAsync("auto");
        PlanRecord plan;
        Directive directive;
        await using (first)
        {
            using AgentUnderTest source = await first.JoinMigratingAsync(1, isDraining: true);
            using AgentUnderTest target = await first.JoinMigratingAsync(2);
            directive = await source.DirectiveAsync();
            plan = await PlanAsync(first, p => p.Moves[0].State == MoveStage.Sent);
            Assert.Equal((PlanStage.Running, PlanGoal.Evacuate, "leave", "1 VMs are on drained hosts"), (plan.State, plan.Goal, plan.Rule, plan.Why));
            DirectiveRecord record = await first.GetAsync(IdOf(directive));
            Assert.Equal(("migrate", "schedule:leave", "vm1", "host1", "qemu+tls://host2/system", record.Id), (record.Kind, record.Actor, record.Vm, record.Host, record.Parameters["destination"], plan.Moves[0].DirectiveId));
            Assert.StartsWith("1 VMs are on drained hosts; ", record.Reason, StringComparison.Ordinal);
            await source.TellAsync(directive, DirectiveState.Running);
            await first.ReachesAsync(record.Id, DirectiveStage.Running);
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory, null, [$"Scheduling:PolicyFile={_policy}"]);
        using AgentUnderTest again = await second.JoinMigratingAsync(1, isDraining: true, 1), other = await second.JoinMigratingAsync(2, isDraining: false, 1);
        await again.TellAsync(directive, DirectiveState.Failed, "no room there");
        PlanRecord ended = await PlanAsync(second, p => p.State == PlanStage.Failed);
        Assert.Equal((plan.Id, MoveStage.Failed, "vm1: failed: no room there"), (ended.Id, ended.Moves[0].State, ended.Detail));
        Assert.Single((await second.Directives.ListDirectivesAsync(new() { Kind = "migrate" }, Call)).Directives);
        MoveRecord outcome = Assert.Single((await second.Scheduling.ListOutcomesAsync(new(), Call)).Moves);
        Assert.Equal((plan.Id, "leave", "vm1", "host1", "host2", MoveStage.Failed), (outcome.PlanId, outcome.Rule, outcome.Vm, outcome.From, outcome.To, outcome.State));
    }

    [Fact]
    public async Task Auto_RefusedOnTheLastAttempt_IsGivenUpAndRests()
    {
        await using RunningCollector collector = await StartAsync("auto", """, "attempts": 1""");
        using AgentUnderTest source = await collector.JoinMigratingAsync(1, isDraining: true), target = await collector.JoinMigratingAsync(2);
        await source.TellAsync(await source.DirectiveAsync(), DirectiveState.Refused, "not allowed here");
        PlanRecord ended = await PlanAsync(collector, p => p.State == PlanStage.GivenUp);
        Assert.Equal("vm1: refused: not allowed here", ended.Detail);
        Assert.True(ended.EndedUnixMs > 0);
    }

    [Fact]
    public async Task Recommend_DrainedHost_IsToldAndNothingIsSent()
    {
        await using RunningCollector collector = await StartAsync("recommend");
        using AgentUnderTest source = await collector.JoinMigratingAsync(1, isDraining: true), target = await collector.JoinMigratingAsync(2);
        PlanRecord plan = await PlanAsync(collector, p => p.State == PlanStage.Recommended);
        Assert.Equal(("vm1", "host1", "host2", MoveStage.Waiting), (plan.Moves[0].Vm, plan.Moves[0].From, plan.Moves[0].To, plan.Moves[0].State));
        await RefusedAsync("its rule only recommends", collector.Scheduling.ApprovePlanAsync(new() { Id = plan.Id }, Call));
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Approve_DrainedHost_WaitsForAPersonAndTellsWho()
    {
        await using RunningCollector collector = await StartAsync("approve");
        using AgentUnderTest source = await collector.JoinMigratingAsync(1, isDraining: true), target = await collector.JoinMigratingAsync(2);
        PlanRecord plan = await PlanAsync(collector, p => p.State == PlanStage.Proposed);
        await collector.FreezeAsync(true);
        await RefusedAsync("acting is frozen by ops: storm", collector.Scheduling.ApprovePlanAsync(new() { Id = plan.Id }, Call));
        await collector.FreezeAsync(false);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);

        PlanRecord approved = await collector.Scheduling.ApprovePlanAsync(new() { Id = plan.Id, Actor = "ann", Note = "at noon" }, Call);
        Assert.Equal((PlanStage.Running, "ann", "at noon"), (approved.State, approved.Actor, approved.Note));
        Assert.Equal("migrate", (await collector.GetAsync(IdOf(await source.DirectiveAsync()))).Kind);
        await RefusedAsync("it does not wait for approval", collector.Scheduling.ApprovePlanAsync(new() { Id = plan.Id }, Call));
    }

    [Fact]
    public async Task Approve_VmThatIsUnknownNow_IsNotMoved()
    {
        await using RunningCollector collector = await StartAsync("approve");
        using AgentUnderTest source = await collector.JoinMigratingAsync(1, isDraining: true), target = await collector.JoinMigratingAsync(2);
        PlanRecord plan = await PlanAsync(collector, p => p.State == PlanStage.Proposed);
        await source.SendAsync(source.Event(3, VirtAgents.Core.Model.HostEventKind.HypervisorLost));
        PlanRecord ended = await PlanAsync(collector, p => p.Id == plan.Id && p.State == PlanStage.Overtaken);
        Assert.Contains("host1 takes no part: its hypervisor is not seen to work", ended.Detail, StringComparison.Ordinal);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Auto_HostsOfSeveralClusters_EachKeepsItsVms()
    {
        await using RunningCollector collector = await StartAsync("recommend");
        using AgentUnderTest source = await collector.JoinMigratingAsync(1, isDraining: true, cluster: "east"), near = await collector.JoinMigratingAsync(2, cluster: "east");
        using AgentUnderTest far = await collector.JoinMigratingAsync(3, cluster: "west"), none = await collector.JoinMigratingAsync(4);
        PlanRecord plan = await PlanAsync(collector, p => p.State == PlanStage.Recommended);
        Assert.Equal(("east", "vm1", "host2"), (plan.Cluster, plan.Moves[0].Vm, plan.Moves[0].To));
    }

    [Fact]
    public async Task Cancel_ProposedPlan_EndsItAndItsRuleRests()
    {
        await using RunningCollector collector = await StartAsync("approve");
        using AgentUnderTest source = await collector.JoinMigratingAsync(1, isDraining: true), target = await collector.JoinMigratingAsync(2);
        PlanRecord plan = await PlanAsync(collector, p => p.State == PlanStage.Proposed);
        PlanRecord ended = await collector.Scheduling.CancelPlanAsync(new() { Id = plan.Id, Actor = "bob", Note = "not today" }, Call);
        Assert.Equal((PlanStage.Cancelled, "ended by bob: not today", MoveStage.Skipped), (ended.State, ended.Detail, ended.Moves[0].State));
        await RefusedAsync("it has ended", collector.Scheduling.CancelPlanAsync(new() { Id = plan.Id }, Call));
        Assert.Equal(plan.Id, (await collector.Scheduling.GetPlanAsync(new() { Id = plan.Id }, Call)).Id);
    }

    [Fact]
    public async Task Approve_CollectorThatHasJustStarted_WaitsUntilItsHostsAreBack()
    {
        RunningCollector first = await StartAsync("approve");
        PlanRecord plan;
        await using (first)
        {
            using AgentUnderTest source = await first.JoinMigratingAsync(1, isDraining: true), target = await first.JoinMigratingAsync(2);
            plan = await PlanAsync(first, p => p.State == PlanStage.Proposed);
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory, null, [$"Scheduling:PolicyFile={_policy}"]);
        using AgentUnderTest again = await second.JoinMigratingAsync(1, isDraining: true, 1);
        await RefusedAsync("not all of its hosts are heard of again", second.Scheduling.ApprovePlanAsync(new() { Id = plan.Id }, Call));
        using AgentUnderTest other = await second.JoinMigratingAsync(2, isDraining: false, 1);
        Assert.Equal(PlanStage.Running, (await second.Scheduling.ApprovePlanAsync(new() { Id = plan.Id }, Call)).State);
        Assert.Equal("migrate", (await second.GetAsync(IdOf(await again.DirectiveAsync()))).Kind);
    }

    [Fact]
    public async Task Policy_RuleThatIsGone_EndsItsPlan()
    {
        await using RunningCollector collector = await StartAsync("approve");
        using AgentUnderTest source = await collector.JoinMigratingAsync(1, isDraining: true), target = await collector.JoinMigratingAsync(2);
        await PlanAsync(collector, p => p.State == PlanStage.Proposed);
        await File.WriteAllTextAsync(_policy, """{"rules":[]}""", RunningCollector.Cancel);
        PlanRecord ended = await PlanAsync(collector, p => p.State == PlanStage.Overtaken);
        Assert.Equal("the policy has changed and does not ask for it", ended.Detail);
    }

    [Theory]
    [InlineData("x", "id: 'x' is not allowed; the UUID of a plan", StatusCode.InvalidArgument)]
    [InlineData("0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11", "id: there is no plan 0199d2a4", StatusCode.NotFound)]
    public async Task Get_NoSuchPlan_IsToldWhere(string id, string problem, StatusCode code)
    {
        await using RunningCollector collector = await StartAsync("observe");
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => collector.Scheduling.GetPlanAsync(new() { Id = id }, Call).ResponseAsync);
        Assert.Equal(code, refused.StatusCode);
        Assert.StartsWith(problem, refused.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string why, AsyncUnaryCall<PlanRecord> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Contains(why, refused.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task<PlanRecord> PlanAsync(RunningCollector collector, Func<PlanRecord, bool> isMeant)
    {
        PlanRecord? found = null;
        await RunningCollector.UntilAsync(async () => (found = (await collector.Scheduling.ListPlansAsync(new(), Call)).Plans.FirstOrDefault(isMeant)) is not null);
        return found!;
    }

    private async Task<RunningCollector> StartAsync(string mode, string more = "")
    {
        await File.WriteAllTextAsync(
            _policy, $$"""{ "address": "qemu+tls://{host}/system", "rules": [ { "name": "leave", "goal": "evacuate", "mode": "{{mode}}"{{more}} } ] }""", RunningCollector.Cancel);
        return await RunningCollector.StartAsync(null, null, [$"Scheduling:PolicyFile={_policy}"]);
    }
}
