using CsCheck;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Core.Tests.Scheduling.Shares;

public sealed class MaxMinSharesTests
{
    private const double Dust = 1e-9;

    private static readonly Gen<ShareClaim> AnyClaim =
        from demand in Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 100])
        from weight in Gen.Double[0.1, 10]
        from floor in Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 20])
        from ceiling in Gen.OneOf(Gen.Const((double?)null), Gen.Double[0, 80].Select(c => (double?)c))
        select new ShareClaim(demand, weight) { Floor = floor, Ceiling = ceiling };

    private static readonly Gen<(double Capacity, ShareClaim[] Claims)> AnyCase = Gen.Select(Gen.Double[0, 400], AnyClaim.Array[0, 12]);

    [Fact]
    public void Divide_SmallAndLarge_FillsTheSmallFirst() =>
        Assert.Equal([2.0, 4.0, 4.0], MaxMinShares.Divide(10, [new(2, 1), new(8, 1), new(20, 1)]));

    [Fact]
    public void Divide_Weights_ArePartsOfWhatIsLeft() =>
        Assert.Equal([3.0, 6.0], MaxMinShares.Divide(9, [new(100, 1), new(100, 2)]));

    [Fact]
    public void Divide_FloorAboveTheFairShare_IsKeptAndTheOthersDivideTheRest() =>
        Assert.Equal([6.0, 2.0, 2.0], MaxMinShares.Divide(10, [new(50, 1) { Floor = 6 }, new(50, 1), new(50, 1)]));

    [Fact]
    public void Divide_FloorsAboveTheCapacity_AreDividedThemselves() =>
        Assert.Equal([5.0, 5.0, 0.0], MaxMinShares.Divide(10, [new(50, 1) { Floor = 8 }, new(50, 1) { Floor = 8 }, new(50, 1)]));

    [Fact]
    public void Divide_AnyClaims_HandsOutTheCapacityOrAllThatIsWanted() => AnyCase.Sample(c =>
    {
        double wanted = c.Claims.Sum(MostOf);
        Assert.Equal(Math.Min(c.Capacity, wanted), MaxMinShares.Divide(c.Capacity, c.Claims).Sum(), 1e-6);
    });

    [Fact]
    public void Divide_AnyClaims_StaysBetweenFloorAndWhatCanBeUsed() => AnyCase.Sample(c =>
    {
        double[] shares = MaxMinShares.Divide(c.Capacity, c.Claims);
        bool hasRoom = c.Claims.Sum(LeastOf) <= c.Capacity;
        Assert.All(c.Claims.Index(), claim =>
        {
            Assert.InRange(shares[claim.Index], 0, MostOf(claim.Item) + Dust);
            Assert.True(!hasRoom || shares[claim.Index] >= LeastOf(claim.Item) - Dust);
        });
    });

    [Fact]
    public void Divide_AnyClaims_NobodyCanGainButFromOneWithASmallerWeightedShare() => AnyCase.Sample(c =>
    {
        double[] shares = MaxMinShares.Divide(c.Capacity, c.Claims);
        if (c.Claims.Sum(LeastOf) > c.Capacity)
        {
            return;
        }

        double Level(int i) => shares[i] / c.Claims[i].Weight;
        foreach (int hungry in Enumerable.Range(0, shares.Length).Where(i => shares[i] < MostOf(c.Claims[i]) - 1e-6))
        {
            // Who is above its floor could give; then it must not stand above who is hungry.
            Assert.DoesNotContain(Enumerable.Range(0, shares.Length), i => shares[i] > LeastOf(c.Claims[i]) + 1e-6 && Level(i) > Level(hungry) + 1e-6);
        }
    });

    [Fact]
    public void Divide_AllWeightsTimesAFactor_IsTheSame() => Gen.Select(AnyCase, Gen.Double[0.01, 100]).Sample((c, factor) =>
        AssertNear(MaxMinShares.Divide(c.Capacity, c.Claims), MaxMinShares.Divide(c.Capacity, [.. c.Claims.Select(x => x with { Weight = x.Weight * factor })])));

    [Fact]
    public void Divide_OtherOrder_GivesEachTheSame() => AnyCase.Sample(c =>
        AssertNear([.. MaxMinShares.Divide(c.Capacity, c.Claims).Reverse()], MaxMinShares.Divide(c.Capacity, [.. c.Claims.Reverse()])));

    [Fact]
    public void Divide_AllAmountsTimesAFactor_AreTimesTheFactor() => Gen.Select(AnyCase, Gen.Double[0.1, 10]).Sample((c, factor) =>
    {
        ShareClaim[] scaled = [.. c.Claims.Select(x => x with { Demand = x.Demand * factor, Floor = x.Floor * factor, Ceiling = x.Ceiling * factor })];
        AssertNear([.. MaxMinShares.Divide(c.Capacity, c.Claims).Select(s => s * factor)], MaxMinShares.Divide(c.Capacity * factor, scaled));
    });

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, double.NaN, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, double.PositiveInfinity)]
    public void Divide_NoAmountOrWeight_IsRefused(double capacity, double demand, double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MaxMinShares.Divide(capacity, [new(demand, weight)]));

    private static double MostOf(ShareClaim claim) => Math.Min(claim.Demand, claim.Ceiling ?? double.MaxValue);

    private static double LeastOf(ShareClaim claim) => Math.Min(claim.Floor, MostOf(claim));

    private static void AssertNear(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
}
