using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.PeerComparisonTests;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class PeerWatchTests
{
    private readonly PeerWatch _watch = new();
    private readonly List<PeerNews> _told = [];
    private long _now = 1_750_000_000_000;

    [Fact]
    public void Observe_UnlikeForLong_IsToldOnceAndItsEndOnce()
    {
        Compare(PeerWatch.Confirmations - 1, Vm(1, 90));
        Assert.Empty(_told);
        Compare(5, Vm(1, 90));
        Assert.Equal((HostOf(1), HostEventKind.VmUnlikePeers, VmOf(1), "web-1"), (_told.Single().Host, _told.Single().Event.Kind, _told.Single().Event.Vm, _told.Single().Event.VmName));
        Assert.Equal("vm_cpu_percent has been about 90 for hours; 10 peers ('web' of red) are at 20 to 24", _told.Single().Event.Evidence);

        Compare(PeerWatch.Confirmations - 1, Vm(1, 21));
        Assert.Single(_told);
        Compare(5, Vm(1, 21));
        Assert.Equal((2, HostEventKind.VmLikePeers), (_told.Count, _told[1].Event.Kind));
    }

    [Fact]
    public void Observe_BetweenHalfAndTheWholeDistance_NeitherBeginsNorEnds()
    {
        Compare(10, Vm(1, 40));
        Assert.Empty(_told);
        Compare(3, Vm(1, 90));
        Compare(10, Vm(1, 40));
        Assert.Single(_told);
    }

    [Fact]
    public void Observe_UnlikeNowAndThen_IsNothing()
    {
        for (int i = 0; i < 5; i++)
        {
            Compare(2, Vm(1, 90));
            Compare(1, Vm(1, 22));
        }

        Assert.Empty(_told);
    }

    [Fact]
    public void Observe_NotComparedForLong_IsOver()
    {
        Compare(3, Vm(1, 90));
        Compare(6);
        Assert.Single(_told);
        Compare(2);
        Assert.Equal((HostEventKind.VmLikePeers, "it is not compared any more"), (_told[1].Event.Kind, _told[1].Event.Evidence));
    }

    [Fact]
    public void Observe_OnAnotherHost_EndsThereAndBeginsHere()
    {
        Compare(3, Vm(1, 90));
        Compare(3, Vm(1, 90, host: 2));
        Assert.Equal(
            [(HostOf(1), HostEventKind.VmUnlikePeers), (HostOf(1), HostEventKind.VmLikePeers), (HostOf(2), HostEventKind.VmUnlikePeers)],
            _told.Select(t => (t.Host, t.Event.Kind)));
    }

    [Fact]
    public void Observe_AgentWasAway_IsToldOnceMore()
    {
        Compare(3, Vm(1, 90));
        Compare(5, Vm(1, 90) with { Claims = 1 });
        Assert.Equal([HostEventKind.VmUnlikePeers, HostEventKind.VmUnlikePeers], _told.Select(t => t.Event.Kind));
    }

    [Fact]
    public void Peers_OfLearntVms_AreThoseThatRunWithTheirLevels()
    {
        VmBaselines baselines = new(20);
        WatchedVms host = new(baselines);
        host.Windows(20, vms: [1, 2]);
        Assert.All(baselines.Peers(host.Now), p => Assert.Null(p.Levels[0]));
        host.Windows(20, vms: [1, 2]);
        IReadOnlyList<PeerVm> peers = baselines.Peers(host.Now);
        Assert.Equal([VmOf(1), VmOf(2)], peers.Select(p => p.Id).OrderBy(id => id.Value));
        Assert.All(peers, p => Assert.InRange(p.Levels[0]!.Value, 19, 21));
        Assert.All(peers, p => Assert.Equal((new Role("", "vm"), HostOf(1), (double?)null), (p.Role, p.Host, p.Levels[2])));

        host.Watch.TellAgain();
        Assert.Equal(peers.Sum(p => p.Claims) + 2, baselines.Peers(host.Now).Sum(p => p.Claims));
        host.Tick(20, VmState.ShutOff, 1);
        Assert.Equal([], [.. baselines.Peers(host.Now).Select(p => p.Id)]);
    }

    private void Compare(int times, params PeerVm[] vms)
    {
        for (int i = 0; i < times; i++)
        {
            _now += 600_000;
            _told.AddRange(_watch.Observe(_now, [.. vms, .. Peers(10)]));
        }
    }
}
