using CsCheck;
using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Core.Tests.Detection.Liveness;

public sealed class HostJudgeTests
{
    private static readonly HostVerdict Unseen = new(HostStanding.Unproven, true, "");

    private static readonly Gen<HostTestimony> AnyTestimony =
        Gen.Select(Gen.Enum<ProbeOutcome>(), Gen.Bool, (outcome, sees) => new HostTestimony("h", outcome, sees, ""));

    [Theory]
    [InlineData(ProbeOutcome.Answered, HostStanding.Partitioned)]
    [InlineData(ProbeOutcome.Refused, HostStanding.AgentDead)]
    [InlineData(ProbeOutcome.Mute, HostStanding.AgentDead)]
    public void Judge_OneSignOfLife_OutweighsAllWhoSeeNothing(ProbeOutcome seen, HostStanding expected)
    {
        HostVerdict verdict = Judge([Saw(ProbeOutcome.TimedOut), Saw(seen, seesOthers: false), Saw(ProbeOutcome.Unreachable)], Unseen);
        Assert.Equal((expected, false), (verdict.Standing, verdict.IsUnseen));
    }

    [Fact]
    public void Judge_AnswerOfTheAgent_OutweighsARefusal() =>
        Assert.Equal(HostStanding.Partitioned, Judge([Saw(ProbeOutcome.Refused), Saw(ProbeOutcome.Answered)]).Standing);

    [Fact]
    public void Judge_TwoWhoSeeOthersSeeNothingTwice_IsLostAndNamesBoth()
    {
        HostTestimony[] testimonies = [new("h2", ProbeOutcome.TimedOut, true, ""), new("h3", ProbeOutcome.Unreachable, true, "No route to host")];
        HostVerdict first = Judge(testimonies);
        Assert.Equal((HostStanding.Unproven, true), (first.Standing, first.IsUnseen));
        HostVerdict second = Judge(testimonies, first);
        Assert.Equal(HostStanding.Lost, second.Standing);
        Assert.Equal("nobody sees it, asked twice: h2 gets nothing back; h3 cannot reach it (No route to host)", second.Evidence);
    }

    [Theory]
    [InlineData(ProbeOutcome.TimedOut, false)]
    [InlineData(ProbeOutcome.Unreachable, false)]
    [InlineData(ProbeOutcome.Unknown, true)]
    [InlineData(ProbeOutcome.OtherHost, true)]
    public void Judge_SecondWitnessSaysNothing_IsUnproven(ProbeOutcome second, bool seesOthers)
    {
        HostVerdict verdict = Judge([Saw(ProbeOutcome.TimedOut), Saw(second, seesOthers)], Unseen);
        Assert.Equal((HostStanding.Unproven, false), (verdict.Standing, verdict.IsUnseen));
        Assert.StartsWith("too few witnesses: ", verdict.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_HeartbeatMoves_IsPartitionedThoughNobodyReachesIt()
    {
        HostVerdict verdict = Judge([Saw(ProbeOutcome.TimedOut), Saw(ProbeOutcome.Refused)], Unseen, HeartbeatSight.Moving);
        Assert.Equal(HostStanding.Partitioned, verdict.Standing);
        Assert.EndsWith("; its heartbeat on shared storage moves", verdict.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_HeartbeatMayMoveYet_NeverLosesAHost() =>
        Assert.False(Judge([Saw(ProbeOutcome.TimedOut), Saw(ProbeOutcome.TimedOut)], Unseen, HeartbeatSight.Undecided).IsUnseen);

    [Fact]
    public void Judge_HeartbeatStandsStill_OneWitnessIsEnough()
    {
        HostVerdict verdict = Judge([Saw(ProbeOutcome.TimedOut)], Unseen, HeartbeatSight.Still);
        Assert.Equal(HostStanding.Lost, verdict.Standing);
        Assert.Equal("nobody sees it, asked twice: h2 gets nothing back; its heartbeat on shared storage stands still", verdict.Evidence);
    }

    [Fact]
    public void Judge_NobodyAsked_IsUnproven() =>
        Assert.Equal("too few witnesses: no other agent could be asked", Judge([]).Evidence);

    [Fact]
    public void Judge_MassSilence_NeverLosesAHost()
    {
        HostVerdict verdict = HostJudge.Judge([Saw(ProbeOutcome.TimedOut), Saw(ProbeOutcome.TimedOut)], HeartbeatSight.Still, 1, new MassSilence(3, 5, null), Unseen);
        Assert.Equal((HostStanding.Unproven, false), (verdict.Standing, verdict.IsUnseen));
        Assert.StartsWith("3 of 5 streams fell silent at once", verdict.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_CollectorLateItself_NeverLosesAHost()
    {
        HostVerdict verdict = HostJudge.Judge([Saw(ProbeOutcome.TimedOut), Saw(ProbeOutcome.TimedOut)], HeartbeatSight.Still, 1.6, MassSilence.None, Unseen);
        Assert.Equal((HostStanding.Unproven, false), (verdict.Standing, verdict.IsUnseen));
        Assert.StartsWith("the collector was late itself (limits are 1.6 times as long)", verdict.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_AnyTestimonies_LostOnlyWithoutAnySignOfLifeAndWithEnoughWitnesses() =>
        Gen.Select(AnyTestimony.Array[0, 5], Gen.Enum<HeartbeatSight>(), Gen.Double[1, 3], Gen.Bool, Gen.Bool).Sample((testimonies, heartbeat, widening, isMass, wasUnseen) =>
        {
            MassSilence mass = isMass ? new(3, 5, null) : MassSilence.None;
            HostVerdict verdict = HostJudge.Judge(testimonies, heartbeat, widening, mass, wasUnseen ? Unseen : null);
            bool maybeLost = !isMass && widening <= HostJudge.MostWidening && wasUnseen && !testimonies.Any(t => t.IsSignOfLife)
                && testimonies.Count(t => t.SeesOthers && t.Outcome is (ProbeOutcome.TimedOut or ProbeOutcome.Unreachable)) >= (heartbeat == HeartbeatSight.Still ? 1 : 2)
                && (heartbeat is HeartbeatSight.None or HeartbeatSight.Still);
            return (verdict.Standing == HostStanding.Lost) == maybeLost;
        });

    private static HostTestimony Saw(ProbeOutcome outcome, bool seesOthers = true) => new("h2", outcome, seesOthers, "");

    private static HostVerdict Judge(HostTestimony[] testimonies, HostVerdict? before = null, HeartbeatSight heartbeat = HeartbeatSight.None) =>
        HostJudge.Judge(testimonies, heartbeat, 1, MassSilence.None, before);
}
