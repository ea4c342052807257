using CsCheck;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.RecordedFleet;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class FleetReplayTests
{
    [Fact]
    public void Run_OneIsUnlikeItsPeersOnAnotherHostAndLikeThemAgain_TellsWhatWasToldLive()
    {
        RecordedFleet fleet = new RecordedFleet(9, 1).Minutes(240, vm => Calm(vm == 10 ? 90 : 20 + vm)).Minutes(720, Calm);

        Assert.Equal([HostEventKind.VmUnlikePeers, HostEventKind.VmLikePeers], fleet.Live.Select(l => l.Event.Kind));
        Assert.All(fleet.Live, l => Assert.Equal(("h2", "web-10"), (l.HostName, l.Event.VmName)));
        Assert.Equal(fleet.Live.Select(Text), fleet.Replay(100).Select(Text));
    }

    [Fact]
    public void Run_PartsOfAnyLength_TellTheSame()
    {
        RecordedFleet fleet = new RecordedFleet(10).Minutes(240, vm => Calm(vm == 10 ? 90 : 20 + vm));
        string[] whole = [.. fleet.Replay(1_000).Select(Text)];
        Assert.NotEmpty(whole);

        Gen.Int[1, 300].Sample(part => fleet.Replay(part).Select(Text).SequenceEqual(whole), iter: 10);
    }

    [Fact]
    public void Run_ThatLooksLaterOn_TellsAfterAsManyComparisons()
    {
        RecordedFleet fleet = new RecordedFleet(10).Minutes(240, vm => Calm(vm == 10 ? 90 : 20 + vm));
        long told = Assert.Single(fleet.Live).ReceivedUnixMs;

        FleetEvent later = Assert.Single(fleet.Replay(1_000, told));
        Assert.Equal((told + (PeerWatch.Confirmations * PeerWatch.PeriodMs)) / AnomalyWatch.WindowMs, later.ReceivedUnixMs / AnomalyWatch.WindowMs);
    }

    private static VmMinute? Calm(int percent) => new VmMinute(percent);
}
