using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Patterns;

public sealed class ScarcityTests
{
    private const int Windows = 24;

    private static readonly HashSet<(bool IsCpu, string Place)> Nobody = [];

    private readonly ScarcityWatch _watch = new();
    private readonly List<PeerNews> _told = [];
    private long _now = 1_750_000_200_000;

    [Fact]
    public void Judge_ManyWaitForCpu_HostIsScarce()
    {
        Scarcity host = HostIn(ScarcityJudge.Judge(Crowd(waiting: 3, of: 8), Nobody));
        Assert.Equal((true, HostOf(1).ToString()), (host.IsScarce, host.Place));
        Assert.Equal("3 of 8 VMs wait for CPU 10 % of the time or more, VM vm-3 23 %; none of them alone is to blame", host.Describe());
    }

    [Fact]
    public void Judge_ManyWaitForTheirDisks_PoolIsScarceAcrossHosts()
    {
        NeighbourVm[] vms = [.. Enumerable.Range(1, 4).Select(n => Vm(n, new(1, 0, 50, 1e6f, 30)) with { Host = HostOf(n), UsualLatencyMs = 2 })];
        Scarcity pool = ScarcityJudge.Judge(vms, Nobody).Single(s => !s.IsCpu);
        Assert.Equal((true, "lab/san"), (pool.IsScarce, pool.Place));
        Assert.Equal("4 of 4 VMs wait for their disks 3 times as long as usual or more, VM vm-1 30 ms, usually 2; none of them alone is to blame", pool.Describe());
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 9)]
    [InlineData(0, 5)]
    public void Judge_FewWait_IsNot(int waiting, int of) => Assert.False(HostIn(ScarcityJudge.Judge(Crowd(waiting, of), Nobody)).IsScarce);

    [Fact]
    public void Judge_OneIsToBlame_IsThatOnesDoing() =>
        Assert.False(HostIn(ScarcityJudge.Judge(Crowd(3, 8), new HashSet<(bool, string)> { (true, HostOf(1).ToString()) })).IsScarce);

    [Fact]
    public void Judge_FewAreKnown_IsUnknownUnlessManyWait()
    {
        NeighbourVm[] hidden = [.. Crowd(0, 8).Select((v, i) => i < 5 ? v with { Uses = [.. Enumerable.Repeat(VmUse.Unknown, Windows)] } : v)];
        Assert.Equal((false, false), Flags(hidden));
        Assert.Equal((true, true), Flags([.. Crowd(2, 8).Select((v, i) => i >= 2 ? v with { Uses = [.. Enumerable.Repeat(VmUse.Unknown, Windows)] } : v)]));
    }

    [Fact]
    public void Observe_WaitForLongAndNoMore_IsToldOnceAndItsEndOnce()
    {
        Look(10, Crowd(3, 8));
        Assert.Equal((HostEventKind.HostSaturated, HostOf(1), ""), (_told.Single().Event.Kind, _told.Single().Host, _told.Single().Event.Device));
        Look(NeighbourWatch.CalmWindows - 1, Crowd(0, 8));
        Assert.Single(_told);
        Look(5, Crowd(0, 8));
        Assert.Equal((2, HostEventKind.HostSaturationEnded), (_told.Count, _told[1].Event.Kind));
    }

    [Fact]
    public void Observe_PoolOfHosts_IsToldAndEndedByTheSameOne()
    {
        NeighbourVm[] vms = [.. Enumerable.Range(1, 4).Select(n => Vm(n, new(1, 0, 50, 1e6f, 30)) with { Host = HostOf(n), UsualLatencyMs = 2 })];
        Look(1, vms);
        Look(9, [.. vms.Skip(1).Select(v => v with { UsualLatencyMs = 30 })]);
        Assert.Equal([(HostEventKind.PoolSlow, HostOf(1), "san"), (HostEventKind.PoolSlownessEnded, HostOf(1), "san")], _told.Select(t => (t.Event.Kind, t.Host, t.Event.Device)));
    }

    [Fact]
    public void Observe_Unknown_NeitherBeginsNorEndsUntilItIsNotSeenForLong()
    {
        Look(1, Crowd(3, 8));
        Look(9, [.. Crowd(0, 8).Select(v => v with { Uses = [.. Enumerable.Repeat(VmUse.Unknown, Windows)] })]);
        Look(9, []);
        Assert.Single(_told);
        Look(5, []);
        Assert.Equal((2, "its VMs are not seen any more"), (_told.Count, _told[1].Event.Evidence));
    }

    [Fact]
    public void Observe_AgentWasAway_IsToldAgain()
    {
        Look(2, Crowd(3, 8));
        Look(3, [.. Crowd(3, 8).Select(v => v with { Claims = 1 })]);
        Assert.Equal([HostEventKind.HostSaturated, HostEventKind.HostSaturated], _told.Select(t => t.Event.Kind));
    }

    private static (bool IsScarce, bool IsKnown) Flags(NeighbourVm[] vms) => HostIn(ScarcityJudge.Judge(vms, Nobody)) is var host ? (host.IsScarce, host.IsKnown) : default;

    private static Scarcity HostIn(IReadOnlyList<Scarcity> places) => places.Single(s => s.IsCpu);

    /// <summary>VMs of one host, of which the first ones wait for CPU 21 %, 22 %, ... of the time.</summary>
    private static NeighbourVm[] Crowd(int waiting, int of) =>
        [.. Enumerable.Range(1, of).Select(n => Vm(n, new(1, n <= waiting ? 20 + n : 1, 0, 0, float.NaN)))];

    private static NeighbourVm Vm(int number, VmUse use) => new(VmOf(number), $"vm-{number}", HostOf(1), ["lab/san"], [.. Enumerable.Repeat(use, Windows)], null);

    private void Look(int times, NeighbourVm[] vms)
    {
        for (int i = 0; i < times; i++)
        {
            _now += AnomalyWatch.WindowMs;
            _told.AddRange(_watch.Observe(_now, ScarcityJudge.Judge(vms, Nobody)));
        }
    }
}
