using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Placement;
using VirtAgents.Core.Scheduling.Planning;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Live;

public sealed class HostTroublesTests
{
    private static readonly HostId Own = Host(1).Info.Id;

    public static TheoryData<FindingKind, string> Told { get; } = new()
    {
        { FindingKind.HostTroubled, "several VMs of host h1 crashed or hang" },
        { FindingKind.HostSaturated, "many VMs of host h1 wait for CPU" },
        { FindingKind.HostBootStorm, "many VMs of host h1 began at once, and VMs wait" },
        { FindingKind.DiskSlow, "requests to disk sda of host h1 are slow" },
        { FindingKind.SamplesMissing, "messages of host h1 never arrive" },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public void WhyClosed_IncidentOfTheHost_IsTold(FindingKind kind, string why)
    {
        var troubles = HostTroubles.Of([Of(Found(kind, Own.ToString()))]);

        Assert.Equal((why, null), (troubles.WhyClosed(Own), troubles.WhyClosed(Host(2).Info.Id)));
        Assert.Equal(kind == FindingKind.HostSaturated, troubles.IsSaturated(Own));
    }

    [Fact]
    public void WhyClosed_InterfaceOfTheHostIsDown_IsTold() => Assert.Equal(
        "interface h1 eno1 has no link",
        HostTroubles.Of([Of(Found(FindingKind.InterfaceDown, $"{Own}/eno1", ElementKind.Network) with { Key = new(FindingKind.InterfaceDown, new(ElementKind.Network, $"{Own}/eno1"), "eno1") })]).WhyClosed(Own));

    [Fact]
    public void WhyClosed_Symptom_CountsAsTheRootDoesAndTheWorstComesFirst() => Assert.Equal(
        "several VMs of host h1 crashed or hang; requests to disk sda of host h1 are slow",
        HostTroubles.Of([Of(Found(FindingKind.DiskSlow, Own.ToString())) with { Symptoms = [Found(FindingKind.HostTroubled, Own.ToString())] }]).WhyClosed(Own));

    [Fact]
    public void WhyClosed_OverSilencedOrOfSomethingElse_IsNot()
    {
        Finding found = Found(FindingKind.DiskSlow, Own.ToString());
        Incident[] incidents =
        [
            Of(found with { ClearedUnixMs = 5 }), Of(found) with { IsSilenced = true }, Of(found) with { State = IncidentState.Resolved },
            Of(Found(FindingKind.ClockJumped, Own.ToString())), Of(Found(FindingKind.InterfaceDown, Guid.NewGuid().ToString(), ElementKind.Vm)), Of(Found(FindingKind.PoolSlow, "rack/shared", ElementKind.Pool)),
        ];
        Assert.Null(HostTroubles.Of(incidents).WhyClosed(Own));
        Assert.Null(HostTroubles.None.WhyClosed(Own));
    }

    [Fact]
    public void LiveCluster_TroubledHost_TakesNoVmAndItsOwnMayLeave()
    {
        LiveHost troubled = Host(1, Vm(1)) with { Trouble = "many VMs of host h1 wait for CPU", IsSaturated = true };

        LiveCluster cluster = Look(troubled, Host(2, Vm(2)));
        PlacementDecision placed = new Placer(Look(LivePurpose.Placement, troubled, Host(2, Vm(2))).Snapshot).Place(new ClusterVm("new", "", 1, 1_024));

        Assert.Equal([(HostAvailability.Closed, true), (HostAvailability.Online, false)], cluster.Snapshot.Hosts.Select(h => (h.Availability, h.IsSaturated)));
        Assert.Contains("h1 takes no VM: many VMs of host h1 wait for CPU", cluster.Notes);
        Assert.Equal(("h2", 1), (placed.Host, placed.Rejected[Obstacle.HostState]));
        Assert.Equal([("vm1", "h2")], Planner.Plan(cluster.Snapshot, new(PlanGoal.Evacuate) { Hosts = ["h1"] }).Moves.Select(m => (m.Vm, m.To)));
        Assert.Empty(Planner.Plan(cluster.Snapshot, new(PlanGoal.Evacuate) { Hosts = ["h2"] }).Moves);
    }

    [Fact]
    public void LiveCluster_RulesThatVmsBreak_AreWhatConstraintsWantAndMoveThemFor()
    {
        VmGlob vm1 = new(new("vm1"), new("*")), pair = new(new("vm[12]"), new("*")), both = new(new("vm?"), new("acme"));
        Assert.False(pair.Matches("vm1", "acme"));
        ScheduleRule rule = new("rules", PlanGoal.Constraints, ScheduleMode.Auto);
        LiveCluster bound = Ruled(PlacementPolicy.None with { Bindings = [new(vm1, [new("h2")])] }), split = Ruled(PlacementPolicy.None with { Groups = [new("g", GroupRule.Affinity, both)] });
        LiveCluster nowhere = Ruled(PlacementPolicy.None with { Bindings = [new(vm1, [new("h9")])] }), none = Ruled(PlacementPolicy.None);

        Assert.Equal("0 hosts are over their limits, 1 VMs break rules", ScheduleJudge.Wants(rule, ClusterFigures.Of(bound.Snapshot)));
        Assert.Equal("0 hosts are over their limits, 1 VMs break rules", ScheduleJudge.Wants(rule, ClusterFigures.Of(split.Snapshot)));
        Assert.Null(ScheduleJudge.Wants(rule, ClusterFigures.Of(none.Snapshot)));
        Assert.Equal([("vm1", "h2")], Planner.Plan(bound.Snapshot, new(PlanGoal.Constraints)).Moves.Select(m => (m.Vm, m.To)));
        Assert.Equal(0, Planner.Plan(split.Snapshot, new(PlanGoal.Constraints)).After.Misplaced);
        Assert.Equal("the policy allows it only on hosts that do not reach its pools", nowhere.WhyItStays("vm1"));
        Assert.Empty(Planner.Plan(nowhere.Snapshot, new(PlanGoal.Constraints)).Moves);

        static LiveCluster Ruled(PlacementPolicy rules) => LiveCluster.Of("c", [Host(1, Vm(1)), Host(2, Vm(2))], new ClusterLimits(4), LivePurpose.Migration, rules);
    }

    [Fact]
    public void LiveCluster_TroubledHostThatIsDrainedOrOutOfSight_IsThat() => Assert.Equal(
        [HostAvailability.Drain, HostAvailability.Unknown],
        Look(Host(1) with { Trouble = "x", IsDraining = true }, Host(2) with { Trouble = "x", OutOfSight = "its agent is not connected" }).Snapshot.Hosts.Select(h => h.Availability));

    private static Incident Of(Finding root) => new(Guid.NewGuid(), root, 1);

    private static Finding Found(FindingKind kind, string id, ElementKind element = ElementKind.Host) =>
        new(new(kind, new(element, id), kind == FindingKind.DiskSlow ? "sda" : ""), "h1", FindingKinds.Of(kind).Severity, 1, "");
}
