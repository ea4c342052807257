using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Detection.Remediation.RemediationVerdict;

namespace VirtAgents.Core.Tests.Detection.Remediation;

/// <summary>Quarantine and migration, which are never done without a person.</summary>
public sealed class ApprovedDirectiveTests
{
    private const long Now = 100_000_000;

    private static readonly VmInfo Vm = new(
        1, new VmId(new Guid(1, 2, 3, new byte[8])), "web-1", "red", 2, 1 << 30, [],
        [new VmInterfaceInfo(1, "52:54:00:00:00:01", "", "lan"), new VmInterfaceInfo(2, "52:54:00:00:00:02", "", "backup")]);

    private static readonly Finding Busy = new(
        new(FindingKind.ThresholdError, new(ElementKind.Vm, Vm.Id.ToString()), "vm-busy"), "web-1", Severity.Error, Now - 1_000, "test");

    private static readonly RemediationRule Quarantine = new(
        "quarantine", [FindingKind.ThresholdError], "", "", "", RemediationMode.Approve, DirectiveKind.SetLink, 3, TimeSpan.FromHours(1), TimeSpan.FromSeconds(10)) { Network = "lan" };

    private static readonly RemediationRule Away = Quarantine with { Name = "away", Directive = DirectiveKind.Migrate, Network = "", To = "qemu+ssh://b/system" };

    [Fact]
    public void Decide_Quarantine_ProposesTheInterfaceOfTheNetworkAndActsWhenApproved()
    {
        RemediationDecision proposed = Decide(Quarantine, VmState.Running), approved = Decide(Quarantine, VmState.Running, isApproved: true);
        Assert.Equal((Propose, "set_link mac=52:54:00:00:00:01 state=down"), (proposed.Verdict, proposed.Directive));
        Assert.Equal((Act, proposed.Directive), (approved.Verdict, approved.Directive));
        Assert.Empty(DirectiveCatalogue.Find(DirectiveKind.SetLink)!.ProblemsWith(approved.Parameters));
    }

    [Fact]
    public void Decide_Migration_GoesWhereTheRuleSays()
    {
        RemediationDecision proposed = Decide(Away, VmState.Running);
        Assert.Equal((Propose, "migrate destination=qemu+ssh://b/system"), (proposed.Verdict, proposed.Directive));
        Assert.Empty(DirectiveCatalogue.Find(DirectiveKind.Migrate)!.ProblemsWith(proposed.Parameters));
    }

    [Theory]
    [InlineData("")]
    [InlineData("dmz")]
    public void Decide_InterfaceNotCertain_IsForPeople(string network) => Assert.Equal(GiveUp, Decide(Quarantine with { Network = network }, VmState.Running, isApproved: true).Verdict);

    [Theory]
    [InlineData(VmState.Unknown)]
    [InlineData(VmState.Stuck)]
    [InlineData(VmState.Crashed)]
    [InlineData(VmState.ShutOff)]
    [InlineData(VmState.MigratedAway)]
    public void Decide_VmNotSeenAlive_WaitsEvenWhenApproved(VmState state)
    {
        Assert.Equal(Wait, Decide(Quarantine, state, isApproved: true).Verdict);
        Assert.Equal(Wait, Decide(Away, state, isApproved: true).Verdict);
    }

    [Fact]
    public void Decide_PausedVm_IsCutOffAndNotMigrated()
    {
        Assert.Equal(Propose, Decide(Quarantine, VmState.Paused).Verdict);
        Assert.Equal(Wait, Decide(Away, VmState.Paused).Verdict);
    }

    [Fact]
    public void Decide_AutoSlippedIn_StillAsks() => Assert.Equal(Propose, Decide(Quarantine with { Mode = RemediationMode.Auto }, VmState.Running).Verdict);

    [Fact]
    public void Decide_Recommend_NamesTheParameters() => Assert.Equal(
        (Recommend, "rule 'quarantine' recommends: set_link mac=52:54:00:00:00:01 state=down"),
        (Decide(Quarantine with { Mode = RemediationMode.Recommend }, VmState.Running).Verdict, Decide(Quarantine with { Mode = RemediationMode.Recommend }, VmState.Running).Why));

    [Theory]
    [InlineData("vm-*", Propose)]
    [InlineData("host-*", Nothing)]
    public void Decide_Detail_TellsThresholdsApart(string detail, RemediationVerdict verdict) =>
        Assert.Equal(verdict, Decide(Quarantine with { Detail = detail }, VmState.Running).Verdict);

    [Fact]
    public void Candidates_ThresholdOfAHost_IsNone()
    {
        Finding host = Busy with { Key = Busy.Key with { Element = new(ElementKind.Host, Vm.Id.ToString()) } };
        Assert.Empty(RemediationJudge.Candidates(new([Quarantine], 20), [IncidentOf(host)]));
        Assert.Single(RemediationJudge.Candidates(new([Quarantine], 20), [IncidentOf(Busy)]));
    }

    private static RemediationDecision Decide(RemediationRule rule, VmState state, bool isApproved = false) =>
        RemediationJudge.Decide(new([rule], 20), IncidentOf(Busy), Busy, Vm, state, "host-1", [], Now, null, isApproved);

    private static Incident IncidentOf(Finding root) => new(new Guid(7, 7, 7, new byte[8]), root, Now - 1_000);
}
