using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Requests;
using static VirtAgents.Core.Tests.Scheduling.Requests.RequestScene;

namespace VirtAgents.Core.Tests.Scheduling.Requests;

/// <summary>Requests and where VMs may be, and what others have on its way.</summary>
public sealed class RequestRulesTests
{
    private static readonly PlacementPolicy Apart = PlacementPolicy.None with { Groups = [Group("web", GroupRule.AntiAffinity, "vm*")] };

    [Fact]
    public void Decide_AntiAffinity_WaitsForTheVmThatRunsAndBlocksNobody()
    {
        RequestScene scene = new RequestScene(2) { Rules = Apart with { Groups = [Group("web", GroupRule.AntiAffinity, "vm[12]"), Group("db", GroupRule.AntiAffinity, "vm?")] } }
            .With(1, VmState.Running).With(2).With(33).With(4, host: 2);
        RequestDecision[] decisions = [.. scene.Decide([Request(2), Request(33), Request(4, host: 2)])];
        Assert.Equal((RequestAction.Wait, "waits: rule 'db' (anti-affinity) keeps it from host h1: vm1 is on h1", null), (decisions[0].Action, decisions[0].Reason, decisions[0].Place));
        Assert.All(decisions[1..], d => Assert.Equal(RequestAction.Start, d.Action));
        scene.See(1, VmState.ShutOff);
        Assert.Equal([2, 4, 33], scene.Starts([Request(2), Request(33), Request(4, host: 2)]).Order());
    }

    [Theory]
    [InlineData(VmState.Unknown)]
    [InlineData(VmState.Paused)]
    [InlineData(VmState.Crashed)]
    public void Decide_AntiAffinity_VmThatIsNotKnownToBeOffCounts(VmState state) =>
        Assert.Empty(new RequestScene { Rules = Apart }.With(1, state).With(2).Starts([Request(2)]));

    [Fact]
    public void Decide_AntiAffinityOfTwoThatWait_StartsTheFirstOne()
    {
        RequestScene scene = new RequestScene { Rules = Apart }.With(1).With(2);
        IReadOnlyList<RequestDecision> decisions = scene.Decide([Request(1), Request(2)]);
        Assert.Equal([RequestAction.Start, RequestAction.Wait], decisions.Select(d => d.Action));
        Assert.Equal("waits: rule 'web' (anti-affinity) keeps it from host h1: vm1 is on its way to h1", decisions[1].Reason);
    }

    [Fact]
    public void Decide_AntiAffinity_CountsWhatWasBegunAndIsNotSeen()
    {
        RequestScene scene = new RequestScene { Rules = Apart }.With(1).With(2);
        Assert.Equal("waits: rule 'web' (anti-affinity) keeps it from host h1: vm1 is on its way to h1", scene.Decide([Request(2)], Request(1) with { Stage = RequestStage.Sent })[0].Reason);
    }

    [Theory]
    [InlineData(PromiseKind.Move)]
    [InlineData(PromiseKind.Start)]
    [InlineData(PromiseKind.Recovery)]
    public void Decide_VmThatOthersHaveOnItsWay_TakesItsRoomAndItsPlaceInItsGroups(PromiseKind kind)
    {
        RequestScene scene = new RequestScene(2).With(1, VmState.Unknown, host: 2, vcpus: 7).With(2);
        scene.See(2, h => h with { OutOfSight = "its agent is not connected" });
        Assert.Equal([2], scene.Starts([Request(2)]));
        scene.Promise(1, host: 1, kind);
        Assert.Equal("waits: first in the order of host h1, needs 2 vCPUs and 1024 MiB, 1 vCPUs and 30105 MiB may still be promised", scene.Decide(Request(2)).Reason);
        scene.Rules = Apart;
        Assert.Equal("waits: rule 'web' (anti-affinity) keeps it from host h1: vm1 is on its way to h1", scene.Decide(Request(2)).Reason);
    }

    [Fact]
    public void Decide_StartsAndRecoveriesOfOthers_CountAmongThoseOnTheirWayUp()
    {
        RequestScene scene = new RequestScene { Policy = QueuePolicyOf(1) }.With(1).With(2);
        scene.Promise(1, host: 1, PromiseKind.Move);
        Assert.Equal([2], scene.Starts([Request(2)]));
        scene.Promises.Clear();
        scene.Promise(1, host: 1, PromiseKind.Recovery);
        Assert.Equal("waits: 1 VMs are on their way up on host h1, and so many may be at a time", scene.Decide(Request(2)).Reason);
    }

    [Fact]
    public void Decide_VmThatIsSeenWhereItIsPromised_CountsOnce()
    {
        RequestScene scene = new RequestScene { Rules = Apart }.With(1, VmState.Running, vcpus: 4).With(22, vcpus: 4);
        scene.Rules = PlacementPolicy.None;
        scene.Promise(1, host: 1, PromiseKind.Recovery);
        Assert.Equal([22], scene.Starts([Request(22)]));
    }

    [Fact]
    public void Decide_AnotherDirectiveAboutTheVm_Waits()
    {
        RequestScene scene = new RequestScene().With(1);
        scene.Busy.Add(VmOf(1));
        Assert.Equal((RequestAction.Wait, "waits: another directive about the VM has not ended"), (scene.Decide(Request(1)).Action, scene.Decide(Request(1)).Reason));
    }

    [Fact]
    public void Decide_RackSpread_WaitsForTheRackAndWhereItIsUnknown()
    {
        RequestScene scene = new RequestScene(3)
        {
            Rules = PlacementPolicy.None with { Groups = [Group("db", GroupRule.RackSpread, "vm*")], Racks = [new("r1", new("h1")), new("r1", new("h2"))] },
        };
        scene.With(1, VmState.Running).With(2, host: 2).With(3, host: 3);
        Assert.Equal("waits: rule 'db' (rack-spread) keeps it from host h2: vm1 is on h1", scene.Decide(Request(2, host: 2)).Reason);
        Assert.Equal("waits: rule 'db' (rack-spread) keeps it from host h3, whose rack the policy does not name", scene.Decide(Request(3, host: 3)).Reason);
    }

    [Fact]
    public void Decide_AffinityAndBindings_KeepVmsFromHosts()
    {
        RequestScene scene = new RequestScene(2) { Rules = PlacementPolicy.None with { Groups = [Group("shop", GroupRule.Affinity, "vm*")] } }.With(1, VmState.Running, host: 2).With(2);
        Assert.Equal("waits: rule 'shop' (affinity) keeps it from host h1: vm1 is on h2", scene.Decide(Request(2)).Reason);
        scene.Rules = PlacementPolicy.None with { Bindings = [new(new(new("vm2"), new("*")), [new("h2")])] };
        Assert.Equal("waits: the policy does not allow it on host h1", scene.Decide(Request(2)).Reason);
        scene.Rules = PlacementPolicy.None with { Bindings = [new(new(new("vm2"), new("*")), [new("h1")])] };
        Assert.Equal(RequestAction.Start, scene.Decide(Request(2)).Action);
    }

    private static QueuePolicy QueuePolicyOf(int startsPerHost) => QueuePolicy.Default with { StartsPerHost = startsPerHost };
}
