using System.Collections.Immutable;
using CsCheck;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Recovery;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Recovery;

/// <summary>Whatever is lost, and whatever the others look like.</summary>
public sealed class RecoveryJudgePropertyTests
{
    private const double UsualReserve = 0.05;

    private static readonly VmState[] States = [VmState.Running, VmState.Running, VmState.Running, VmState.ShutOff, VmState.Unknown, VmState.Paused];

    private static readonly Gen<LostVm> AnyVm =
        from number in Gen.Int[1, 1_000]
        from gib in Gen.Int[0, 40]
        from state in Gen.Int[0, States.Length - 1].Select(i => States[i])
        from odd in Gen.Int[0, 12]
        select new LostVm(
            Live.LiveEstateOfTests.Vm(number).Info with
            {
                MemoryBytes = gib * Gib,
                DefinitionDigest = odd == 1 ? null : new string('a', 64),
                HasAutostart = odd switch { 2 => null, 3 => true, _ => false },
                Disks = [new VmDiskInfo(0, "vda", "/images/vda", odd == 4 ? "own" : "shared")],
            },
            state)
        {
            ToldBy = odd == 5 ? "h1" : null,
            Tried = odd is 6 or 7 ? new RecoveryTry("h1", odd == 6 ? DirectiveState.Failed : DirectiveState.Sent, "") : null,
            IsBusy = odd == 8,
        };

    private static readonly Gen<(LostHost Lost, RecoveryView View)> Any =
        from vms in AnyVm.Array[0, 8]
        from load in Gen.Int[0, 14].Array[1, 4]
        from bad in Gen.Int[0, 5].Array[4]
        from promised in Gen.Int[0, 3].Array[0, 4]
        from confirmed in Gen.Bool
        from held in Gen.Int[0, 4]
        from mode in Gen.Enum<ScheduleMode>()
        from most in Gen.Int[1, 3]
        select (
            new LostHost(Host(9) with { OutOfSight = "its agent is not connected" }, [.. vms.DistinctBy(v => v.Info.Id)], confirmed),
            new RecoveryView(
                [.. load.Select((count, i) => HostOf(i + 1, count, bad[i]))], new ClusterLimits(2), ImmutableDictionary<HostId, string>.Empty,
                [.. promised.Select(p => new Promise(Host(p + 1).Info.Id, Live.LiveEstateOfTests.Vm(900 + p).Info, p % 2 == 0 ? PromiseKind.Recovery : PromiseKind.Start))], new RecoveryPolicy(mode, most), held == 0 ? "acting is frozen" : null));

    [Fact]
    public void Decide_Anything_OneDecisionForEachVmAndTheSameEachTime() => Any.Sample(scene =>
    {
        IReadOnlyList<RecoveryDecision> decisions = RecoveryJudge.Decide(scene.Lost, scene.View);
        Assert.Equal(scene.Lost.Vms.Select(v => v.Info.Id).OrderBy(v => v.Value), decisions.Select(d => d.Vm.Info.Id).OrderBy(v => v.Value));
        Assert.All(decisions, d => Assert.Equal(d.Action is RecoveryAction.Start or RecoveryAction.Recommend, d.Target is not null));
        Assert.All(decisions, d => Assert.NotEmpty(d.Why));
        Assert.Equal(decisions, RecoveryJudge.Decide(scene.Lost, scene.View));
    });

    [Fact]
    public void Decide_Starts_OnlyOfAConfirmedHostAndOnlyWhatIsCertainAndWasNotTried() => Any.Sample(scene =>
    {
        foreach (RecoveryDecision start in Starts(scene))
        {
            Assert.True(scene.Lost.IsConfirmed && scene.View.Policy.Mode == ScheduleMode.Auto && scene.View.HeldBecause is null);
            Assert.True(start.Vm is { LastSeen: VmState.Running, ToldBy: null, Tried: null, IsBusy: false, Info: { HasAutostart: false, DefinitionDigest: not null, MemoryBytes: > 0 } });
            Assert.Equal("shared", start.Vm.Info.Disks[0].Pool);
        }
    });

    [Fact]
    public void Decide_Starts_NeverBeyondRoomNorMoreAtATimeThanAllowedNorOnAHostThatIsNotFit() => Any.Sample(scene =>
    {
        foreach (IGrouping<HostId, RecoveryDecision> starts in Starts(scene).GroupBy(d => d.Target!.Id))
        {
            LiveHost host = scene.View.Hosts.Single(h => h.Info.Id == starts.Key);
            Promise[] promises = [.. scene.View.Promises.Where(p => p.Host == starts.Key)];
            Assert.True(host.OutOfSight is null && !host.IsDraining && host.Pools[0].Figures.Active == true);
            Assert.True(starts.Count() + promises.Count(p => p.Kind == PromiseKind.Recovery) <= scene.View.Policy.MaxPerHost);
            double memory = (host.Vms.Sum(v => v.Info.MemoryBytes) + starts.Sum(s => s.Vm.Info.MemoryBytes)) / (double)(1 << 20) + promises.Sum(p => p.Vm.MemoryBytes / (double)(1 << 20));
            Assert.True(memory <= host.Info.MemoryBytes / (double)(1 << 20) * (1 - UsualReserve), $"{memory} MiB");
            Assert.True(host.Vms.Sum(v => v.Info.VcpuCount) + starts.Sum(s => s.Vm.Info.VcpuCount) + promises.Sum(p => p.Vm.VcpuCount) <= 2 * host.Info.CpuCount);
        }
    });

    private static RecoveryDecision[] Starts((LostHost Lost, RecoveryView View) scene) => [.. RecoveryJudge.Decide(scene.Lost, scene.View).Where(d => d.Action == RecoveryAction.Start)];

    private static LiveHost HostOf(int number, int vms, int bad)
    {
        LiveHost host = Host(number, [.. Enumerable.Range(0, vms).Select(i => Live.LiveEstateOfTests.Vm((number * 10_000) + i))]);
        return bad switch
        {
            0 => host with { OutOfSight = "its agent is not connected" },
            1 => host with { IsDraining = true },
            2 => host with { Pools = [Pool("shared", "netfs", active: null)] },
            _ => host,
        };
    }
}
