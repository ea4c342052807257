using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Failover;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Detection.Failover;

public sealed class FailoverWatchTests
{
    private const long Minute = 60_000;

    private readonly FailoverWatch _watch = new();

    private static LiveHost[] Full => [Host(1, [.. Enumerable.Range(1, 10).Select(i => Vm(i))]), Host(2, [.. Enumerable.Range(11, 6).Select(i => Vm(i))])];

    [Fact]
    public void Of_Sums_TellsWhatIsLeftWithoutTheLargest()
    {
        FailoverLook look = Look(1, Full)!;

        Assert.Equal(("c", Host(1).Info.Id, -3.2 * 1_024), (look.Cluster, look.Host, Math.Round(look.Room!.FreeMb, 1)));
        Assert.Equal("VMs were promised 64 GiB; without h1 the other hosts have 60.8 GiB for them", look.Describe());
        Assert.True(Look(1, Host(1, Vm(1)), Host(2))!.Room!.IsEnough);
    }

    [Fact]
    public void Of_AnyCluster_IsWhatPlacementGoesBy()
    {
        ClusterSnapshot snapshot = Cluster(2, Host(1, Vm(1)), Host(2), Host(3) with { IsDraining = true }).Snapshot;

        Assert.Equal((0, -4_096), (new Core.Scheduling.Placement.Placer(snapshot).FailoverWholeMb, new Core.Scheduling.Placement.Placer(snapshot).FailoverRoomMb));
        Assert.Equal(["h1", "h2"], FailoverRoom.Of(snapshot)!.Failing);
    }

    [Fact]
    public void Of_NoneMayFailOrNoHost_IsNothing()
    {
        Assert.Null(Look(0, Full));
        Assert.Null(Look(1));
    }

    [Fact]
    public void Of_DrainedHost_HasFailedAlready() => Assert.Equal(
        "VMs were promised 4 GiB; without h1 the other hosts have 0 GiB for them; drained: h2", Look(1, Host(1, Vm(1)), Host(2) with { IsDraining = true })!.Describe());

    [Fact]
    public void Observe_RoomIsMissing_IsToldAfterTheHoldAndAgainEachHour()
    {
        Assert.Empty(See(0, Full));
        Assert.Empty(See(14, Full));
        Assert.Equal((HostEventKind.FailoverRoomShort, Host(1).Info.Id), Single(See(15, Full)));
        Assert.Empty(See(74, Full));
        Assert.Equal((HostEventKind.FailoverRoomShort, Host(1).Info.Id), Single(See(75, Full)));
    }

    [Fact]
    public void Observe_HostThatComesBackInTime_IsNothing()
    {
        LiveHost[] drained = [Host(1, Vm(1)), Host(2) with { IsDraining = true }];
        Assert.Empty(See(0, drained));
        Assert.Empty(See(10, Host(1, Vm(1)), Host(2)));
        Assert.Empty(See(16, drained));
    }

    [Fact]
    public void Observe_RoomAgain_EndsOnTheHostItWasToldOf()
    {
        See(0, Full);
        See(15, Full);
        LiveHost larger = Host(3) with { Info = Host(3).Info with { MemoryBytes = 1L << 38 } };

        Assert.Empty(See(16, [larger, .. Full, Host(4, [.. Enumerable.Range(50, 30).Select(i => Vm(i))])]));
        Assert.Equal((HostEventKind.FailoverRoomRestored, Host(1).Info.Id), Single(See(17, [.. Full, Host(5)])));
        Assert.Empty(See(18, [.. Full, Host(5)]));
    }

    [Fact]
    public void Observe_HostOutOfSight_NeitherBeginsNorEnds()
    {
        LiveHost away = Host(2) with { OutOfSight = "its agent is not connected" };
        Assert.Empty(See(0, Host(1, Vm(1)), away));
        Assert.Empty(See(60, Host(1, Vm(1)), away));

        See(100, Full);
        Assert.Single(See(115, Full));
        Assert.Empty(See(116, Host(1), away));
    }

    [Fact]
    public void Observe_ClusterThatIsNotLookedAtAnyMore_Ends()
    {
        See(0, Full);
        See(15, Full);
        Assert.Equal((HostEventKind.FailoverRoomRestored, Host(1).Info.Id), Single(_watch.Observe(16 * Minute, [])));
        Assert.Empty(_watch.Observe(17 * Minute, []));
    }

    private static (HostEventKind Kind, HostId Host) Single(IReadOnlyList<PeerNews> news) => (Assert.Single(news).Event.Kind, news[0].Host);

    private static FailoverLook? Look(int failing, params LiveHost[] hosts) => FailoverLook.Of(Cluster(failing, hosts));

    private static LiveCluster Cluster(int failing, params LiveHost[] hosts) => LiveCluster.Of("c", hosts, new ClusterLimits(4, failing), LivePurpose.Placement);

    private IReadOnlyList<PeerNews> See(int minute, params LiveHost[] hosts) => _watch.Observe(minute * Minute, [Look(1, hosts)!]);
}
