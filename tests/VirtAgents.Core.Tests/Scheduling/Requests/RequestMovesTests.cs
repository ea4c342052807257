using VirtAgents.Core.Directives;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Requests;
using static VirtAgents.Core.Tests.Scheduling.Requests.RequestScene;

namespace VirtAgents.Core.Tests.Scheduling.Requests;

/// <summary>Requests whose VM may be moved first.</summary>
public sealed class RequestMovesTests
{
    private static readonly Guid Directive = new(9, 9, 9, new byte[8]);

    [Fact]
    public void Decide_OwnHostCanStartItNow_IsPreferred() =>
        Assert.Equal(RequestAction.Start, new RequestScene(2).With(1, VmState.Running).With(2).Decide(Anywhere(2)).Action);

    [Fact]
    public void Decide_OwnHostIsFull_MovesToTheHostThatLeavesTheLoadMostEven()
    {
        RequestDecision decision = new RequestScene(3).With(1, VmState.Running, vcpus: 7).With(2).With(3, VmState.Running, host: 2, vcpus: 4).Decide(Anywhere(2));
        Assert.Equal((RequestAction.Move, IdOf(3), 1), (decision.Action, decision.Target, decision.Place));
        Assert.Matches("^moves to host h3 first: h3 leaves the load most even: score [0-9.]+, h2 [0-9.]+; its own host h1: vcpus$", decision.Reason);
    }

    [Fact]
    public void Decide_WithoutTheOption_WaitsOnItsOwnHost() =>
        Assert.Equal(RequestAction.Wait, new RequestScene(2).With(1, VmState.Running, vcpus: 7).With(2).Decide(Request(2)).Action);

    [Fact]
    public void Decide_TwoAtOnce_TheSecondSeesTheFirstOnItsWay()
    {
        RequestScene scene = new RequestScene(2).With(1, VmState.Running, vcpus: 8).With(2, vcpus: 5).With(3, vcpus: 5);
        RequestDecision[] decisions = [.. scene.Decide([Anywhere(2), Anywhere(3)])];
        Assert.Equal([RequestAction.Move, RequestAction.Wait], decisions.Select(d => d.Action));
        Assert.EndsWith("it cannot go to another host now: h2: vcpus", decisions[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_RuleKeepsItFromItsHost_MovesToWhereItMayBe()
    {
        RequestScene scene = new RequestScene(3) { Rules = PlacementPolicy.None with { Groups = [Group("web", GroupRule.AntiAffinity, "vm*")] } }
            .With(1, VmState.Running).With(2).With(3, VmState.Running, host: 2);
        Assert.Equal((RequestAction.Move, IdOf(3)), (scene.Decide(Anywhere(2)).Action, scene.Decide(Anywhere(2)).Target));
    }

    [Fact]
    public void Decide_NoOtherHostMayTakeIt_WaitsAndTellsOfEach()
    {
        RequestScene scene = new RequestScene(5).With(1, VmState.Running, vcpus: 7).With(2).With(2, host: 4);
        scene.See(2, h => h with { IsDraining = true });
        scene.See(3, h => h with { CannotMove = "the policy has no address for it" });
        scene.See(5, h => h with { OutOfSight = "its agent is not connected" });
        RequestDecision decision = scene.Decide(Anywhere(2));
        Assert.Equal(
            (RequestAction.Wait, "waits: first in the order of host h1, needs 2 vCPUs and 1024 MiB, 1 vCPUs and 30105 MiB may still be promised; it cannot go to another host now: "
                + "h2: it is being drained; h3: no VM can be moved there: the policy has no address for it; h4: it tells of the VM too; h5: its agent is not connected"),
            (decision.Action, decision.Reason));
    }

    [Theory]
    [InlineData(null, "whether it starts with its host (autostart) is unknown")]
    [InlineData(true, "it starts with its host (autostart), which is lost on the way")]
    public void Decide_AutostartThatIsNotKnownToBeOff_Stays(bool? autostart, string why) =>
        Assert.EndsWith(why, new RequestScene(2) { Autostart = autostart }.With(1, VmState.Running, vcpus: 7).With(2).Decide(Anywhere(2)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("netfs", "netfs", true, RequestAction.Move, "")]
    [InlineData("dir", "netfs", true, RequestAction.Wait, "disk vda is in pool san, which is not shared")]
    [InlineData("netfs", "dir", true, RequestAction.Wait, "h2: it does not see pool san work and shared")]
    [InlineData("netfs", "netfs", false, RequestAction.Wait, "h2: it does not see pool san work and shared")]
    public void Decide_Disks_MoveOnlyWhereBothHostsShareThePool(string here, string there, bool works, RequestAction action, string why)
    {
        RequestScene scene = new RequestScene(2).With(1, VmState.Running, vcpus: 7).With(2);
        scene.Disks.Add(new VmDiskInfo(0, "vda", "/san/a", "san"));
        scene.Pools[1] = [Pool(here, true)];
        scene.Pools[2] = [Pool(there, works)];
        RequestDecision decision = scene.Decide(Anywhere(2));
        Assert.Equal(action, decision.Action);
        Assert.Contains(why, decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_OwnHostIsDrained_MovesAndOthersBehindItGoOn()
    {
        RequestScene scene = new RequestScene(2).With(1).With(2, host: 2);
        scene.See(1, h => h with { IsDraining = true });
        RequestDecision[] decisions = [.. scene.Decide([Anywhere(1), Request(2, host: 2)])];
        Assert.Equal([RequestAction.Move, RequestAction.Start], decisions.Select(d => d.Action));
        scene.See(1, h => h with { OutOfSight = "its agent is not connected" });
        Assert.Equal("waits: host h1: its agent is not connected", scene.Decide(Anywhere(1)).Reason);
    }

    [Fact]
    public void Decide_PinnedVm_Stays()
    {
        RequestScene scene = new RequestScene(2) { Rules = PlacementPolicy.None with { Pinned = [new VmGlob(new("vm2"), new("*"))] } }.With(1, VmState.Running, vcpus: 7).With(2);
        Assert.EndsWith("it cannot go to another host now: the policy pins it", scene.Decide(Anywhere(2)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_MovedOnce_IsNotMovedAgain()
    {
        StartRequest moved = Anywhere(2) with { MoveDirective = Directive, Target = IdOf(1) };
        Assert.Equal(RequestAction.Wait, new RequestScene(2).With(1, VmState.Running, vcpus: 7).With(2).Decide(moved).Action);
    }

    [Fact]
    public void Decide_WhileAnotherMoves_ItsRoomIsTakenOnItsTarget()
    {
        RequestScene scene = new RequestScene(2).With(1, vcpus: 7).With(2, host: 2);
        StartRequest moves = Anywhere(1) with { Stage = RequestStage.Moving, MoveDirective = Directive, Target = IdOf(2) };
        Assert.Empty(scene.Starts([Request(2, host: 2)], moves));
    }

    [Fact]
    public void Next_Moving_WaitsOnItsNewHostOnceItIsSeenThereAlone()
    {
        StartRequest moves = Anywhere(1) with { Stage = RequestStage.Moving, MoveDirective = Directive, Target = IdOf(2) };
        RequestScene scene = new RequestScene(2).With(1);
        scene.Directives[Directive] = new DirectiveNow(DirectiveState.Running, "", Start);
        Assert.Equal(moves, RequestFollower.Next(moves, scene.View()));
        scene.Directives[Directive] = new DirectiveNow(DirectiveState.Done, "", Start);
        scene.With(1, host: 2);
        Assert.Equal(moves, RequestFollower.Next(moves, scene.View()));
        scene.Now = Start + 60_001;
        Assert.Equal("its host says that its VM was moved, and it was not seen on the other one alone", RequestFollower.Next(moves, scene.View()).Detail);

        scene = new RequestScene(2).With(1, VmState.Gone).With(1, host: 2);
        scene.Directives[Directive] = new DirectiveNow(DirectiveState.Done, "", Start);
        Assert.Equal(moves with { Stage = RequestStage.Waiting, Host = IdOf(2) }, RequestFollower.Next(moves, scene.View()));
        scene.See(2, h => h with { OutOfSight = "silent" });
        Assert.Equal(moves, RequestFollower.Next(moves, scene.View()));
    }

    [Theory]
    [InlineData(DirectiveState.Refused, "its VM was not moved: refused: no")]
    [InlineData(DirectiveState.Failed, "its VM was not moved: failed: no")]
    public void Next_MoveThatFailed_FailsAndTheVmIsWhereItWas(DirectiveState state, string why)
    {
        StartRequest moves = Anywhere(1) with { Stage = RequestStage.Moving, MoveDirective = Directive, Target = IdOf(2) };
        RequestScene scene = new RequestScene(2).With(1);
        scene.Directives[Directive] = new DirectiveNow(state, "no", Start);
        Assert.Equal(moves.End(RequestStage.Failed, why, Start), RequestFollower.Next(moves, scene.View()));
    }

    private static StartRequest Anywhere(int vm) => Request(vm) with { IsAnywhere = true };

    private static LivePool Pool(string type, bool works) => new(new PoolInfo(1, "san", type, "/san"), PoolFigures.None with { Active = works });
}
