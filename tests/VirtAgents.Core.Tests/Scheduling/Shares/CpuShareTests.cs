using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Core.Tests.Scheduling.Shares;

/// <summary>A host of 8 pCPUs with VMs of 4 vCPUs.</summary>
public sealed class CpuShareTests
{
    private readonly ShareScene _scene = new(LimitedResource.Cpu);

    [Fact]
    public void Judge_FullHost_GivesQuotasInPercentForEachVcpu()
    {
        _scene.Others = 0.4;
        Want(4, 4, 1);
        _scene.Look(3);
        ShareStep[] steps = [.. _scene.Look().Steps];
        Assert.Empty(steps); // set by the look before, and left for the hold
        _scene.Look(20);

        // Of 7.2 pCPUs 0.4 are the host's own and 0.84 all that the third got at first; 2.98 of 4 vCPUs are 74 %. What it gets now would make it 72 %, which is no reason to change it.
        Assert.Equal((2.96, 2.96, 0), (_scene.LimitOf(1), _scene.LimitOf(2), _scene.LimitOf(3)));
        HeldLimit held = _scene.Held.First();
        Assert.Equal((LimitedResource.Cpu, "", 74), (held.Resource, held.Device, held.Amount));
    }

    [Fact]
    public void Judge_New_TellsBothInPercent()
    {
        Want(4, 4, 4);
        ShareDecision last = _scene.Look(2);
        Assert.Empty(last.Steps);
        last = _scene.Look();
        Assert.Equal("CPU is at 100 % of its capacity, and its fair share is 60 of 66 % of a pCPU for each vCPU", Assert.Single(last.Steps.Take(1)).Reason);
    }

    [Fact]
    public void Judge_Weights_DivideByThem()
    {
        _scene.Rule = _scene.Rule with { Weights = [new("", "even", 3)] };
        Want(4, 4, 4);
        _scene.Look(20);

        // By weights of 1, 3 and 1 they would have 1.44, 4.32 and 1.44 pCPUs; but the second cannot use more than 4, and nothing limits it.
        Assert.Equal((_scene.LimitOf(1), 0), (_scene.LimitOf(3), _scene.LimitOf(2)));
        Assert.InRange(_scene.LimitOf(1), 1.6, 1.6 * 1.1);
    }

    [Fact]
    public void Judge_ShareIsAllThatItsVcpusCanUse_TakesTheQuotaBackInsteadOfRaisingIt()
    {
        Want(4, 4, 4);
        _scene.Look(20);
        Want(4, 1, 1);
        ShareDecision decision = Until(d => d.Steps.Any(s => s.Taker!.Vm == ShareScene.Id(1) && s.Amount == 0));
        Assert.EndsWith("and its fair share is all that it can use", decision.Steps.First(s => s.Taker!.Vm == ShareScene.Id(1)).Reason, StringComparison.Ordinal);
        Assert.Equal(0, _scene.LimitOf(1));
    }

    [Fact]
    public void Judge_HeldBackBelowItsQuota_CountsAsWantingMore()
    {
        // One busy vCPU of four comes to its quota long before the VM does on average.
        Want(4, 4, 4);
        _scene.Look(20);
        double before = _scene.LimitOf(1);
        Want(0.6, 0.5, 4);
        ShareDecision decision = new(ShareMemory.None, [], "");
        for (int i = 0; i < 4; i++)
        {
            decision = _scene.Look(s => s with { Takers = [.. s.Takers.Select(t => t.VmName == "vm1" ? t with { IsHeldBack = true } : t)] });
            if (decision.Steps.Any(s => s.Taker!.VmName == "vm1"))
            {
                break;
            }
        }

        ShareStep step = Assert.Single(decision.Steps, s => s.Taker!.VmName == "vm1");
        Assert.True(step.Amount == 0 || step.Amount * _scene.PerUnit > before, step.Reason);
    }

    [Fact]
    public void Judge_QuotaOfSomebodyElseOrUnknown_IsNeverTouchedAndTakesPart()
    {
        _scene.SetByHand(1, 2);
        Want(4, 4, 4);
        for (int i = 0; i < 20; i++)
        {
            ShareDecision decision = _scene.Look(s => s with { Takers = [.. s.Takers.Select(t => t.VmName == "vm2" ? t with { InForce = null } : t)] });
            Assert.DoesNotContain(decision.Steps, s => s.Taker!.VmName != "vm3");
        }

        Assert.Equal((2, 0), (_scene.LimitOf(1), _scene.LimitOf(2)));
        Assert.InRange(_scene.LimitOf(3), 2.6, 2.6 * 1.1);
    }

    [Fact]
    public void Judge_HowManyPcpusIsUnknown_DoesNothing()
    {
        Want(4, 4, 4);
        for (int i = 0; i < 10; i++)
        {
            ShareDecision decision = _scene.Look(s => s with { Capacity = null });
            Assert.Equal(("nothing is set or changed: the capacity of CPU is unknown", 0), (decision.Told, decision.Steps.Length));
        }
    }

    private void Want(params double[] demands)
    {
        foreach ((int at, double demand) in demands.Index())
        {
            _scene.Demands[at + 1] = demand;
        }
    }

    private ShareDecision Until(Func<ShareDecision, bool> condition)
    {
        for (int i = 0; i < 40; i++)
        {
            if (_scene.Look() is var decision && condition(decision))
            {
                return decision;
            }
        }

        throw new InvalidOperationException("it does not come");
    }
}
