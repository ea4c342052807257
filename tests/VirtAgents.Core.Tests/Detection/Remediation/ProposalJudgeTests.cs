using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Remediation;

public sealed class ProposalJudgeTests
{
    private const long Now = 100_000_000;

    private static readonly VmId Vm = new(new Guid(1, 2, 3, new byte[8]));

    private static readonly Finding Crash = new(new(FindingKind.VmCrashed, new(ElementKind.Vm, Vm.ToString()), ""), "web-1", Severity.Critical, Now - 1_000, "test");

    private static readonly RemediationPolicy Policy = new(
        [new("restart", [FindingKind.VmCrashed], "", "", "", RemediationMode.Approve, DirectiveKind.Start, 3, TimeSpan.FromHours(1), TimeSpan.FromSeconds(10))], 20);

    private static readonly Proposal Open = new(new Guid(5, 5, 5, new byte[8]), FindingKind.VmCrashed, "", Crash.SinceUnixMs, Vm, "restart", DirectiveKind.Start, Now + 1, ProposalState.Open);

    [Fact]
    public void EndOf_FindingHoldsAndInTime_Stays() => Assert.Null(EndOf(Open, Policy, IncidentOf(Crash)));

    [Fact]
    public void EndOf_LastMomentPassed_Expires() =>
        Assert.Equal(new(ProposalState.Expired, "nobody has decided in time"), EndOf(Open with { ExpiresUnixMs = Now }, Policy, IncidentOf(Crash)));

    [Fact]
    public void EndOf_FindingEndedOrHoldsAnew_IsWithdrawn()
    {
        ProposalEnd ended = new(ProposalState.Withdrawn, "its finding has ended");
        Assert.Equal(ended, EndOf(Open, Policy));
        Assert.Equal(ended, EndOf(Open, Policy, IncidentOf(Crash with { ClearedUnixMs = Now })));
        Assert.Equal(ended, EndOf(Open, Policy, IncidentOf(Crash) with { State = IncidentState.Resolved }));
        Assert.Equal(ended, EndOf(Open, Policy, IncidentOf(Crash with { SinceUnixMs = Now })));
    }

    [Fact]
    public void EndOf_FindingBecameASymptomOfAnotherIncident_Stays()
    {
        Finding pool = Crash with { Key = new(FindingKind.PoolFailed, new(ElementKind.Pool, "rack/san"), "") };
        Assert.Null(EndOf(Open, Policy, IncidentOf(pool) with { Symptoms = [Crash] }));
    }

    [Theory]
    [InlineData(RemediationMode.Auto, DirectiveKind.Start)]
    [InlineData(RemediationMode.Observe, DirectiveKind.Start)]
    [InlineData(RemediationMode.Approve, DirectiveKind.Resume)]
    public void EndOf_RuleProposesItNoMore_IsWithdrawn(RemediationMode mode, DirectiveKind directive) => Assert.Equal(
        new(ProposalState.Withdrawn, "the policy has changed: rule 'restart' does not propose it any more"),
        EndOf(Open, Policy with { Rules = [Policy.Rules[0] with { Mode = mode, Directive = directive }] }, IncidentOf(Crash)));

    [Theory]
    [InlineData(ProposalState.Open, false)]
    [InlineData(ProposalState.Declined, false)]
    [InlineData(ProposalState.Expired, false)]
    [InlineData(ProposalState.Approved, true)]
    [InlineData(ProposalState.Withdrawn, true)]
    public void MayPropose_AfterOneAboutTheSameFinding_IsNoAnswerTwice(ProposalState state, bool may) =>
        Assert.Equal(may, ProposalJudge.MayPropose(Crash, Vm, "restart", [Open with { State = state }]));

    [Theory]
    [InlineData(DirectiveKind.SetLink)]
    [InlineData(DirectiveKind.Migrate)]
    public void MayPropose_WhatNeedsAPersonWasApproved_OnlyAboutAnotherFinding(DirectiveKind directive)
    {
        Proposal approved = Open with { State = ProposalState.Approved, Directive = directive };
        Assert.False(ProposalJudge.MayPropose(Crash, Vm, "restart", [approved]));
        Assert.True(ProposalJudge.MayPropose(Crash with { SinceUnixMs = Now }, Vm, "restart", [approved]));
    }

    [Fact]
    public void MayPropose_DeclinedForAnEarlierFindingOrRule_MayAgain()
    {
        Proposal declined = Open with { State = ProposalState.Declined };
        Assert.True(ProposalJudge.MayPropose(Crash with { SinceUnixMs = Now }, Vm, "restart", [declined]));
        Assert.True(ProposalJudge.MayPropose(Crash, Vm, "other", [declined]));
        Assert.False(ProposalJudge.MayPropose(Crash with { SinceUnixMs = Now }, Vm, "other", [Open]));
    }

    private static ProposalEnd? EndOf(Proposal proposal, RemediationPolicy policy, params Incident[] incidents) => ProposalJudge.EndOf(proposal, policy, incidents, Now);

    private static Incident IncidentOf(Finding root) => new(new Guid(7, 7, 7, new byte[8]), root, Now - 1_000);
}
