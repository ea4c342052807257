using CsCheck;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;
using VirtAgents.Core.Tests.Detection.Anomalies;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Patterns;

public sealed class StormTests
{
    private const long Noon = 1_750_075_200_000, Minute = 60_000;
    private static readonly HashSet<(bool IsCpu, string Place)> Nowhere = [];
    private readonly StormWatch _watch = new();
    private readonly List<PeerNews> _told = [];
    private long _now = Noon + (3 * Minute);

    [Fact]
    public void Judge_ManyBeganTogetherAndManyWait_IsAStormThatSaysWhoAndHowMuch()
    {
        Storm storm = Judge(Crowd(started: 5, waiting: 3, of: 8));
        Assert.True(storm.IsStorm);
        Assert.Equal("5 of 8 VMs began to run from 12:00Z to 12:02Z; 3 wait for CPU 10 % of the time or more, VM vm-3 23 %", storm.Describe());
    }

    [Fact]
    public void Judge_TheyWaitForTheirDisks_SaysSo()
    {
        StartedVm[] vms = [.. Crowd(4, 0, 8).Select(v => Using(v, VmUse.Unknown with { LatencyMs = 30 }))];
        Assert.Equal("4 of 8 VMs began to run from 12:00Z to 12:01Z; 8 wait for their disks 3 times as long as usual or more, VM vm-1 30 ms, usually 2", Judge(vms).Describe());
    }

    [Theory]
    [InlineData(3, 3, 8)]
    [InlineData(4, 4, 17)]
    [InlineData(5, 1, 8)]
    [InlineData(8, 0, 8)]
    public void Judge_FewBeganOrFewWait_IsNone(int started, int waiting, int of) => Assert.False(Judge(Crowd(started, waiting, of)).IsStorm);

    [Fact]
    public void Judge_StartsAreUnknown_DidNotBegin() => Assert.False(Judge([.. Crowd(8, 8, 8).Select(v => v with { StartedUnixMs = 0 })]).IsStorm);

    [Fact]
    public void Judge_BeganOneAfterTheOther_IsNone() =>
        Assert.False(Judge([.. Crowd(8, 8, 8).Select((v, i) => v with { StartedUnixMs = Noon - (i * 4 * Minute) })]).IsStorm);

    [Fact]
    public void Judge_BeganOnDifferentHosts_IsNone() =>
        Assert.All(StormJudge.Judge(_now, [.. Crowd(8, 8, 8).Select((v, i) => v with { Vm = v.Vm with { Host = HostOf(1 + (i % 3)) } })]), s => Assert.False(s.IsStorm));

    [Fact]
    public void Judge_WaitIsUnknown_NobodyWaits() =>
        Assert.Equal((false, false), Judge([.. Crowd(8, 8, 8).Select(v => Using(v, VmUse.Unknown))]) is var storm ? (storm.IsStorm, storm.IsKnown) : default);

    [Fact]
    public void Judge_AnyStarts_CountsOnlyKnownOnesOfTenMinutes() => Gen.Long[0, 120].Array[1, 20].Sample(minutes =>
    {
        StartedVm[] vms = [.. minutes.Select((m, i) => Crowd(1, 1, 1)[0] with { StartedUnixMs = m == 0 ? 0 : Noon - (m * Minute) })];
        Storm storm = Judge(vms);
        Assert.All(storm.Started, s => Assert.NotEqual(0, s.StartedUnixMs));
        Assert.True(storm.Started.Count == 0 || storm.Started[^1].StartedUnixMs - storm.Started[0].StartedUnixMs <= StormJudge.TogetherMs);
        int most = minutes.Where(m => m is > 0 and < 67).Select(m => minutes.Count(o => o is > 0 and < 67 && o >= m && o <= m + 10)).DefaultIfEmpty(0).Max();
        Assert.Equal(most, storm.Started.Count);
    });

    [Fact]
    public void Observe_WaitingLastsAndEnds_IsToldOnceAndItsEndOnce()
    {
        Look(4, Crowd(5, 3, 8));
        Assert.Equal((HostEventKind.HostBootStorm, HostOf(1)), (_told.Single().Event.Kind, _told.Single().Host));
        Assert.Contains((true, HostOf(1).ToString()), _watch.Places);
        Look(StormWatch.CalmWindows - 1, Crowd(5, 0, 8));
        Assert.Single(_told);
        Look(4, Crowd(5, 0, 8));
        Assert.Equal((2, HostEventKind.HostBootStormEnded, "few wait any more"), (_told.Count, _told[1].Event.Kind, _told[1].Event.Evidence));
        Assert.Empty(_watch.Places);
    }

    [Fact]
    public void Observe_WaitingLastsForHours_IsNoStormAnyMore()
    {
        Look(30, Crowd(5, 3, 8));
        Assert.Equal([HostEventKind.HostBootStorm, HostEventKind.HostBootStormEnded], _told.Select(t => t.Event.Kind));
        Assert.Equal("who waits now does not wait for VMs that start", _told[1].Event.Evidence);
    }

    [Fact]
    public void Observe_HostWasShortBefore_IsNotTheDoingOfThoseThatStart()
    {
        _told.AddRange(_watch.Observe(_now, [Judge(Crowd(5, 3, 8))], new HashSet<(bool, string)> { (true, HostOf(1).ToString()) }));
        Assert.Empty(_told);
    }

    [Fact]
    public void Observe_Unknown_DoesNotEndItUntilItIsNotSeenForLong()
    {
        Look(1, Crowd(5, 3, 8));
        Look(8, [.. Crowd(5, 0, 8).Select(v => Using(v, VmUse.Unknown))]);
        Look(8, []);
        Assert.Single(_told);
        Look(6, []);
        Assert.Equal((2, "its VMs are not seen any more"), (_told.Count, _told[1].Event.Evidence));
    }

    [Fact]
    public void Observe_AgentWasAway_IsToldAgainButNotForOneThatStarts()
    {
        Look(2, Crowd(5, 3, 8));
        Look(2, [.. Crowd(5, 3, 8).Select((v, i) => i == 4 ? v with { Vm = v.Vm with { Claims = 1 } } : v)]);
        Assert.Single(_told);
        Look(2, [.. Crowd(5, 3, 8).Select(v => v with { Vm = v.Vm with { Claims = 2 } })]);
        Assert.Equal([HostEventKind.HostBootStorm, HostEventKind.HostBootStorm], _told.Select(t => t.Event.Kind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Started_VmHasJustBegun_SaysWhetherItWaitsWhereTheStartIsKnownButIsNoNeighbour(bool isKnown)
    {
        VmBaselines baselines = new(10);
        WatchedVms vms = new WatchedVms(baselines) { DoWait = true }.Windows(3).Windows(1, 20, VmState.ShutOff);
        vms.StartedUnixMs = isKnown ? vms.Now : 0;
        vms.Windows(1, 60);
        vms.Tick(60, VmState.Running, 1);
        long window = (vms.Now / WatchedVms.WindowMs) - 1;
        StartedVm[] started = [.. baselines.Started(vms.Now, window, Topology.Of([]))];
        Assert.Equal(isKnown ? [vms.StartedUnixMs] : [], started.Select(s => s.StartedUnixMs));
        Assert.All(started, s => Assert.Equal((true, float.NaN), (s.WaitsForCpu, s.Vm.Uses[^1].Cpus)));
        Assert.Empty(baselines.Neighbours(vms.Now, window, Topology.Of([])));
        vms.Windows(4);
        Assert.Single(baselines.Neighbours(vms.Now, window, Topology.Of([])));
    }

    private Storm Judge(StartedVm[] vms) => StormJudge.Judge(_now, vms).Single();

    /// <summary>VMs of one host, of which the first ones began half a minute apart from noon on, and the first ones wait for CPU 21 %, 22 %, ... of the time.</summary>
    private static StartedVm[] Crowd(int started, int waiting, int of) =>
    [
        .. Enumerable.Range(1, of).Select(n => new StartedVm(
            new(VmOf(n), $"vm-{n}", HostOf(1), ["lab/san"], [new(1, n <= waiting ? 20 + n : 1, 0, 0, float.NaN)], 2),
            n <= started ? Noon + ((n - 1) * Minute / 2) : 0)),
    ];

    private static StartedVm Using(StartedVm vm, VmUse use) => vm with { Vm = vm.Vm with { Uses = [use] } };

    private void Look(int times, StartedVm[] vms)
    {
        for (int i = 0; i < times; i++)
        {
            _now += AnomalyWatch.WindowMs;
            _told.AddRange(_watch.Observe(_now, StormJudge.Judge(_now, vms), Nowhere));
        }
    }
}
