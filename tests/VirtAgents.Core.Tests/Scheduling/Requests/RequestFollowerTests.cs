using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Requests;
using static VirtAgents.Core.Tests.Scheduling.Requests.RequestScene;

namespace VirtAgents.Core.Tests.Scheduling.Requests;

public sealed class RequestFollowerTests
{
    private static readonly Guid Directive = new(9, 9, 9, new byte[8]);

    private static StartRequest Sent => Request(1) with { Stage = RequestStage.Sent, Directive = Directive };

    private static StartRequest Running => Sent with { Stage = RequestStage.Running, StartedUnixMs = Start };

    [Fact]
    public void Next_VmSeenRunning_Runs()
    {
        RequestScene scene = Scene(DirectiveState.Running, VmState.ShutOff);
        Assert.Equal(Sent, RequestFollower.Next(Sent, scene.View()));
        scene.See(1, VmState.Running);
        Assert.Equal(Running, RequestFollower.Next(Sent, scene.View()));
    }

    [Theory]
    [InlineData(DirectiveState.Refused, "refused: no")]
    [InlineData(DirectiveState.Failed, "failed: no")]
    [InlineData(DirectiveState.Expired, "expired: no")]
    [InlineData(DirectiveState.Cancelled, "cancelled: no")]
    public void Next_DirectiveThatEndedOtherwise_Fails(DirectiveState state, string why) =>
        Assert.Equal(Sent.End(RequestStage.Failed, why, Start), RequestFollower.Next(Sent, Scene(state, VmState.ShutOff).View()));

    [Fact]
    public void Next_DoneAndNotSeenRunning_FailsAfterAMinuteInSight()
    {
        RequestScene scene = Scene(DirectiveState.Done, VmState.ShutOff);
        scene.Now = Start + 60_000;
        Assert.Equal(Sent, RequestFollower.Next(Sent, scene.View()));
        scene.Now++;
        scene.See(1, h => h with { OutOfSight = "silent" });
        Assert.Equal(Sent, RequestFollower.Next(Sent, scene.View()));
        scene.See(1, h => h with { OutOfSight = null });
        Assert.Equal((RequestStage.Failed, scene.Now), (RequestFollower.Next(Sent, scene.View()).Stage, RequestFollower.Next(Sent, scene.View()).EndedUnixMs));
    }

    [Fact]
    public void Next_DirectiveThatIsNotKnown_Fails()
    {
        RequestScene scene = new RequestScene().With(1);
        Assert.Equal("its directive is not known any more", RequestFollower.Next(Sent, scene.View()).Detail);
    }

    [Theory]
    [InlineData(VmState.ShutOff, RequestStage.Ended, "the VM was seen shut off")]
    [InlineData(VmState.Gone, RequestStage.Ended, "the VM is not defined any more")]
    [InlineData(VmState.Unknown, RequestStage.Running, "")]
    [InlineData(VmState.Crashed, RequestStage.Running, "")]
    [InlineData(VmState.MigratedAway, RequestStage.Running, "")]
    public void Next_RunningVm_EndsWhenItIsSeenOff(VmState state, RequestStage stage, string detail)
    {
        RequestScene scene = Scene(DirectiveState.Done, state);
        StartRequest next = RequestFollower.Next(Running, scene.View());
        Assert.Equal((stage, detail), (next.Stage, next.Detail));
        scene.See(1, h => h with { OutOfSight = "silent" });
        Assert.Equal(Running, RequestFollower.Next(Running, scene.View()));
    }

    [Fact]
    public void Next_VmThatMovedToAnotherHost_StillRuns()
    {
        RequestScene scene = new RequestScene(2).With(1).With(1, VmState.Running, host: 2);
        Assert.Equal(Running, RequestFollower.Next(Running, scene.View()));
    }

    [Fact]
    public void Next_VmThatWasMovedAndIsOffNow_WasSeenShutOffThere()
    {
        RequestScene scene = new RequestScene(2).With(1, VmState.Gone).With(1, VmState.ShutOff, host: 2);
        StartRequest next = RequestFollower.Next(Running, scene.View());
        Assert.Equal((RequestStage.Ended, "the VM was seen shut off"), (next.Stage, next.Detail));
    }

    private static RequestScene Scene(DirectiveState directive, VmState vm)
    {
        RequestScene scene = new RequestScene().With(1, vm);
        scene.Directives[Directive] = new DirectiveNow(directive, "no", Start);
        return scene;
    }
}
