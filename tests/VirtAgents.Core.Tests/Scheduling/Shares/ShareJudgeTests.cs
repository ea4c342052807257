using System.Collections.Immutable;
using CsCheck;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Core.Tests.Scheduling.Shares;

public sealed class ShareJudgeTests
{
    private static readonly Gen<LimitedResource> AnyResource = Gen.OneOf(Gen.Const(LimitedResource.NetworkOut), Gen.Const(LimitedResource.Cpu), Gen.Const(LimitedResource.DiskOperations));

    private readonly ShareScene _scene = new();

    [Fact]
    public void Judge_FullForTheHold_LimitsOnlyWhoIsAboveItsShare()
    {
        Want(80, 30, 10);
        Assert.Empty(_scene.Look().Steps);
        Assert.Empty(_scene.Look().Steps);
        ShareStep step = Assert.Single(_scene.Look().Steps);
        Assert.Equal(ShareScene.Id(1), step.Taker!.Vm);
        Assert.StartsWith("eth1 is at 100 % of its capacity, and its fair share is ", step.Reason, StringComparison.Ordinal);
        _scene.Look(20);
        Dictionary<int, double> rates = _scene.Rates();
        Assert.Equal((30, 10), (Math.Round(rates[2], 3), Math.Round(rates[3], 3)));
        Assert.InRange(rates[1], 49, 51);
    }

    [Fact]
    public void Judge_FullForLessThanTheHold_DoesNothing()
    {
        for (int i = 0; i < 10; i++)
        {
            Want(80, 30);
            Assert.Empty(_scene.Look(2).Steps);
            Want(40, 30);
            Assert.Empty(_scene.Look().Steps);
        }
    }

    [Fact]
    public void Judge_Weights_DivideByThem()
    {
        _scene.Rule = _scene.Rule with { Weights = [new("", "even", 2)] };
        Want(200, 200);
        _scene.Look(20);
        Assert.Equal((30, 60), (Math.Round(_scene.LimitOf(1)), Math.Round(_scene.LimitOf(2))));
    }

    [Fact]
    public void Judge_OthersUseLess_RaisesTheLimitThatHidesDemand()
    {
        Want(200, 200);
        _scene.Look(20);
        Want(200, 20);
        _scene.Look(20);
        Assert.InRange(_scene.LimitOf(1), 68, 71);
    }

    [Fact]
    public void Judge_PressureEnds_TakesEveryLimitBack()
    {
        Want(200, 200, 5);
        _scene.Look(20);
        Assert.Equal(2, _scene.Held.Count);
        Want(20, 10, 5);
        _scene.Look(20);
        Assert.Empty(_scene.Held);
        Assert.False(_scene.Memory.IsPressed);
        Assert.Equal((0, 0), (_scene.LimitOf(1), _scene.LimitOf(2)));
    }

    [Fact]
    public void Judge_OnlyOneGoesOn_IsRaisedUntilItsLimitDoesNotHold()
    {
        Want(60, 200);
        _scene.Look(20);
        Assert.InRange(_scene.LimitOf(1), 44, 46);
        Want(60, 0);
        ShareStep raised = LookUntilStep(ShareScene.Id(1));
        Assert.InRange(raised.Amount / (double)ShareScene.Mib, 85, 90);
        _scene.Look(20);
        Assert.Empty(_scene.Held);
    }

    [Fact]
    public void Judge_SteadyDemand_SettlesAndSendsNoMore()
    {
        Want(200, 120, 30, 3);
        _scene.Look(30);
        for (int i = 0; i < 100; i++)
        {
            Assert.Empty(_scene.Look().Steps);
        }
    }

    [Fact]
    public void Judge_LimitOfSomebodyElse_IsNeverTouchedAndNobodyGetsLessThanItsShareForIt()
    {
        Want(200, 200, 20);
        _scene.SetByHand(2, 60);
        _scene.Look(30);
        Assert.Equal((60, 0), (_scene.LimitOf(2), _scene.LimitOf(3)));
        Assert.InRange(_scene.LimitOf(1), 34, 45);
    }

    [Theory]
    [InlineData(95.0)]
    [InlineData(null)]
    public void Judge_OtherValueThanOursInForce_IsNotChangedOrTakenBack(double? seen)
    {
        Want(200, 200);
        _scene.Look(20);
        Want(1, 1);
        for (int i = 0; i < 20; i++)
        {
            ShareDecision decision = _scene.Look(s => s with { Takers = [.. s.Takers.Select(t => t with { InForce = (long?)(seen * ShareScene.Mib) })] });
            Assert.Empty(decision.Steps);
        }
    }

    [Fact]
    public void Judge_LimitUnknown_IsNeverTouched()
    {
        Want(200, 200);
        for (int i = 0; i < 20; i++)
        {
            ShareDecision decision = _scene.Look(s => s with { Takers = [.. s.Takers.Select(t => t.VmName == "vm2" ? t with { InForce = null } : t)] });
            Assert.DoesNotContain(decision.Steps, s => s.Taker!.VmName == "vm2");
        }

        Assert.True(_scene.LimitOf(1) > 0);
    }

    [Fact]
    public void Judge_RateOfOneUnknown_SetsAndChangesNothing()
    {
        Want(200, 200);
        for (int i = 0; i < 10; i++)
        {
            ShareDecision decision = _scene.Look(s => s with { Takers = [s.Takers[0], s.Takers[1] with { Used = null }] });
            Assert.Empty(decision.Steps);
            Assert.Equal("nothing is set or changed: what 52:54:00:00:00:02 of vm2 uses is unknown", decision.Told);
        }
    }

    [Fact]
    public void Judge_UplinkUnknown_IsNeitherFullNorRoom()
    {
        Want(200, 200);
        _scene.Look(10);
        Want(1, 1);
        for (int i = 0; i < 10; i++)
        {
            Assert.Empty(_scene.Look(s => s with { Used = null }).Steps);
        }

        Assert.Equal(2, _scene.Held.Count);
    }

    [Fact]
    public void Judge_HostThatIsNotToBeChanged_TellsWhy()
    {
        Want(200, 200);
        _scene.Look(2);
        ShareDecision decision = _scene.Look(s => s with { WhyNot = "host1 is being drained" });
        Assert.Equal(("nothing is set or changed: host1 is being drained", 0), (decision.Told, decision.Steps.Length));
    }

    [Fact]
    public void Judge_LooksFarApart_TellNothingOfTheTimeBetween()
    {
        Want(200, 200);
        _scene.Look();
        _scene.Memory = _scene.Memory with { LookedUnixMs = _scene.NowUnixMs - 3_600_000, FullSinceUnixMs = _scene.NowUnixMs - 3_600_000 };
        Assert.Empty(_scene.Look().Steps);
    }

    [Fact]
    public void Judge_LimitsAfterARestart_AreKeptWithoutWaitingForPressure()
    {
        Want(200, 200);
        _scene.Look(20);
        _scene.Memory = ShareMemory.None;
        Want(60, 0);
        _scene.Look(20);
        Assert.Empty(_scene.Held);
    }

    [Fact]
    public void Judge_AnyDemands_KeepsTheFloorAndTakesEveryLimitBackInTheEnd() =>
        Gen.Select(AnyResource, Gen.Double[0, 3].Array[1, 8].Array[1, 6]).Sample((resource, phases) =>
        {
            ShareScene scene = new(resource);
            foreach (double[] demands in phases)
            {
                scene.Demands.Clear();
                foreach ((int at, double demand) in demands.Index())
                {
                    scene.Demands[at + 1] = demand * scene.Capacity;
                }

                for (int i = 0; i < 12; i++)
                {
                    Assert.All(scene.Look().Steps, s => Assert.True(s.Amount == 0 || s.Amount >= scene.Rule.Floor));
                }
            }

            foreach (int vm in scene.Demands.Keys)
            {
                scene.Demands[vm] = scene.Capacity / 100;
            }

            // VMs that are gone took their limits with them; of those that are there none is left.
            scene.Look(200);
            Assert.All(scene.Demands.Keys, vm => Assert.Equal(0, scene.LimitOf(vm)));
        });

    [Fact]
    public void Judge_AnyTakers_SharesOfOneLookAreTogetherNoMoreThanWhatIsDivided() =>
        Gen.Select(AnyResource, Gen.Select(Gen.Double[0, 1], Gen.Bool).Array[1, 12], Gen.Double[0, 0.5]).Sample((resource, takers, others) =>
        {
            ShareScene scene = new(resource) { Rule = new ShareRule("uplink", resource, ScheduleMode.Auto, "", null) { Hold = TimeSpan.Zero } };
            foreach ((int at, (double demand, bool isTheirs)) in takers.Index())
            {
                scene.Demands[at + 1] = demand * scene.Capacity;
                scene.SetByHand(at + 1, isTheirs ? scene.Capacity : 0);
            }

            scene.Others = others * scene.Capacity;
            ImmutableArray<ShareStep> steps = scene.Look().Steps;
            Assert.All(steps, s => Assert.Equal(0, s.Taker!.InForce));
            double divided = (scene.Rule.From * scene.Capacity) - scene.Others, floors = steps.Length * scene.Rule.Floor * scene.PerUnit;
            Assert.InRange(steps.Sum(s => s.Amount * scene.PerUnit), 0, Math.Max(divided, floors) + 1e-6);
        });

    private void Want(params double[] demands)
    {
        foreach ((int at, double demand) in demands.Index())
        {
            _scene.Demands[at + 1] = demand;
        }
    }

    private ShareStep LookUntilStep(VirtAgents.Core.Model.VmId vm)
    {
        for (int i = 0; i < 20; i++)
        {
            if (_scene.Look().Steps.FirstOrDefault(s => s.Taker!.Vm == vm) is { } step)
            {
                return step;
            }
        }

        throw new InvalidOperationException("nothing was done");
    }
}
