using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Recovery;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;
using static VirtAgents.Core.Tests.Scheduling.Recovery.RecoveryScene;

namespace VirtAgents.Core.Tests.Scheduling.Recovery;

public sealed class RecoveryJudgeTests
{
    [Fact]
    public void Decide_Confirmed_StartsTheLargestFirstSpreadOverHosts()
    {
        LostVm large = RecoveryScene.Vm(3, v => v with { MemoryBytes = 8 * Gib });
        IReadOnlyList<RecoveryDecision> decisions = RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1), large), View(Host(1), Host(2)));
        Assert.Equal(["vm3 Start h1", "vm1 Start h2"], decisions.Told());
        Assert.Contains("leaves the load most even", decisions[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_NotConfirmedOrOnlyRecommended_IsToldAndNotStarted()
    {
        Assert.Equal(["vm1 Recommend h1"], RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1)) with { IsConfirmed = false }, View(Host(1))).Told());
        Assert.Equal(["vm1 Recommend h1"], RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1)), View(Host(1)) with { Policy = Auto with { Mode = ScheduleMode.Recommend } }).Told());
    }

    [Fact]
    public void Decide_WhatIsNotCertain_IsLeftToPeopleWithTheReason()
    {
        (LostVm Vm, string Why)[] cases =
        [
            (RecoveryScene.Vm(1) with { LastSeen = VmState.ShutOff }, "it was last seen ShutOff, not running"),
            (RecoveryScene.Vm(1) with { LastSeen = VmState.Paused }, "it was last seen Paused, not running"),
            (RecoveryScene.Vm(1) with { LastSeen = VmState.Unknown }, "whether it ran is unknown"),
            (RecoveryScene.Vm(1) with { ToldBy = "h2" }, "host h2 tells of it too"),
            (RecoveryScene.Vm(1, v => v with { HasAutostart = null }), "whether its host starts it by itself when it boots is unknown"),
            (RecoveryScene.Vm(1, v => v with { HasAutostart = true }), "its host starts it by itself when it boots, and then it would run twice: start it by hand with recover, and take autostart from it before that host boots"),
            (RecoveryScene.Vm(1, v => v with { DefinitionDigest = null }), "no definition of it is known to be kept on storage that hosts share"),
            (RecoveryScene.Vm(1, v => v with { MemoryBytes = 0 }), "what it was promised is unknown"),
            (RecoveryScene.Vm(1, v => v with { Disks = [new VmDiskInfo(0, "vda", "/images/vda", "own")] }), "disk vda is in pool own, which is not shared"),
            (RecoveryScene.Vm(1, v => v with { Disks = [new VmDiskInfo(0, "vda", "/images/vda", "")] }), "disk vda is in no known pool"),
        ];
        foreach ((LostVm vm, string why) in cases)
        {
            RecoveryDecision decision = Assert.Single(RecoveryJudge.Decide(Lost(vm), View(Host(1))));
            Assert.Equal((RecoveryAction.Leave, why), (decision.Action, decision.Why));
        }
    }

    [Theory]
    [InlineData(DirectiveState.Done, "it was started on h1")]
    [InlineData(DirectiveState.Sent, "it is being started on h1")]
    [InlineData(DirectiveState.Failed, "it was tried once, on h1, and failed, so it is for people: locked")]
    [InlineData(DirectiveState.Refused, "it was tried once, on h1, and refused, so it is for people: locked")]
    [InlineData(DirectiveState.None, "it was tried on h1, and what became of that is not known any more: it is for people")]
    public void Decide_BegunBefore_IsNeverBegunAgain(DirectiveState state, string why)
    {
        RecoveryDecision decision = Assert.Single(RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1) with { Tried = new("h1", state, "locked") }), View(Host(1), Host(2))));
        Assert.Equal((RecoveryAction.Begun, why), (decision.Action, decision.Why));
    }

    [Fact]
    public void Decide_HeldOrBusy_Waits()
    {
        RecoveryDecision held = Assert.Single(RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1)), View(Host(1)) with { HeldBecause = "acting is frozen by ops: storm" }));
        Assert.Equal((RecoveryAction.Wait, "acting is frozen by ops: storm"), (held.Action, held.Why));
        Assert.Equal(["vm1 Wait"], RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1) with { IsBusy = true }), View(Host(1))).Told());
    }

    [Fact]
    public void Decide_PolicyOfOtherVms_LeavesIt()
    {
        Assert.Equal("the schedule policy recovers nothing", Decide(RecoveryPolicy.None).Why);
        Assert.Equal("the schedule policy does not name it", Decide(Auto with { Vm = "db-*" }).Why);
        Assert.Equal("the schedule policy does not name it", Decide(Auto with { Tenant = "other" }).Why);
        Assert.Equal(RecoveryAction.Start, Decide(Auto with { Vm = "vm*", Tenant = "acme" }).Action);
    }

    [Fact]
    public void Decide_NoHostCanTakeIt_TellsWhyOfEach()
    {
        LiveHost blind = Host(1) with { Pools = [Pool("shared", "netfs", active: false)] }, away = Host(2) with { OutOfSight = "its agent is not connected" }, drained = Host(3) with { IsDraining = true }, unable = Host(4);
        RecoveryView view = View(blind, away, drained, unable) with { CannotRecover = ImmutableDictionary<HostId, string>.Empty.Add(unable.Info.Id, "its agent does not know this kind") };
        RecoveryDecision decision = Assert.Single(RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1)), view));
        Assert.Equal(
            (RecoveryAction.Leave, "no host can take it over: h1: it does not see pool shared work and shared; h2: its agent is not connected; h3: it is drained; h4: its agent does not know this kind"),
            (decision.Action, decision.Why));
    }

    [Fact]
    public void Decide_Full_TellsSoAndUsesRoomThatIsKeptForThis()
    {
        LiveVm[] many = [.. Enumerable.Range(10, 14).Select(i => Live.LiveEstateOfTests.Vm(i))];
        RecoveryDecision full = Assert.Single(RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1, v => v with { MemoryBytes = 8 * Gib })), View(Host(1, many))));
        Assert.Equal((RecoveryAction.Leave, "none of the hosts that see its pools work has room: memory 1"), (full.Action, full.Why));
        RecoveryView spared = View(Host(1), Host(2)) with { Limits = new ClusterLimits(4, FailoverHosts: 2) };
        Assert.Equal(["vm1 Start h1"], RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1)), spared).Told());
    }

    [Fact]
    public void Decide_AsManyOnTheirWayAsAllowed_Waits()
    {
        RecoveryView view = View(Host(1)) with { Promises = [new Promise(Host(1).Info.Id, Live.LiveEstateOfTests.Vm(90).Info, PromiseKind.Recovery)] };
        IReadOnlyList<RecoveryDecision> decisions = RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1), RecoveryScene.Vm(2)), view);
        Assert.Equal(["vm1 Start h1", "vm2 Wait"], decisions.Told());
        Assert.Equal("as many VMs as the policy allows at the same time (2) are on their way up on each host that has room", decisions[1].Why);
    }

    [Fact]
    public void Decide_RulesAndIncidents_HoldForWhatIsStarted()
    {
        VmGlob all = new(new("vm*"), new("*"));
        RecoveryView apart = View(Host(1), Host(2)) with { Rules = PlacementPolicy.None with { Groups = [new("pair", GroupRule.AntiAffinity, all)] } };
        Assert.Equal(["vm1 Start h1", "vm2 Start h2", "vm3 Leave"], RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1), RecoveryScene.Vm(2), RecoveryScene.Vm(3)), apart).Told());
        RecoveryView bound = View(Host(1), Host(2)) with { Rules = PlacementPolicy.None with { Bindings = [new(all, [new("h2")])] } };
        Assert.Equal(["vm1 Start h2"], RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1)), bound).Told());
        RecoveryDecision troubled = Assert.Single(RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1)), View(Host(1) with { Trouble = "many VMs of host h1 wait for CPU" })));
        Assert.Equal((RecoveryAction.Leave, "no host can take it over: h1: it takes no VM: many VMs of host h1 wait for CPU"), (troubled.Action, troubled.Why));
    }

    private static RecoveryDecision Decide(RecoveryPolicy policy) => Assert.Single(RecoveryJudge.Decide(Lost(RecoveryScene.Vm(1)), View(Host(1)) with { Policy = policy }));
}
