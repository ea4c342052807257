using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Patterns;

public sealed class NeighbourTests
{
    private const int Windows = 24;
    private readonly NeighbourWatch _watch = new();
    private readonly List<PeerNews> _told = [];
    private long _now = 1_750_000_200_000;

    [Fact]
    public void Judge_StealThatRisesWithAShareOfCpu_NamesWhoTakesIt()
    {
        NeighbourVerdict verdict = Assert.Single(NeighbourJudge.Judge(Host(w => w >= 20)));
        Assert.Equal(("victim", "taker", SharedResource.Cpu), (verdict.Victim.Name, verdict.Culprit.Name, verdict.Resource));
        Assert.InRange(verdict.Confidence, NeighbourJudge.LeastConfidence, 1);
        Assert.Equal("it has 73 % of the CPU of the VMs of this host, before 29 %; VM victim waits for CPU 30 % of the time; correlation 1.00, confidence 0.89", NeighbourVerdict.Describe([verdict]));
    }

    [Fact]
    public void Judge_LatencyThatRisesWithAShareOfThePool_NamesWhoTakesItOnAnotherHost()
    {
        NeighbourVm victim = Vm(1, "victim", w => new(1, 0, 50, 1e6f, w >= 20 ? 30 : 2)) with { UsualLatencyMs = 2 };
        NeighbourVm taker = Vm(2, "taker", w => new(1, 0, 50, w >= 20 ? 4e8f : 1e6f, 2)) with { Host = HostOf(2), UsualLatencyMs = 2 };
        NeighbourVerdict verdict = Assert.Single(NeighbourJudge.Judge([victim, taker]));
        Assert.Equal(("taker", SharedResource.Bytes), (verdict.Culprit.Name, verdict.Resource));
        Assert.StartsWith("it has 100 % of the disk bytes of the VMs of pool san, before 55 %; disk latency of VM victim is 30 ms, usually 2;", NeighbourVerdict.Describe([verdict]), StringComparison.Ordinal);
        Assert.Empty(NeighbourJudge.Judge([victim, taker with { Pools = ["lab/other"] }]));
    }

    [Fact]
    public void Judge_WhoAlwaysTakesMuch_ExplainsNothing()
    {
        NeighbourVerdict verdict = Assert.Single(NeighbourJudge.Judge([Vm(1, "victim", w => new(1, w >= 20 ? 30 : 0, 0, 0, float.NaN)), Vm(2, "taker", _ => new(8, 0, 0, 0, float.NaN))]));
        Assert.Equal(0, verdict.Confidence);
    }

    [Fact]
    public void Judge_VictimTakesMostItself_IsNothing() =>
        Assert.Empty(NeighbourJudge.Judge([Vm(1, "victim", w => new(w >= 20 ? 8 : 1, w >= 20 ? 30 : 0, 0, 0, float.NaN)), Vm(2, "other", _ => new(1, 0, 0, 0, float.NaN))]));

    [Fact]
    public void Judge_UseOfAnotherUnknownInTheNewestWindow_IsNothing()
    {
        NeighbourVm hidden = Vm(4, "hidden", w => w == Windows - 1 ? VmUse.Unknown : new(1, 0, 0, 0, float.NaN));
        Assert.Empty(NeighbourJudge.Judge([.. Host(w => w >= 20), hidden]));
    }

    [Fact]
    public void Judge_OnlyOneWindowSuffered_IsNothing() => Assert.Empty(NeighbourJudge.Judge(Host(w => w == Windows - 1)));

    [Fact]
    public void Judge_UseScaled_SaysTheSame()
    {
        double one = NeighbourJudge.Judge(Host(w => w >= 20)).Single().Confidence;
        double scaled = NeighbourJudge.Judge([.. Host(w => w >= 20).Select(v => v with { Uses = [.. v.Uses.Select(u => u with { Cpus = u.Cpus * 4 })] })]).Single().Confidence;
        Assert.Equal(one, scaled, 6);
    }

    /// <summary>A thousand hosts whose VMs use and suffer at random, with nobody to blame.</summary>
    [Fact]
    public void Judge_Noise_TellsNothing()
    {
        int told = Enumerable.Range(1, 1_000).Count(seed =>
        {
            Random random = new(seed);
            NeighbourVm[] vms = [.. Enumerable.Range(1, 10).Select(n => Vm(n, $"vm-{n}", _ => new((float)(random.NextDouble() * 2), (float)(random.NextDouble() * 25), 0, 0, float.NaN)))];
            return NeighbourJudge.Judge(vms).Any(v => v.Confidence >= NeighbourJudge.LeastConfidence);
        });
        Assert.Equal(0, told);
    }

    [Fact]
    public void Observe_TakesForLongAndNoMore_IsToldOnceAndItsEndOnce()
    {
        Look(1, Host(w => w >= 22));
        Assert.Equal((HostEventKind.VmNoisyNeighbour, "taker", HostOf(1)), (_told.Single().Event.Kind, _told.Single().Event.VmName, _told.Single().Host));
        Look(10, Host(_ => true));
        Look(NeighbourWatch.CalmWindows - 1, Host(_ => false));
        Assert.Single(_told);
        Look(5, Host(_ => false));
        Assert.Equal((2, HostEventKind.VmNoisyNeighbourEnded), (_told.Count, _told[1].Event.Kind));
    }

    [Fact]
    public void Observe_TakesOfAPoolThenOfItsHost_NamesThePoolAndIsToldAnewAfterItsEnd()
    {
        NeighbourVm[] Pool(Func<int, bool> isBusy, Func<int, bool> waits) =>
        [
            Vm(1, "victim", w => new(1, waits(w) ? 30 : 0, 50, 1e6f, isBusy(w) ? 30 : 2)) with { UsualLatencyMs = 2 },
            Vm(2, "taker", w => new(waits(w) ? 8 : 1, 0, 50, isBusy(w) ? 4e8f : 1e6f, 2)) with { UsualLatencyMs = 2 },
        ];
        Look(2, Pool(w => w >= 20, _ => false));
        Assert.Equal("san", Assert.Single(_told).Event.Device);
        Look(NeighbourWatch.CalmWindows - 1, Pool(_ => false, w => w >= 20));
        Assert.Single(_told);
        Look(2, Pool(_ => false, w => w >= 20));
        Assert.Equal([(HostEventKind.VmNoisyNeighbourEnded, "san"), (HostEventKind.VmNoisyNeighbour, "")], _told[1..].Select(t => (t.Event.Kind, t.Event.Device)));
    }

    [Fact]
    public void Observe_ManyWaitForOne_IsToldOnceAndNamesThree()
    {
        NeighbourVm taker = Host(w => w >= 22)[1];
        Look(3, [taker, .. Enumerable.Range(10, 5).Select(n => Vm(n, $"vm-{n}", w => new(1, w >= 22 ? 30 : 0, 0, 0, float.NaN)))]);
        string evidence = Assert.Single(_told).Event.Evidence;
        Assert.Contains("; VM vm-10 waits for CPU 30 % of the time, VM vm-11 waits for CPU 30 % of the time, VM vm-12 waits for CPU 30 % of the time and 2 more; ", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_VictimsUseIsUnknown_IsNotOver()
    {
        Look(1, Host(w => w >= 22));
        NeighbourVm[] calm = Host(_ => false);
        Look(9, [calm[0] with { Uses = [.. Enumerable.Repeat(VmUse.Unknown, Windows)] }, .. calm[1..]]);
        Assert.Single(_told);
        Look(NeighbourWatch.CalmWindows, calm);
        Assert.Equal("nobody waits for what it takes any more", _told[1].Event.Evidence);
    }

    [Fact]
    public void Observe_Unknown_NeitherBeginsNorEndsUntilItIsNotSeenForLong()
    {
        Look(1, Host(w => w >= 22));
        Look(9, [.. Host(_ => false).Select(v => v with { Uses = [.. Enumerable.Repeat(VmUse.Unknown, Windows)] })]);
        Look(9, []);
        Assert.Single(_told);
        Look(5, []);
        Assert.Equal((2, "it is not seen any more"), (_told.Count, _told[1].Event.Evidence));
    }

    [Fact]
    public void Observe_AgentWasAwayOrVmMoved_IsToldAgainOrOver()
    {
        Look(1, Host(w => w >= 22));
        Look(2, [.. Host(w => w >= 21).Select(v => v with { Claims = 1 })]);
        Assert.Equal([HostEventKind.VmNoisyNeighbour, HostEventKind.VmNoisyNeighbour], _told.Select(t => t.Event.Kind));
        Look(1, [.. Host(_ => false).Select(v => v with { Host = HostOf(2), Claims = 2 })]);
        Assert.Equal((3, HostOf(1), "it runs on another host"), (_told.Count, _told[2].Host, _told[2].Event.Evidence));
    }

    [Fact]
    public void Observe_StartOfManyIsToBlame_NobodyElseIsUntilThatIsOver()
    {
        HashSet<(bool, string)> storms = [(true, HostOf(1).ToString())];
        Assert.Empty(_watch.Observe(_now, Host(w => w >= 20), storms));
        Assert.Single(_watch.Observe(_now + AnomalyWatch.WindowMs, Host(w => w >= 20), new HashSet<(bool, string)> { (false, HostOf(1).ToString()) }));
    }

    /// <summary>Three VMs on a host, of which one takes much and another one waits in some windows.</summary>
    private static NeighbourVm[] Host(Func<int, bool> isBusy) =>
    [
        Vm(1, "victim", w => new(1, isBusy(w) ? 30 : 0.5f, 0, 0, float.NaN)),
        Vm(2, "taker", w => new(isBusy(w) ? 8 : 1, 1, 0, 0, float.NaN)),
        Vm(3, "other", w => new(2, 1, 0, 0, float.NaN)),
    ];

    private static NeighbourVm Vm(int number, string name, Func<int, VmUse> use) =>
        new(VmOf(number), name, HostOf(1), ["lab/san"], [.. Enumerable.Range(0, Windows).Select(use)], null);

    private void Look(int times, NeighbourVm[] vms)
    {
        for (int i = 0; i < times; i++)
        {
            _now += AnomalyWatch.WindowMs;
            _told.AddRange(_watch.Observe(_now, vms, new HashSet<(bool, string)>()));
        }
    }
}
