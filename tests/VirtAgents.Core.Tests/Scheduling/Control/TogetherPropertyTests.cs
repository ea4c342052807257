using CsCheck;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Tests.Scheduling.Control;

/// <summary>Whatever requests start, plans move and people do at the same time, and whichever comes first.</summary>
public sealed class TogetherPropertyTests
{
    private const int Hosts = 4;

    private static readonly Gen<(int Host, bool IsOn)[]> Vms = Gen.Select(Gen.Int[1, Hosts], Gen.Bool).Array[4, 12];

    private static readonly Gen<PlacementPolicy> Policies = Gen.Select(
        Gen.Bool.Select(Gen.Int[0, 9], Gen.Bool).Array[1, 4], Gen.Int[1, 3].Array[Hosts],
        (groups, racks) => new PlacementPolicy(
            [.. racks.Index().Select(r => new RackHosts($"r{r.Item}", new($"h{r.Index + 1}")))],
            [.. groups.Index().Select(g => new VmGroup($"g{g.Index}", g.Item.Item1 ? GroupRule.AntiAffinity : GroupRule.RackSpread, new(new(g.Item.Item3 ? $"vm*{g.Item.Item2}" : "vm?"), new("*"))))],
            [], []));

    private static readonly Gen<(int What, int Which, int To)[]> Turns = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 11], Gen.Int[1, Hosts]).Array[40];

    [Fact]
    public void StartsAndMoves_InAnyOrder_PutNoTwoTogetherThatAreToBeApart() => Gen.Select(Vms, Policies, Turns).Sample((vms, rules, turns) =>
    {
        TogetherWorld world = new(Hosts, vms, rules);
        foreach ((int what, int which, int to) in turns)
        {
            Happen(world, what, which, to);
            Assert.Null(world.BrokenRule());
        }
    });

    /// <summary>The property above says something only where all of that happens.</summary>
    [Fact]
    public void StartsAndMoves_ManyWorlds_HaveEnoughOfBothAtTheSameTime()
    {
        int together = 0;
        Gen.Select(Vms, Policies, Turns).Sample(
            (vms, rules, turns) =>
            {
                TogetherWorld world = new(Hosts, vms, rules);
                foreach ((int what, int which, int to) in turns)
                {
                    Happen(world, what, which, to);
                    together += world.HasStartAndMove ? 1 : 0;
                }
            },
            iter: 200, threads: 1, seed: "0000KOIPe5n4");
        Assert.InRange(together, 200, int.MaxValue);
    }

    private static void Happen(TogetherWorld world, int what, int which, int to)
    {
        switch (what)
        {
            case 0 or 1:
                world.ServeRequests(which);
                break;
            case 2 or 3:
                world.MakePlan((which % 3) switch { 0 => PlanGoal.Balance, 1 => PlanGoal.Evacuate, _ => PlanGoal.Constraints }, to);
                break;
            case 4 or 5:
                world.GoOnWithPlan();
                break;
            case 6 or 7:
                world.EndStart(which, isDone: what == 6 || which < 9);
                break;
            case 8 or 9:
                world.EndMove(which, isDone: what == 8 || which < 9);
                break;
            case 10:
                world.StartByHand(which, to);
                break;
            default:
                world.TurnOff(which);
                break;
        }
    }
}
