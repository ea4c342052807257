using System.Text;
using Grpc.Core;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
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
        using AgentUnderTest first = await collector.JoinMigratingAsync(1, isDraining: true);
        using AgentUnderTest second = await collector.JoinMigratingAsync(2);
        using AgentUnderTest third = await collector.JoinMigratingAsync(3, canMigrate: false);

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
        using AgentUnderTest first = await collector.JoinMigratingAsync(1, isDraining: true);
        using (AgentUnderTest second = await collector.JoinMigratingAsync(2))
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
        using AgentUnderTest first = await collector.JoinMigratingAsync(1, isDraining: true, cluster: "east");
        using AgentUnderTest second = await collector.JoinMigratingAsync(2, cluster: "west");

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
        using AgentUnderTest agent = await collector.JoinMigratingAsync(1);
        using StringContent body = new(request, Encoding.UTF8, "application/json");

        using HttpResponseMessage answer = await collector.Http.PostAsync(new Uri("/v1/plan", UriKind.Relative), body, Cancel);

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Contains(problem, System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Place_NewVm_GoesToAHostThatIsOnline()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = await collector.JoinMigratingAsync(1, isDraining: true);
        using AgentUnderTest second = await collector.JoinMigratingAsync(2, canMigrate: false);
        PlaceRequest request = new() { Vm = new NewVm { Vcpus = 2, MemoryMb = 1_024 } };

        PlaceResponse placed = await collector.Planning.PlaceAsync(request, Options());
        PlaceResponse refused = await collector.Planning.PlaceAsync(new PlaceRequest(request) { Vm = new NewVm { Vcpus = 2, MemoryMb = 1e6 } }, Options());

        Assert.Equal(("host2", $"{second.Info.Id}", 1), (placed.Host, placed.HostId, placed.Rejected["host-state"]));
        Assert.Equal(("", false, 1), (refused.Host, refused.HasScore, refused.Rejected["memory"]));
    }

    [Fact]
    public async Task Plan_TargetWithAnIncident_TakesNothingUntilItIsOverOrSilenced()
    {
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest first = await collector.JoinMigratingAsync(1, isDraining: true), second = await collector.JoinMigratingAsync(2);

        await second.SendAsync(second.Event(2, HostEventKind.DiskSlow, device: "sda"));
        await UntilAsync(async () => (await PlanAsync(collector, Evacuate)).Notes.Contains("host2 takes no VM: requests to disk sda of host host2 are slow"));
        Assert.Empty((await PlanAsync(collector, Evacuate)).Moves);
        PlaceResponse placed = await collector.Planning.PlaceAsync(new() { Vm = new NewVm { Vcpus = 2, MemoryMb = 1_024 } }, Options());
        Assert.Equal(("", 2), (placed.Host, placed.Rejected["host-state"]));
        Assert.Equal(["", "requests to disk sda of host host2 are slow"], (await collector.Query.ListHostsAsync(new(), Options())).Hosts.Select(h => h.TakesNoVm));

        await second.SendAsync(second.Event(3, HostEventKind.DiskRecovered, device: "sda"));
        await UntilAsync(async () => (await PlanAsync(collector, Evacuate)).Moves.Count == 1);
    }

    [Fact]
    public async Task PlanAndPlace_RulesOfThePolicy_Hold()
    {
        string policy = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                policy,
                """
                {
                  "rules": [], "failoverHosts": 3, "queue": { "quotas": { "red": { "vcpus": 1 } } },
                  "placement": {
                    "groups": [{ "name": "pair", "rule": "anti-affinity", "vm": "vm?" }, { "name": "spread", "rule": "rack-spread", "vm": "rack-*" }],
                    "racks": [{ "rack": "r1", "host": "host1" }],
                    "hosts": [{ "vm": "licensed-*", "hosts": ["host3", "host9"] }, { "vm": "nowhere", "hosts": ["host9"] }],
                    "pinned": [{ "vm": "vm3" }]
                  }
                }
                """,
                Cancel);
            await using RunningCollector collector = await StartAsync(null, null, $"Scheduling:PolicyFile={policy}");
            using AgentUnderTest first = await collector.JoinMigratingAsync(1), second = await collector.JoinMigratingAsync(2), third = await collector.JoinMigratingAsync(3);

            PlanResponse pair = await PlanAsync(collector, new(Evacuate) { Hosts = { "host1" } }), pinned = await PlanAsync(collector, new(Evacuate) { Hosts = { "host3" } });
            Assert.Equal((0, "vm1", 0, "vm3"), (pair.Moves.Count, pair.Unsatisfied[0].Subject, pinned.Moves.Count, pinned.Unsatisfied[0].Subject));
            Assert.Equal(
                [
                    "placement.groups 'spread' keeps nothing: no VM is called rack-*", "placement.hosts[0] keeps nothing: no VM is called licensed-*", "placement.hosts[1] keeps nothing: no VM is called nowhere",
                    "placement.hosts[0] names host9, but no host is called so", "placement.hosts[1] names host9, but no host is called so",
                ],
                pair.Notes.Where(n => n.StartsWith("placement.", StringComparison.Ordinal)));
            Assert.EndsWith("(the policy pins it)", pinned.Unsatisfied[0].Reason, StringComparison.Ordinal);

            Assert.Equal(("", 3), await PlacedAsync(collector, new() { Id = "vm4" }, "anti-affinity"));
            Assert.Equal(("host3", 2), await PlacedAsync(collector, new() { Id = "licensed-1" }, "reach"));
            Assert.Equal(("host1", 2), await PlacedAsync(collector, new() { Id = "rack-1" }, "rack-spread"));
            Assert.Equal(("", 3), await PlacedAsync(collector, new() { Id = "web", Tenant = "red" }, "quota"));
            Assert.Equal(("", 3), await PlacedAsync(collector, new() { Id = "web" }, "failover", null));
            Assert.NotEqual("", (await PlacedAsync(collector, new() { Id = "web" }, "failover")).Host);
            RpcException nowhere = await Assert.ThrowsAsync<RpcException>(() => PlacedAsync(collector, new() { Id = "nowhere" }, ""));
            Assert.Equal("vm.id: 'nowhere' is not allowed; the policy (placement.hosts) and vm.allowed_hosts together allow it on no host; give another name or other hosts", nowhere.Status.Detail);
        }
        finally
        {
            File.Delete(policy);
        }
    }

    private static async Task<(string Host, int Rejected)> PlacedAsync(RunningCollector collector, NewVm vm, string obstacle, int? failing = 0)
    {
        (vm.Vcpus, vm.MemoryMb) = (2, 512);
        PlaceRequest request = new() { Vm = vm };
        if (failing is { } hosts)
        {
            request.FailoverHosts = hosts;
        }

        PlaceResponse placed = await collector.Planning.PlaceAsync(request, Options());
        return (placed.Host, placed.Rejected.GetValueOrDefault(obstacle));
    }

    private static async Task<PlanResponse> PlanAsync(RunningCollector collector, PlanRequest request) => await collector.Planning.PlanAsync(request, Options());

    private static CallOptions Options() => new CallOptions(cancellationToken: Cancel).WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + Patience);
}
