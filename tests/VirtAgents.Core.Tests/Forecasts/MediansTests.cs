using CsCheck;
using VirtAgents.Core.Forecasts;

namespace VirtAgents.Core.Tests.Forecasts;

public sealed class MediansTests
{
    [Fact]
    public void Of_Nothing_IsZero() => Assert.Equal(0, Medians.Of([]));

    [Fact]
    public void Of_AnyValues_IsTheMiddleOfThoseInOrder() => Gen.OneOf(Gen.Double[-1e9, 1e9].List[1, 300], Gen.Int[0, 5].Select(i => (double)i).List[1, 300]).Sample(values =>
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        Assert.Equal(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, Medians.Of(values));
        Assert.Equal(sorted, values.Order());
    });

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Of_ValuesInOrder_IsFoundWithoutLookingAtAllOfThemAgainAndAgain(int sign) =>
        Assert.Equal(sign * 500_000.0, Medians.Of([.. Enumerable.Range(0, 1_000_001).Select(i => (double)sign * i)]));
}
