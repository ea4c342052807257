using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Control;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests.Control;

/// <summary>VMs of h1, which has lost power, are to be had by h2.</summary>
public sealed class RecoverOperationTests
{
    private readonly SmallWorld _small = new();
    private readonly HostId _h1;
    private readonly VmInfo _a, _b;

    public RecoverOperationTests()
    {
        (_a, _b) = (_small.Vm(0, "a"), _small.Vm(0, "b"));
        _h1 = _small.World.HostOf(0).Id;
    }

    private WorldControl Control => _small.World.Control;

    [Fact]
    public void Inventory_DisksInSharedPools_OnlyThenHasADefinition()
    {
        Assert.Matches("^[0-9a-f]{64}$", _a.DefinitionDigest);
        Assert.Null(_b.DefinitionDigest);
        Assert.False(_a.HasAutostart);
    }

    [Fact]
    public void Recover_HostHasLostPower_RunsOnTheOtherAndIsNotStartedTwiceWhenTheHostReturns()
    {
        Fault loss = new(FaultKind.HostLoss, Host: "h1");
        _small.Inject(loss);
        string evidence = Control.EvidenceFor(Recover(_a));
        Assert.True(Control.Begin(1, Recover(_a)).IsPossible);
        Assert.Equal(new OrderSight(SightStage.Seen, "a is running on host h2"), Control.Look(1, Recover(_a), evidence));
        Assert.Contains("h2 VmStarted a Running Booted", _small.Pass(1));
        Assert.Contains(_small.World.InventoryOf(1).Vms, vm => vm.Id == _a.Id);
        Assert.Equal((RefusalReason.WrongState, "host h2 has a already"), Refusal(Recover(_a)));

        _small.Inject(loss with { End = true });
        _small.Pass(30);
        Assert.Equal(["b", "off"], _small.World.InventoryOf(0).Vms.Select(vm => vm.Name));
        Assert.Equal(VmState.Running, StateOf(0, "b"));
        Assert.Equal(VmState.Running, StateOf(1, "a"));
    }

    [Fact]
    public void Recover_HostLives_IsRefused()
    {
        Assert.Equal((RefusalReason.WrongState, "the heartbeat of host h1 moves: somebody lives there"), Refusal(Recover(_a)));
        _small.Inject(new(FaultKind.Partition, Host: "h1"));
        Assert.Equal(RefusalReason.WrongState, Refusal(Recover(_a)).Refusal);
        _small.Inject(new(FaultKind.AgentLoss, Host: "h1"));
        Assert.Equal(RefusalReason.WrongState, Refusal(Recover(_a)).Refusal);
    }

    [Fact]
    public void Recover_WhatCannotBe_IsRefusedWithTheReason()
    {
        _small.Inject(new(FaultKind.HostLoss, Host: "h1"));
        Assert.Equal((RefusalReason.UnknownTarget, "no definition of b is kept, as not all its disks are on storage that hosts share"), Refusal(Recover(_b)));
        Assert.Equal((RefusalReason.BadParameter, $"definition: the one of a that is kept is another, {_a.DefinitionDigest}"), Refusal(Recover(_a, digest: new string('0', 64))));
        HostId other = _small.World.HostOf(1).Id;
        Assert.Equal((RefusalReason.UnknownTarget, $"host {other} keeps no definition of a"), Refusal(Recover(_a, from: other)));
        Assert.Equal(RefusalReason.UnknownTarget, Refusal(Recover(_a with { Id = new VmId(Guid.NewGuid()) })).Refusal);
        _small.Inject(new(FaultKind.PoolGone, Pool: "san"));
        Assert.Equal((RefusalReason.WrongState, "host h2 does not see pool san of disk vda work"), Refusal(Recover(_a)));
    }

    private (RefusalReason Refusal, string Detail) Refusal(DirectiveOrder order)
    {
        OrderVerdict verdict = Control.Check(1, order);
        return (verdict.Refusal, verdict.Detail);
    }

    private VmState StateOf(int host, string vm) =>
        (VmState)_small.Value(host, SampleTier.Slow, SubjectKind.Vm, _small.Vm(host, vm).Index, Metric.VmStateCode)!.Value;

    private DirectiveOrder Recover(VmInfo vm, string? digest = null, HostId? from = null) => new(
        Guid.Empty, 1, 0, DirectiveKind.Recover, vm.Id,
        ImmutableSortedDictionary<string, string>.Empty
            .Add(DirectiveCatalogue.FromHost, (from ?? _h1).ToString()).Add(DirectiveCatalogue.DefinitionOf, digest ?? vm.DefinitionDigest ?? new string('a', 64)),
        "test", false);
}
