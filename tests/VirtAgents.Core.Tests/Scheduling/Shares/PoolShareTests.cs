using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Core.Tests.Scheduling.Shares;

/// <summary>A pool of 1,000 operations per second.</summary>
public sealed class PoolShareTests
{
    private readonly ShareScene _scene = new(LimitedResource.DiskOperations);

    [Fact]
    public void Judge_FullPool_LimitsDisksAndLeavesThemUntilReadingsAreOfAfter()
    {
        Want(800, 800, 100);
        _scene.Look(3);
        Assert.Equal([("vda", 2), ("vda", 1)], _scene.Held.Select(l => (l.Device, l.Vm == ShareScene.Id(1) ? 1 : 2)).OrderByDescending(l => l.Item2));
        Assert.Equal(0, _scene.LimitOf(3));
        long before = (long)_scene.LimitOf(1);

        // Others are gone. For three minutes what is read may be of before.
        Want(600, 0, 0);
        for (int i = 0; i < 35; i++)
        {
            Assert.Empty(_scene.Look().Steps);
        }

        Assert.Equal(before, _scene.LimitOf(1));
        _scene.Look(80);
        Assert.Empty(_scene.Held);
    }

    [Fact]
    public void Judge_UseOfOneDiskUnknown_SetsNothingAndTellsWhich()
    {
        Want(800, 600);
        for (int i = 0; i < 10; i++)
        {
            ShareDecision decision = _scene.Look(s => s with { Used = null, Takers = [s.Takers[0], s.Takers[1] with { Used = null }] });
            Assert.Equal(("nothing is set or changed: what vda of vm2 uses is unknown", 0), (decision.Told, decision.Steps.Length));
        }
    }

    [Fact]
    public void Judge_OneHostCannotLimit_TellsItAndDividesTheOthers()
    {
        Want(800, 600);
        ShareDecision decision = new(ShareMemory.None, [], "");
        for (int i = 0; i < 3; i++)
        {
            decision = _scene.Look(s => s with { Note = "; no limits there, host b: it is being drained", Takers = [s.Takers[0], s.Takers[1] with { InForce = null }] });
        }

        Assert.Equal(ShareScene.Id(1), Assert.Single(decision.Steps).Taker!.Vm);
        Assert.Equal("pool san is at 100 % of its capacity; no limits there, host b: it is being drained", decision.Told);
        Assert.DoesNotContain("drained", decision.Steps[0].Reason, StringComparison.Ordinal);
    }

    private void Want(params double[] demands)
    {
        foreach ((int at, double demand) in demands.Index())
        {
            _scene.Demands[at + 1] = demand;
        }
    }
}
