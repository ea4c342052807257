using CsCheck;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Detection.Remediation.RemediationVerdict;

namespace VirtAgents.Core.Tests.Detection.Remediation;

public sealed class RemediationJudgeTests
{
    private const long Now = 100_000_000;

    private static readonly VmInfo Vm = new(1, new VmId(new Guid(1, 2, 3, new byte[8])), "web-1", "red", 2, 1 << 30, [], []);

    private static readonly RemediationRule Restart = new(
        "restart", [FindingKind.VmCrashed], "web-*", "host-*", "red", RemediationMode.Auto, DirectiveKind.Start, 3, TimeSpan.FromHours(1), TimeSpan.FromSeconds(10));

    private static readonly RemediationPolicy Policy = new([Restart], 20);

    private static readonly Finding Crash = Of(FindingKind.VmCrashed, ElementKind.Vm, Vm.Id.ToString(), "web-1");

    [Fact]
    public void Decide_CrashedVm_ActsAndNamesTheRule() => Assert.Equal((Act, "rule 'restart', try 1 of 3"), Decide());

    [Theory]
    [InlineData(VmState.Unknown)]
    [InlineData(VmState.Stuck)]
    [InlineData(VmState.Running)]
    [InlineData(VmState.ShutOff)]
    [InlineData(VmState.MigratedAway)]
    public void Decide_VmSeenOtherwise_Waits(VmState state) => Assert.Equal((Wait, $"it is seen as {state}"), Decide(state: state));

    [Fact]
    public void Decide_VmNobodyKnows_DoesNothing() => Assert.Equal(Nothing, RemediationJudge.Decide(Policy, IncidentOf(Crash), Crash, null, VmState.Crashed, "", [], Now).Verdict);

    [Theory]
    [InlineData("db-1", "host-1", "red")]
    [InlineData("web-1", "other", "red")]
    [InlineData("web-1", "host-1", "blue")]
    public void Decide_SelectorDoesNotFit_DoesNothing(string vm, string host, string tenant) =>
        Assert.Equal(Nothing, RemediationJudge.Decide(Policy, IncidentOf(Crash), Crash, Vm with { Name = vm, Tenant = tenant }, VmState.Crashed, host, [], Now).Verdict);

    [Fact]
    public void Decide_Symptom_WaitsForItsCauseAndActsAfterIt()
    {
        RemediationPolicy policy = new([Restart with { Findings = [FindingKind.VmPausedForSpace], Directive = DirectiveKind.Resume }], 20);
        Finding paused = Of(FindingKind.VmPausedForSpace, ElementKind.Vm, Vm.Id.ToString(), "web-1"), pool = Of(FindingKind.PoolFull, ElementKind.Pool, "rack/san", "san");
        Incident full = IncidentOf(pool) with { Symptoms = [paused] };
        Incident free = full with { Root = pool with { ClearedUnixMs = Now - 1 } };
        Assert.Equal(Wait, RemediationJudge.Decide(policy, full, paused, Vm, VmState.Paused, "host-1", [], Now).Verdict);
        Assert.Equal(Act, RemediationJudge.Decide(policy, free, paused, Vm, VmState.Paused, "host-1", [], Now).Verdict);
    }

    [Fact]
    public void Decide_Held_SaysWhyAndOnlyWhereItWouldAct()
    {
        RemediationDecision held = RemediationJudge.Decide(Policy, IncidentOf(Crash), Crash, Vm, VmState.Crashed, "host-1", [], Now, "many hosts are silent");
        Assert.Equal((RemediationVerdict.Held, "rule 'restart' cannot act on web-1: many hosts are silent"), (held.Verdict, held.Why));
        Assert.Equal(Wait, RemediationJudge.Decide(Policy, IncidentOf(Crash), Crash, Vm, VmState.Unknown, "host-1", [], Now, "many hosts are silent").Verdict);
    }

    [Fact]
    public void Candidates_OfIncidents_AreThoseWhoseCauseIsGone()
    {
        Finding pool = Of(FindingKind.PoolFailed, ElementKind.Pool, "rack/san", "san");
        Incident held = IncidentOf(pool) with { Symptoms = [Crash] }, free = held with { Root = pool with { ClearedUnixMs = Now } };
        Incident over = IncidentOf(Crash with { ClearedUnixMs = Now }), resolved = IncidentOf(Crash) with { State = IncidentState.Resolved };
        Assert.Equal([Crash, Crash], RemediationJudge.Candidates(Policy, [held, free, over, resolved, IncidentOf(Crash)]).Select(c => c.Finding));
        Assert.Empty(RemediationJudge.Candidates(new([Restart with { Mode = RemediationMode.Observe }], 20), [free]));
    }

    [Theory]
    [InlineData(RemediationMode.Observe, Nothing)]
    [InlineData(RemediationMode.Recommend, RemediationVerdict.Recommend)]
    [InlineData(RemediationMode.Approve, Propose)]
    public void Decide_Mode_GoesNoFurther(RemediationMode mode, RemediationVerdict verdict) => Assert.Equal(verdict, Decide(new([Restart with { Mode = mode }], 20)).Verdict);

    [Fact]
    public void Decide_Approved_ActsAsAutoWouldWithinTheSameLimits()
    {
        RemediationPolicy policy = new([Restart with { Mode = RemediationMode.Approve }], 20);
        RemediationDecision Approved(VmState state, string? held, params PastAction[] past) =>
            RemediationJudge.Decide(policy, IncidentOf(Crash), Crash, Vm, state, "host-1", past, Now, held, isApproved: true);
        Assert.Equal((Act, "rule 'restart', try 1 of 3"), (Approved(VmState.Crashed, null).Verdict, Approved(VmState.Crashed, null).Why));
        Assert.Equal(RemediationVerdict.Held, Approved(VmState.Crashed, "many hosts are silent").Verdict);
        Assert.Equal(Wait, Approved(VmState.Running, null).Verdict);
        Assert.Equal(Wait, Approved(VmState.Unknown, null).Verdict);
        Assert.Equal(Wait, Approved(VmState.Crashed, null, Try(60_000, null)).Verdict);
        Assert.Equal(GiveUp, Approved(VmState.Crashed, null, Try(60_000, 50_000), Try(60_000, 50_000), Try(60_000, 50_000)).Verdict);
    }

    [Fact]
    public void Decide_EarlierTryNotEnded_Waits() => Assert.Equal(Wait, Decide(past: [Try(60_000, null)]).Verdict);

    [Theory]
    [InlineData(1, 9_999, Wait)]
    [InlineData(1, 10_000, Act)]
    [InlineData(2, 19_999, Wait)]
    [InlineData(2, 20_000, Act)]
    [InlineData(3, 1_000_000, GiveUp)]
    public void Decide_AfterTries_PausesTwiceAsLongEachTimeUpToTheLimit(int tries, long sinceEndMs, RemediationVerdict verdict) =>
        Assert.Equal(verdict, Decide(past: [.. Enumerable.Range(0, tries).Select(i => Try(sinceEndMs + (i * 1_000), sinceEndMs + (i * 1_000)))]).Verdict);

    [Fact]
    public void Decide_TriesOlderThanTheWindow_DoNotCount() => Assert.Equal(Act, Decide(past: [.. Enumerable.Repeat(Try(3_600_000, 3_600_000), 3)]).Verdict);

    [Fact]
    public void Decide_BudgetOfAllUsedUp_GivesUp()
    {
        PastAction[] others = [.. Enumerable.Range(1, 20).Select(i => new PastAction("other", new VmId(new Guid(i, 9, 9, new byte[8])), Now - 1_000, Now - 500))];
        Assert.Equal((GiveUp, "maxPerHour of the policy allows 20 directives per hour, and there were as many"), Decide(past: others));
    }

    [Fact]
    public void Decide_CrashLoopOfAnyRhythm_NeverActsMoreThanTheLimitWithinTheWindow() =>
        Gen.Long[1, 1_200_000].Array[1, 60].Sample(gaps =>
        {
            List<PastAction> past = [];
            long now = Now;
            foreach (long gap in gaps)
            {
                now += gap;
                if (RemediationJudge.Decide(Policy, IncidentOf(Crash), Crash, Vm, VmState.Crashed, "host-1", past, now).Verdict == Act)
                {
                    past.Add(new PastAction("restart", Vm.Id, now, now));
                }
            }

            Assert.All(past, one => Assert.InRange(past.Count(p => p.AtUnixMs > one.AtUnixMs - 3_600_000 && p.AtUnixMs <= one.AtUnixMs), 1, 3));
            Assert.NotEmpty(past);
        });

    private static (RemediationVerdict Verdict, string Why) Decide(RemediationPolicy? policy = null, VmState state = VmState.Crashed, params PastAction[] past)
    {
        RemediationDecision decision = RemediationJudge.Decide(policy ?? Policy, IncidentOf(Crash), Crash, Vm, state, "host-1", past, Now);
        return (decision.Verdict, decision.Why);
    }

    private static PastAction Try(long agoMs, long? endedAgoMs) => new("restart", Vm.Id, Now - agoMs, endedAgoMs is { } ended ? Now - ended : null);

    private static Incident IncidentOf(Finding root) => new(new Guid(7, 7, 7, new byte[8]), root, Now - 1_000);

    private static Finding Of(FindingKind kind, ElementKind element, string id, string name) => new(new(kind, new(element, id), ""), name, Severity.Critical, Now - 1_000, "test");
}
