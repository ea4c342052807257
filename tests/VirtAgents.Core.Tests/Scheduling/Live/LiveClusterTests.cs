using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Placement;
using VirtAgents.Core.Scheduling.Planning;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Live;

public sealed class LiveClusterTests
{
    private static readonly PlanOptions Evacuate = new(PlanGoal.Evacuate);

    [Fact]
    public void Of_MeasuredVm_HasItsFiguresInUnitsOfACluster()
    {
        ClusterVm vm = Look(Host(1, Vm(1))).Snapshot.Vms.Single();

        Assert.Equal(new VmUse(2, 2_048, 3, 0, null), vm.Use);
        Assert.Equal((4, 4_096, "acme", false), (vm.Vcpus, vm.MemoryMb, vm.Tenant, vm.IsPinned));
    }

    [Fact]
    public void Of_FiguresThatAreNotKnown_AreNotZero()
    {
        LiveVm unknown = Vm(1) with { Figures = VmFigures.None };
        LiveHost away = Host(2, Vm(2)) with { OutOfSight = "its agent is not connected" };

        ClusterSnapshot cluster = Look(Host(1, unknown), away).Snapshot;

        Assert.Equal([VmUse.Unknown with { NetMbps = 0 }, VmUse.Unknown], cluster.Vms.Select(v => v.Use));
    }

    [Theory]
    [InlineData(VmState.Running, 3.5, 3.5)]
    [InlineData(VmState.Running, 0.5, 2)] // it uses more than was to be expected
    [InlineData(VmState.Paused, 3.5, 2)]
    public void Of_VmOfWhichIsKnownWhatItWillUse_CountsWithThatIfItRunsAndUsesNoMoreNow(VmState state, double ahead, double cores)
    {
        LiveCluster cluster = Look(Host(1, Vm(1, state) with { OutlookCores = ahead }));

        Assert.Equal(new VmUse(cores, 2_048, 3, 0, null), cluster.Snapshot.Vms.Single().Use);
        Assert.Equal(state == VmState.Running, cluster.LoadNote!.EndsWith("; CPU of 1 VM as they will use it at most in the next 4 hours", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_VmWhoseUseIsUnknown_IsNotKnownByAForecastEither() =>
        Assert.Null(Look(Host(1, Vm(1) with { Figures = VmFigures.None, OutlookCores = 3 })).Snapshot.Vms.Single().Use.CpuCores);

    [Fact]
    public void Of_MemoryOfTheHost_IsReservedForWhatIsNoVm()
    {
        LiveHost measured = Host(1, Vm(1)) with { Figures = new HostFigures(10, 25, 1) };

        Assert.Equal([14 * 1_024, 0.05 * 64 * 1_024], Look(measured, Host(2)).Snapshot.Hosts.Select(h => h.ReservedMemoryMb));
    }

    [Fact]
    public void Of_VmSeenShutOff_IsLeftOutAndOneOfUnknownStateIsNot() =>
        Assert.Equal(["vm2"], Look(Host(1, Vm(1, VmState.ShutOff), Vm(2, VmState.Unknown), Vm(3, VmState.Gone))).At("h1"));

    [Fact]
    public void Of_NamesThatSeveralHave_AreUuids()
    {
        LiveVm first = Vm(1), twin = Vm(2) with { Info = Vm(2).Info with { Name = "vm1" } };

        LiveCluster cluster = Look(Host(1, first, twin, Vm(3)));

        Assert.Equal([$"{first.Info.Id}", $"{twin.Info.Id}", "vm3"], cluster.Snapshot.Vms.Select(v => v.Id));
        Assert.Equal(twin.Info.Id.Value, cluster.VmIds[$"{twin.Info.Id}"]);
    }

    [Fact]
    public void Plan_DrainedHost_IsEmptiedOntoHostsThatAreCertain()
    {
        LiveCluster cluster = Look(
            Host(1, Vm(1), Vm(2)) with { IsDraining = true }, Host(2),
            Host(3) with { OutOfSight = "its agent is not connected" }, Host(4) with { CannotMigrate = "there is one host only" });

        MigrationPlan plan = Planner.Plan(cluster.Snapshot, Evacuate);

        Assert.Equal([("vm1", "h2"), ("vm2", "h2")], plan.Moves.Select(m => (m.Vm, m.To)).Order());
        Assert.Equal(["h3 takes no part: its agent is not connected", "h4 takes no part: it cannot migrate: there is one host only"], cluster.Notes);
    }

    [Theory]
    [InlineData(VmState.Unknown)]
    [InlineData(VmState.Paused)]
    [InlineData(VmState.Stuck)]
    [InlineData(VmState.Crashed)]
    public void Plan_VmNotSeenRunning_StaysAndTheReasonIsTold(VmState state)
    {
        LiveCluster cluster = Look(Host(1, Vm(1, state), Vm(2)) with { IsDraining = true }, Host(2));

        MigrationPlan plan = cluster.Told(Planner.Plan(cluster.Snapshot, Evacuate, "vm1"), "vm1");

        Assert.Equal(["vm2"], plan.Moves.Select(m => m.Vm));
        Assert.Equal([new Unsatisfied("vm1", $"h1 is to be emptied, but it is pinned (not seen running: {state})")], plan.Unsatisfied);
        Assert.EndsWith($"(not seen running: {state})", plan.Explanation, StringComparison.Ordinal);
        Assert.Equal([$"vm1: not moved, not seen running: {state}"], cluster.Notes);
    }

    [Fact]
    public void Plan_HostOutOfSightThatIsToBeEmptied_KeepsItsVms()
    {
        LiveCluster cluster = Look(Host(1, Vm(1)) with { OutOfSight = "its agent is not connected" }, Host(2));

        MigrationPlan plan = cluster.Told(Planner.Plan(cluster.Snapshot, Evacuate with { Hosts = ["h1"] }), null);

        Assert.Empty(plan.Moves);
        Assert.Equal([new Unsatisfied("vm1", "h1 is to be emptied, but it is pinned (h1 takes no part: its agent is not connected)")], plan.Unsatisfied);
    }

    [Fact]
    public void Told_DrainedHostOutOfSight_IsUnsatisfied()
    {
        LiveCluster cluster = Look(Host(1, Vm(1)) with { IsDraining = true, OutOfSight = "its agent is not connected" }, Host(2));

        MigrationPlan plan = cluster.Told(Planner.Plan(cluster.Snapshot, Evacuate), null);

        Assert.Equal([new Unsatisfied("h1", "it is drained, but its VMs stay: its agent is not connected")], plan.Unsatisfied);
    }

    [Fact]
    public void Plan_DrainedHostThatCannotMigrate_SaysSoOfEachVm()
    {
        LiveCluster cluster = Look(Host(1, Vm(1)) with { IsDraining = true, CannotMigrate = "no" }, Host(2));

        MigrationPlan plan = cluster.Told(Planner.Plan(cluster.Snapshot, Evacuate), null);

        Assert.Empty(plan.Moves);
        Assert.Equal([new Unsatisfied("vm1", "h1 is to be emptied, but it is pinned (h1: it cannot migrate: no)")], plan.Unsatisfied);
    }

    [Theory]
    [InlineData("own", "disk vda is in pool own, which is not shared")]
    [InlineData("", "disk vda is in no known pool")]
    public void Plan_DiskThatOthersDoNotReach_BindsTheVm(string pool, string why)
    {
        LiveCluster cluster = Look(Host(1, Vm(1, pool: pool)) with { IsDraining = true }, Host(2));

        Assert.Empty(Planner.Plan(cluster.Snapshot, Evacuate).Moves);
        Assert.Equal([$"vm1: not moved, {why}"], cluster.Notes);
    }

    [Fact]
    public void Plan_SharedPool_IsReachedOnlyWhereItIsSeenToWork()
    {
        LiveHost[] others =
        [
            Host(2) with { Pools = [Pool("shared", "netfs", active: false)] }, Host(3) with { Pools = [Pool("shared", "netfs", active: null)] },
            Host(4) with { Pools = [Pool("shared", "dir")] }, Host(5) with { Pools = [] }, Host(6),
        ];

        MigrationPlan plan = Planner.Plan(Look([Host(1, Vm(1), Vm(2)) with { IsDraining = true }, .. others]).Snapshot, Evacuate);

        Assert.Equal(["h6", "h6"], plan.Moves.Select(m => m.To));
    }

    [Fact]
    public void Plan_DirectoryThatIsSaidToBeShared_IsReachedWhereItIsSaidToo()
    {
        LivePool mounted = Pool("shared", "dir"), said = mounted with { Info = mounted.Info with { Shared = true } };
        LiveHost[] hosts = [Host(1, Vm(1)) with { IsDraining = true, Pools = [said] }, Host(2) with { Pools = [mounted] }, Host(3) with { Pools = [said] }];

        Assert.Equal(["h3"], Planner.Plan(Look(hosts).Snapshot, Evacuate).Moves.Select(m => m.To));
    }

    [Fact]
    public void Plan_VmThatSeveralHostsTellOf_Stays()
    {
        LiveCluster cluster = Look(Host(1, Vm(1) with { IsToldByOthers = true }) with { IsDraining = true }, Host(2));

        Assert.Empty(Planner.Plan(cluster.Snapshot, Evacuate).Moves);
        Assert.Equal(["vm1: not moved, several hosts tell of it"], cluster.Notes);
    }

    [Fact]
    public void Plan_HostOrVmOfUnknownSize_TakesNoPart()
    {
        LiveVm unknown = Vm(9) with { Info = Vm(9).Info with { MemoryBytes = 0 } };
        LiveCluster cluster = Look(
            Host(1, Vm(1)) with { IsDraining = true }, Host(2) with { Info = Host(2).Info with { MemoryBytes = 0 } }, Host(3, unknown));

        Assert.Empty(Planner.Plan(cluster.Snapshot, Evacuate).Moves);
        Assert.Equal(
            ["h2 takes no part: how many CPUs and how much memory it has is unknown", "h3 takes no part: what its VM vm9 was promised is unknown"], cluster.Notes);
    }

    [Fact]
    public void Place_HostThatCannotMigrate_TakesANewVmAndOthersDoNot()
    {
        LiveCluster cluster = Look(
            LivePurpose.Placement, Host(1) with { CannotMigrate = "no" }, Host(2) with { IsDraining = true }, Host(3) with { OutOfSight = "its agent is not connected" });

        PlacementDecision decision = new Placer(cluster.Snapshot).Place(new ClusterVm("new", "", 2, 2_048) { DiskGb = 10, Pools = ["h1/own"] });

        Assert.Equal(("h1", "h1/own", 2), (decision.Host, decision.Pool, decision.Rejected[Obstacle.HostState]));
    }
}
