using CsCheck;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class OrderSampleTests
{
    [Fact]
    public void Median_FewerValuesThanItKeeps_IsExact() => Gen.Double[-1e6, 1e6].Array[1, 32].Sample(values =>
    {
        var sample = new OrderSample(32, 2_000);
        Array.ForEach(values, sample.Add);

        double[] sorted = [.. values.Order()];
        Assert.Equal((sorted[values.Length / 2] + sorted[(values.Length - 1) / 2]) / 2, sample.Median);
    });

    [Fact]
    public void Median_AnyNumberOfValues_IsOneOfTheirRange() => Gen.Double[-1e6, 1e6].Array[1, 5_000].Sample(
        values =>
        {
            var sample = new OrderSample(24, 100);
            Array.ForEach(values, sample.Add);

            Assert.InRange(sample.Median, values.Min(), values.Max());
        },
        iter: 50);

    [Fact]
    public void Median_LevelThatHasMovedForTwiceTheSpan_IsTheNewLevel()
    {
        var sample = new OrderSample(32, 2_000);
        for (int i = 0; i < 10_000; i++)
        {
            sample.Add(i < 6_000 ? i % 7 : 1_000 + (i % 7));
        }

        Assert.InRange(sample.Median, 1_001, 1_005);
    }

    [Fact]
    public void Median_SeriesWithTheRhythmOfTheSample_IsNotCaughtByIt()
    {
        var sample = new OrderSample(32, 2_000);
        for (int i = 0; i < 20_000; i++)
        {
            sample.Add(i % 62 == 0 ? 1_000 : i % 5);
        }

        Assert.InRange(sample.Median, 1, 3);
    }
}
