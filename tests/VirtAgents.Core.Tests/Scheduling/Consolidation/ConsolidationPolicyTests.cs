using CsCheck;
using VirtAgents.Core.Scheduling.Consolidation;

namespace VirtAgents.Core.Tests.Scheduling.Consolidation;

public sealed class ConsolidationPolicyTests
{
    private const int Vms = 40, Steps = 30;

    private static readonly IReadOnlyList<HostModel> Hosts = [.. PlanetLabExperiment.AllHosts().Take(60)];
    private static readonly IReadOnlyList<VmModel> Models = PlanetLabExperiment.Vms(Vms);

    // Steady VMs, some that jump.
    private static readonly Gen<double[][]> AnyDay =
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 100].Array[Steps], Gen.Int[0, 4])
            .Select((level, noise, wild) => Enumerable.Range(0, Steps).Select(step => wild == 0 ? noise[step] : level + (noise[step] / 20.0)).ToArray())
            .Array[Vms];

    [Fact]
    public void TryPlace_AnyNumber_EveryHostCanGiveTheMostThatItsVmsAskFor() => Gen.Int[1, 100].Sample(
        count =>
        {
            IReadOnlyList<VmModel> vms = PlanetLabExperiment.Vms(count);
            IReadOnlyList<int> initial = ConsolidationPolicy.TryPlace(Hosts, vms, ConsolidationTuning.Shipped)!.Initial;
            Assert.All(Enumerable.Range(0, Hosts.Count), host => Assert.True(initial.Select((at, vm) => at == host ? vms[vm].Mips : 0).Sum() <= Hosts[host].CapacityMips));
        },
        iter: 50);

    [Fact]
    public void TryPlace_SmallestFirstWastesTooMuch_PlacesTheLargestFirst()
    {
        // Each host can take one of both kinds; with the small ones first one host has both of these, and no room for a large one.
        HostModel host = Hosts[1] with { CapacityMips = 5_000 };
        VmModel large = new(3_000, 1), small = new(2_000, 1);

        ConsolidationPolicy? policy = ConsolidationPolicy.TryPlace([host, host], [large, small, large, small], ConsolidationTuning.Shipped);

        Assert.Equal([1, 1, 0, 0], policy!.Initial);
    }

    [Fact]
    public void TryPlace_TooMany_IsNull() => Assert.Null(ConsolidationPolicy.TryPlace([Hosts[0]], PlanetLabExperiment.Vms(4), ConsolidationTuning.Shipped));

    [Fact]
    public void Observe_DayThatGoesOnOtherwise_SameMovesUntilThen() => Gen.Select(AnyDay, AnyDay, Gen.Int[1, Steps]).Sample(
        (one, other, known) => Assert.Equal(
            Play([.. one.Select(vm => vm[..known])]),
            Play([.. one.Select((vm, i) => vm[..known].Concat(other[i][known..]).ToArray())]).Where(move => move.Step < known)),
        iter: 30);

    [Fact]
    public void Observe_AnyDay_MovesGoElsewhereAndNoneIsMadeOnOneSample() => AnyDay.Sample(
        day =>
        {
            int[] at = [.. Place().Initial];
            foreach (Migration move in Play(day))
            {
                Assert.InRange(move.Step, 1, Steps - 1);
                Assert.NotEqual(at[move.Vm], move.Host);
                at[move.Vm] = move.Host;
            }
        },
        iter: 30);

    [Fact]
    public void Observe_ConstantLoad_PacksAtOnceWithinCapacityAndThenLittleMoves() => Gen.Int[0, 60].Array[Vms].Sample(
        levels =>
        {
            int[] at = [.. Place().Initial];
            IReadOnlyList<Migration> moves = Play([.. levels.Select(level => Enumerable.Repeat((double)level, 300).ToArray())]);
            foreach (Migration move in moves)
            {
                at[move.Vm] = move.Host;
            }

            double[] loads = [.. Hosts.Select((_, host) => at.Select((own, vm) => own == host ? Models[vm].Mips * levels[vm] / 100.0 : 0).Sum())];
            Assert.All(loads.Zip(Hosts), pair => Assert.True(pair.First <= pair.Second.CapacityMips));
            Assert.True(at.Distinct().Count() <= Place().Initial.Distinct().Count());

            // What is expected does not change any more, so nothing has a reason to move.
            Assert.DoesNotContain(moves, move => move.Step >= 200);
        },
        iter: 20);

    [Fact]
    public void Observe_OtherNumberOfDemands_IsRefused() => Assert.Throws<ArgumentException>(() => Place().Observe(new double[Vms - 1]));

    [Fact]
    public void TryRun_AnyDay_TwiceTheSameAndMeasuredAsMany() => AnyDay.Sample(
        day =>
        {
            double[][] steps = [.. Enumerable.Range(0, Steps).Select(step => day.Select(vm => vm[step]).ToArray())];
            ConsolidationReplay one = ConsolidationReplay.TryRun(steps, ConsolidationTuning.Shipped)!;
            ConsolidationReplay other = ConsolidationReplay.TryRun(steps, ConsolidationTuning.Shipped)!;
            Assert.Equal(one.Moves, other.Moves);
            Assert.Equal(one.Figures, other.Figures);
            Assert.Equal((Vms, one.Moves.Count), (one.Figures.Vms, one.Figures.Migrations));
        },
        iter: 10);

    private static ConsolidationPolicy Place() => ConsolidationPolicy.TryPlace(Hosts, Models, ConsolidationTuning.Shipped)!;

    private static List<Migration> Play(double[][] vms)
    {
        ConsolidationPolicy policy = Place();
        List<Migration> moves = [];
        for (int step = 0; step < vms[0].Length; step++)
        {
            moves.AddRange(policy.Observe(vms.Select((vm, i) => Models[i].Mips * vm[step] / 100).ToArray()));
        }

        return moves;
    }
}
