using System.Text;
using Grpc.Core;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;

namespace VirtAgents.Collector.Tests.Planning;

public sealed class PlanningFlowTests
{
    private static readonly PlanRequest Evacuate = new() { Goal = PlanGoal.Evacuate };

    [Fact]
    public async Task Plan_DrainedHost_IsEmptiedOntoTheOneThatCanTakeIt()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = await OpenAsync(collector, 1, isDraining: true);
        using AgentUnderTest second = await OpenAsync(collector, 2);
        using AgentUnderTest third = await OpenAsync(collector, 3, canMigrate: false);

        PlanResponse plan = await PlanAsync(collector, Evacuate);

        PlanMove move = Assert.Single(plan.Moves);
        Assert.Equal(("vm1", "host1", "host2"), (move.Vm, move.From, move.To));
        Assert.Equal(($"{first.Vm}", $"{first.Info.Id}", $"{second.Info.Id}"), (move.VmId, move.FromId, move.ToId));
        Assert.Equal((1, 0), (plan.Before.VmsOnDrainedHosts, plan.After.VmsOnDrainedHosts));
        Assert.Equal(["host3 takes no part: it cannot migrate: there is one host only", "load: not wholly known of vm1, vm2, vm3"], plan.Notes);
        Assert.Empty(plan.Unsatisfied);
        Assert.Empty((await collector.Directives.ListDirectivesAsync(new ListDirectivesRequest(), Options())).Directives);
    }

    [Fact]
    public async Task Plan_TargetWhoseAgentIsAway_TakesNothing()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = await OpenAsync(collector, 1, isDraining: true);
        using (AgentUnderTest second = await OpenAsync(collector, 2))
        {
            await second.CompleteAsync();
            await second.EndAsync();
        }

        await UntilAsync(async () => (await collector.HostAsync(2)).Agent != AgentStatus.Connected);

        PlanResponse plan = await PlanAsync(collector, Evacuate);

        Assert.Empty(plan.Moves);
        Assert.Equal("vm1", Assert.Single(plan.Unsatisfied).Subject);
        Assert.Equal(["host2 takes no part: its agent is not connected", "load: not wholly known of vm1, vm2"], plan.Notes);
    }

    [Fact]
    public async Task Plan_SeveralClusters_AreNotMixed()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = await OpenAsync(collector, 1, isDraining: true, cluster: "east");
        using AgentUnderTest second = await OpenAsync(collector, 2, cluster: "west");

        RpcException unnamed = await Assert.ThrowsAsync<RpcException>(() => PlanAsync(collector, Evacuate));
        RpcException elsewhere = await Assert.ThrowsAsync<RpcException>(() => PlanAsync(collector, new PlanRequest(Evacuate) { Cluster = "east", Hosts = { "host2" } }));
        PlanResponse plan = await PlanAsync(collector, new PlanRequest(Evacuate) { Cluster = "east" });

        Assert.Equal((StatusCode.InvalidArgument, StatusCode.InvalidArgument), (unnamed.StatusCode, elsewhere.StatusCode));
        Assert.Contains("east, west", unnamed.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("'west'", elsewhere.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(("east", 0, 1), (plan.Cluster, plan.Moves.Count, plan.Unsatisfied.Count));
    }

    [Theory]
    [InlineData("""{}""", "goal: Unspecified is not allowed")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","hosts":["host1"]}""", "hosts: ")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","maxMoves":-1}""", "max_moves: -1 is not allowed; give a whole number from 0 to 2147483647")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","maxConcurrent":1001}""", "max_concurrent: 1001 is not allowed; give a whole number from 1 to 1000")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","maxGb":"NaN"}""", "max_gb: 'NaN' is not allowed; give a number from 0 to 1000000000")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","vcpuRatio":0}""", "vcpu_ratio: '0' is not allowed; give a number above 0 and at most 1000")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","ceiling":0.5}""", "ceiling: '0.5' is not allowed; give it with PLAN_GOAL_RELIEVE only, or leave it out")]
    [InlineData("""{"goal":"PLAN_GOAL_RELIEVE","ceiling":1.5}""", "ceiling: '1.5' is not allowed; give a number from 0.1 to 1")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","failoverHosts":101}""", "failover_hosts: 101 is not allowed; give a whole number from 0 to 100")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","timeLimitSeconds":21}""", "time_limit_seconds: '21' is not allowed; give a number from 0 to 20")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","cluster":"nowhere"}""", "cluster: there is no cluster")]
    [InlineData("""{"goal":"PLAN_GOAL_BALANCE","explain":"vm9"}""", "explain: there is no VM")]
    public async Task Plan_BadFieldAsJson_NamesFieldValueAndRange(string request, string problem)
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await OpenAsync(collector, 1);
        using StringContent body = new(request, Encoding.UTF8, "application/json");

        using HttpResponseMessage answer = await collector.Http.PostAsync(new Uri("/v1/plan", UriKind.Relative), body, Cancel);

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Contains(problem, System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Place_NewVm_GoesToAHostThatIsOnline()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = await OpenAsync(collector, 1, isDraining: true);
        using AgentUnderTest second = await OpenAsync(collector, 2, canMigrate: false);
        PlaceRequest request = new() { Vm = new NewVm { Vcpus = 2, MemoryMb = 1_024 } };

        PlaceResponse placed = await collector.Planning.PlaceAsync(request, Options());
        PlaceResponse refused = await collector.Planning.PlaceAsync(new PlaceRequest(request) { Vm = new NewVm { Vcpus = 2, MemoryMb = 1e6 } }, Options());

        Assert.Equal(("host2", $"{second.Info.Id}", 1), (placed.Host, placed.HostId, placed.Rejected["host-state"]));
        Assert.Equal(("", false, 1), (refused.Host, refused.HasScore, refused.Rejected["memory"]));
    }

    private static async Task<AgentUnderTest> OpenAsync(RunningCollector collector, int number, bool isDraining = false, bool canMigrate = true, string cluster = "")
    {
        AgentUnderTest agent = collector.Agent(number);
        agent.Introduce = hello =>
        {
            (hello.Draining, hello.Cluster) = (isDraining, cluster);
            if (canMigrate)
            {
                hello.Capabilities.Add("migrate");
                hello.Unsupported.Clear();
            }
        };
        await agent.OpenAsync();
        await agent.SendAsync(agent.Report(1));
        await agent.AcknowledgedAsync(1);
        return agent;
    }

    private static async Task<PlanResponse> PlanAsync(RunningCollector collector, PlanRequest request) => await collector.Planning.PlanAsync(request, Options());

    private static CallOptions Options() => new CallOptions(cancellationToken: Cancel).WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
}
