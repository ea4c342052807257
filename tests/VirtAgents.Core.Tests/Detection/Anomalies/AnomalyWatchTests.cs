using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class AnomalyWatchTests
{
    private const int Learnt = 400;
    private readonly VmBaselines _baselines = new(10);

    [Fact]
    public void Observe_LoadLeavesWhatWasLearntAndComesBack_TellsBeginAndEndOnce()
    {
        WatchedVms host = new(_baselines);
        host.Windows(Learnt);
        Assert.Empty(host.Told);

        host.Windows(12, cpuPercent: 95);
        HostEvent began = Assert.Single(host.Told);
        Assert.Equal((HostEventKind.VmUnusual, VmOf(1), "vm-1"), (began.Kind, began.Vm, began.VmName));
        Assert.Matches(@"^vm_cpu_percent is [89]\d.*, expected 1\d.* to 2\d.* by (recent )?(level|step); score 0\.8\d; unusual since 20..-..-.. ..:..Z$", began.Evidence);

        host.Windows(VmBaseline.CalmWindows + 2);
        HostEvent ended = host.Told[1];
        Assert.Equal((HostEventKind.VmUsual, 2), (ended.Kind, host.Told.Count));
        Assert.StartsWith("as usual; unusual since ", ended.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_BelowTheThreshold_TellsNothing()
    {
        WatchedVms strict = new(_baselines, threshold: 0.85), open = new(new VmBaselines(1), threshold: 0.5);
        _ = strict.Windows(Learnt).Windows(3, cpuPercent: 20.8);
        _ = open.Windows(Learnt).Windows(3, cpuPercent: 20.8);
        Assert.Empty(strict.Told);
        Assert.Single(open.Told);
    }

    [Fact]
    public void Observe_FirstDay_TellsNothing()
    {
        WatchedVms host = new(_baselines);
        int day = (int)(VmBaseline.LearningMs / WindowMs);
        _ = host.Windows(day - 5).Windows(4, cpuPercent: 95);
        Assert.Empty(host.Told);
        Assert.InRange(_baselines.Find(VmOf(1))!.Newest.Score, 0, 1);
    }

    [Theory]
    [InlineData(VmState.Unknown)]
    [InlineData(VmState.Stuck)]
    public void Observe_StateNotKnown_NeitherBeginsNorEnds(VmState state)
    {
        WatchedVms host = new(_baselines);
        _ = host.Windows(Learnt).Windows(12, cpuPercent: 95, state);
        Assert.Empty(host.Told);

        _ = host.Windows(3, cpuPercent: 95).Windows(20, cpuPercent: 20, state);
        Assert.Equal(HostEventKind.VmUnusual, Assert.Single(host.Told).Kind);
    }

    [Fact]
    public void See_VmEnds_IsOverAtOnceAndItsNextRunSettlesFirst()
    {
        WatchedVms host = new(_baselines);
        _ = host.Windows(Learnt).Windows(3, cpuPercent: 95);
        host.Tick(0, VmState.ShutOff, 1);
        Assert.Equal((HostEventKind.VmUsual, "the VM does not run here any more"), (host.Told[1].Kind, host.Told[1].Evidence));

        _ = host.Windows(1, state: VmState.ShutOff).Windows(2, cpuPercent: 95).Windows(20);
        Assert.Equal(2, host.Told.Count);
    }

    [Fact]
    public void Observe_WindowNotCovered_IsPassedOver()
    {
        WatchedVms host = new(_baselines);
        host.Windows(Learnt);
        long seen = _baselines.Find(VmOf(1))!.SeenUnixMs;
        for (int i = 0; i < 10; i++)
        {
            host.Skip(9 * 60_000).Tick(95, VmState.Running, 1);
        }

        Assert.Empty(host.Told);
        Assert.Equal(seen, _baselines.Find(VmOf(1))!.SeenUnixMs);
    }

    [Fact]
    public void Observe_ClockSetBack_GoesOnAtTheOtherTime()
    {
        WatchedVms host = new(_baselines);
        _ = host.Windows(Learnt).Skip(-2 * 3_600_000).Windows(3).Windows(3, cpuPercent: 95);
        Assert.Equal(HostEventKind.VmUnusual, Assert.Single(host.Told).Kind);
    }

    [Fact]
    public void Observe_VmThatMoved_IsKnownToItsNewHostAndOnlyTaughtByThat()
    {
        WatchedVms source = new(_baselines, host: 1), target = new(_baselines, host: 2);
        source.Windows(Learnt);
        target.Skip(source.Now - target.Now).Windows(3, state: VmState.Paused);
        source.Windows(1).Tick(0, VmState.MigratedAway, 1);

        _ = target.Windows(6).Windows(3, cpuPercent: 95);
        Assert.Empty(source.Told);
        Assert.Equal(HostEventKind.VmUnusual, Assert.Single(target.Told).Kind);
        Assert.Equal(1, _baselines.Count);
    }

    [Fact]
    public void Observe_TwoHostsThatTellOfOneVm_OneOfThemTeachesAndTheOtherIsCounted()
    {
        WatchedVms one = new(_baselines, host: 1), other = new(_baselines, host: 2);
        for (int i = 0; i < 30; i++)
        {
            one.Windows(1);
            other.Windows(1, cpuPercent: 95);
        }

        Assert.Empty(other.Told);
        Assert.Equal(1, _baselines.LeftOut);
    }

    [Fact]
    public void Observe_HostFellSilent_TheVmIsTakenOverAfterAWhile()
    {
        WatchedVms lost = new(_baselines, host: 1), next = new(_baselines, host: 2);
        lost.Windows(Learnt);
        _ = next.Skip(lost.Now - next.Now + VmBaseline.HoldMs).Windows(2).Windows(3, cpuPercent: 95);
        Assert.Equal(HostEventKind.VmUnusual, Assert.Single(next.Told).Kind);
    }

    [Fact]
    public void Observe_NoRoom_LeavesOutAndCountsUntilOneGivesWay()
    {
        VmBaselines few = new(2);
        WatchedVms host = new(few);
        host.Windows(3, vms: [1, 2, 3]);
        Assert.Equal((2, 1L), (few.Count, few.LeftOut));

        host.Windows((int)(VmBaselines.GiveWayMs / WindowMs) + 2, vms: [1, 3]);
        Assert.Equal((2, 0L), (few.Count, few.LeftOut));
        Assert.NotNull(few.Find(VmOf(3)));
        Assert.Null(few.Find(VmOf(2)));
    }

    [Fact]
    public void TellAgain_EpisodeGoesOn_IsToldOnceMore()
    {
        WatchedVms host = new(_baselines);
        _ = host.Windows(Learnt).Windows(3, cpuPercent: 95);
        host.Watch.TellAgain();
        host.Windows(3, cpuPercent: 95);
        Assert.Equal([HostEventKind.VmUnusual, HostEventKind.VmUnusual], host.Told.Select(t => t.Kind));
    }

    [Fact]
    public void Observe_TicksOfLearntVms_AllocateNothingForAValue()
    {
        WatchedVms host = new(_baselines);
        host.Windows(Learnt);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            host.Watch.Observe(host.Now, host.Figures);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
    }
}
