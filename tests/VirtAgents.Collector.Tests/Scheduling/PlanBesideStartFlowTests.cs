using VirtAgents.Collector.Scheduling;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Requests;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Scheduling;

/// <summary>A VM is moved while another, which is to be apart from it, is started on the only other host; on a whole collector.</summary>
public sealed class PlanBesideStartFlowTests : IDisposable
{
    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Approve_VmOfItsGroupIsStartedThere_PlanIsOvertaken()
    {
        await using RunningCollector collector = await StartAsync("approve");
        using AgentUnderTest source = await JoinAsync(collector, 1, VmState.Running), target = await JoinAsync(collector, 2, VmState.ShutOff);
        PlanRecord plan = await PlanAsync(collector, p => p.State == PlanStage.Proposed);
        Assert.Equal(("vm1", "host2"), (plan.Moves[0].Vm, plan.Moves[0].To));

        await collector.SendAsync(new() { Kind = "start", Vm = "vm2", Reason = "wanted", Actor = "ann" });
        PlanRecord ended = await PlanAsync(collector, p => p.Id == plan.Id && p.State == PlanStage.Overtaken);
        Assert.Equal("vm1: host2 does not take it now: anti-affinity, vm2 is on its way to host2", ended.Detail);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new() { Kind = "migrate" }, Call)).Directives);
    }

    [Fact]
    public async Task Plan_RequestWhoseStartIsDoneAndNotSeen_StillKeepsVmsOfItsGroupAway()
    {
        await using RunningCollector collector = await StartAsync("observe");
        using AgentUnderTest source = await JoinAsync(collector, 1, VmState.Running), target = await JoinAsync(collector, 2, VmState.ShutOff);
        Assert.Equal("host2", Assert.Single((await LivePlanAsync(collector)).Moves).To);

        StartRequestRecord request = await collector.SubmitAsync(new() { Vm = "vm2" });
        Directive start = await target.DirectiveAsync();
        await target.TellAsync(start, DirectiveState.Done, "it runs");
        await collector.ReachesAsync(IdOf(start), DirectiveStage.Done);
        Assert.Equal(RequestStage.Sent, (await collector.GetRequestAsync(request.Id)).State);
        PlanResponse plan = await LivePlanAsync(collector);
        Assert.Empty(plan.Moves);
        Assert.Equal(("vm1", "host1 is to be emptied, but no other host takes it (refused: 1 by anti-affinity)"), Assert.Single(plan.Unsatisfied.Select(u => (u.Subject, u.Reason))));
    }

    [Fact]
    public async Task Request_VmOfItsGroupWasMovedThereAndIsNotSeenYet_Waits()
    {
        await using RunningCollector collector = await StartAsync("auto");
        using AgentUnderTest source = await JoinAsync(collector, 1, VmState.Running), target = await JoinAsync(collector, 2, VmState.ShutOff);
        Directive move = await source.DirectiveAsync();
        await source.TellAsync(move, DirectiveState.Done, "it runs there");
        await PlanAsync(collector, p => p.Moves[0].State == MoveStage.Moved);

        StartRequestRecord request = await collector.SubmitAsync(new() { Vm = "vm2" });
        Assert.Equal((RequestStage.Waiting, "waits: rule 'apart' (anti-affinity) keeps it from host host2: vm1 is on its way to host2"), (request.State, request.Detail));
    }

    /// <summary>What is decided at once does not both happen: each decides when the other's directive is recorded.</summary>
    [Fact]
    public async Task MoveAndStart_AreBothDue_OneIsDecidedAfterTheOther()
    {
        await using RunningCollector collector = await StartAsync("approve");
        using AgentUnderTest source = await JoinAsync(collector, 1, VmState.Running), target = await JoinAsync(collector, 2, VmState.ShutOff);
        PlanRecord plan = await PlanAsync(collector, p => p.State == PlanStage.Proposed);
        PlacementTurn turn = collector.Part<PlacementTurn>();
        Task<StartRequestRecord> submitted = await turn.RunAsync(
            async () =>
            {
                // It is told when the queue has looked, which waits for its turn.
                Task<StartRequestRecord> submitting = collector.SubmitAsync(new() { Vm = "vm2" });
                await RunningCollector.UntilAsync(() => Task.FromResult(turn.Waiting == 2));
                Assert.Empty((await collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
                return submitting;
            },
            RunningCollector.Cancel);
        await submitted;
        await target.DirectiveAsync();
        await PlanAsync(collector, p => p.Id == plan.Id && p.State == PlanStage.Overtaken);
    }

    private static Task<PlanResponse> LivePlanAsync(RunningCollector collector) => collector.Planning.PlanAsync(new() { Goal = PlanGoal.Evacuate }, Call).ResponseAsync;

    private static async Task<PlanRecord> PlanAsync(RunningCollector collector, Func<PlanRecord, bool> isMeant)
    {
        PlanRecord? found = null;
        await RunningCollector.UntilAsync(async () => (found = (await collector.Scheduling.ListPlansAsync(new(), Call)).Plans.FirstOrDefault(isMeant)) is not null);
        return found!;
    }

    /// <summary>The first host is drained; each has one VM.</summary>
    private static async Task<AgentUnderTest> JoinAsync(RunningCollector collector, int host, VmState state)
    {
        AgentUnderTest agent = collector.Agent(host);
        agent.Introduce = hello =>
        {
            hello.Draining = host == 1;
            hello.Capabilities.Add("migrate");
            hello.Unsupported.Clear();
        };
        await agent.OpenAsync();
        await agent.SendAsync(agent.StateReport(1, state));
        await agent.AcknowledgedAtLeastAsync(1);
        return agent;
    }

    private async Task<RunningCollector> StartAsync(string mode)
    {
        string policy = $$"""
            {
              "address": "qemu+tls://{host}/system", "queue": {},
              "rules": [{ "name": "leave", "goal": "evacuate", "mode": "{{mode}}" }],
              "placement": { "groups": [{ "name": "apart", "rule": "anti-affinity", "vm": "vm?" }] }
            }
            """;
        await File.WriteAllTextAsync(_policy, policy, RunningCollector.Cancel);
        return await RunningCollector.StartAsync(null, null, [$"Scheduling:PolicyFile={_policy}", "Liveness:ReturnLimit=1s"]);
    }
}
