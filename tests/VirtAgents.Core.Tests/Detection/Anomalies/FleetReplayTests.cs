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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_OneTakesWhatOthersWaitFor_BlamesItAloneAsLive(bool isCpu)
    {
        RecordedFleet fleet = new RecordedFleet(4, 4).Minutes(150, Quiet);
        fleet.Minutes(30, vm => vm == 1 ? (isCpu ? new VmMinute(100) : new VmMinute(20, Operations: 5_000, BytesPerSecond: 1e9)) : isCpu && vm < 5 ? new VmMinute(20, 30) : isCpu ? Quiet(vm) : new VmMinute(20, LatencyMs: 30)).Minutes(60, Quiet);

        Assert.Equal([(HostEventKind.VmNoisyNeighbour, "web-1"), (HostEventKind.VmNoisyNeighbourEnded, "web-1")], fleet.Live.Select(l => (l.Event.Kind, l.Event.VmName)));
        Assert.Equal(isCpu ? "" : "san", fleet.Live[0].Event.Device);
        Assert.Equal(fleet.Live.Select(Text), fleet.Replay(100).Select(Text));
    }

    [Theory]
    [InlineData(true, HostEventKind.HostSaturated, HostEventKind.HostSaturationEnded)]
    [InlineData(false, HostEventKind.PoolSlow, HostEventKind.PoolSlownessEnded)]
    public void Run_AllWait_TellsWhatIsShortAsLive(bool isCpu, HostEventKind began, HostEventKind ended)
    {
        RecordedFleet fleet = new RecordedFleet(4, 4).Minutes(150, Quiet);
        fleet.Minutes(30, vm => isCpu && vm > 4 ? Quiet(vm) : isCpu ? new VmMinute(60, 30) : new VmMinute(20, LatencyMs: 30)).Minutes(60, Quiet);

        Assert.Equal([began, ended], fleet.Live.Select(l => l.Event.Kind));
        Assert.Equal(fleet.Live.Select(Text), fleet.Replay(100).Select(Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_ManyBeginAtOnceAndWait_TellsOneStormAsLive(bool doesHostBoot)
    {
        RecordedFleet fleet = new RecordedFleet(8).Minutes(150, Quiet).Minutes(9, vm => vm > 5 ? Quiet(vm) : null);
        fleet = doesHostBoot ? fleet.Boot() : fleet;
        fleet.Minutes(25, _ => new VmMinute(60, 30)).Minutes(60, Quiet);

        Assert.Equal([HostEventKind.HostBootStorm, HostEventKind.HostBootStormEnded], fleet.Live.Select(l => l.Event.Kind));
        Assert.StartsWith($"{(doesHostBoot ? 8 : 5)} of 8 VMs began to run from ", fleet.Live[0].Event.Evidence, StringComparison.Ordinal);
        Assert.Equal(fleet.Live.Select(Text), fleet.Replay(100).Select(Text));
    }

    [Fact]
    public void Run_AnyCourse_TellsWhatWasToldLive()
    {
        int told = 0;
        Gen.Select(Gen.Int[0, 7].Array[10], Gen.Int[0, 10].Array[600], Gen.Int[30, 400]).Sample(
            (kinds, dice, part) =>
            {
                RecordedFleet fleet = new(5, 5);
                foreach (int[] hour in dice.Chunk(50))
                {
                    fleet.Minutes(20, vm => DoingOf(kinds[vm - 1], hour[vm])).Minutes(10, vm => DoingOf(kinds[vm - 1], hour[vm + 10]));
                }

                Interlocked.Add(ref told, fleet.Live.Count);
                Assert.Equal(fleet.Live.Select(Text), fleet.Replay(part).Select(Text));
            },
            iter: 20);
        Assert.True(told > 0, "nothing was told, so nothing was compared");
    }

    private static VmMinute? DoingOf(int kind, int die) => die switch
    {
        < 5 => new VmMinute(20 + kind),
        5 => kind > 5 ? null : new VmMinute(40, 25),
        6 => new VmMinute(100),
        7 => new VmMinute(20, LatencyMs: 40),
        8 => new VmMinute(20, Operations: 5_000, BytesPerSecond: 1e9),
        9 => new VmMinute(double.NaN, 30, double.NaN),
        _ => kind > 3 ? null : new VmMinute(60, 30, 40),
    };

    // A little of each, so that nothing is without change.
    private static VmMinute? Quiet(int vm) => new VmMinute(20 + vm, 0.1 * vm);

    private static VmMinute? Calm(int percent) => new VmMinute(percent);
}
