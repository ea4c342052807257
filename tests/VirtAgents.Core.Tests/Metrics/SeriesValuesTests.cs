using CsCheck;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class SeriesValuesTests
{
    private static readonly MetricDefinition Cpu = MetricCatalogue.Find(Metric.VmCpuTime)!;

    [Fact]
    public void Scale_CounterAndGauge_UnsignedAndSigned()
    {
        Assert.Equal(1.5, SeriesValues.Scale(Cpu, 1_500_000_000));
        Assert.Equal(18446744073.709552, SeriesValues.Scale(Cpu, -1));
        Assert.Equal(-2.0, SeriesValues.Scale(MetricCatalogue.Find(Metric.VmMemoryRss)!, -2));
    }

    [Fact]
    public void RatesOf_ResetEpochAndGap_LeftOut()
    {
        RawSeries series = new(
            [0, 2_000, 4_000, 6_000, 8_000, 10_000, 70_000],
            [10, 2_000_000_010, 5, 1_000_000_005, 2_000_000_005, 3_000_000_005, 9_000_000_005],
            [1, 1, 1, 1, 2, 2, 2]);

        Assert.Equal(
            [(2_000, 1.0), (6_000, 0.5), (10_000, 0.5)],
            SeriesValues.RatesOf(Cpu, series).Select(v => (v.TimeUnixMs, v.Value)));
    }

    [Fact]
    public void RatesOf_AnySeries_NeverNegativeAndNeverMoreThanTheGrowthThatIsThere()
    {
        Gen.Select(Gen.Long[1, 30_000], Gen.Long[0, 1_000_000], Gen.Int[0, 1]).List[0, 50].Sample(steps =>
        {
            long time = 0;
            RawSeries series = new(
                [.. steps.Select(s => time += s.Item1)], [.. steps.Select(s => s.Item2)], [.. steps.Select(s => s.Item3)]);
            double possible = steps.Zip(steps.Skip(1)).Sum(p => Math.Max(0, p.Second.Item2 - p.First.Item2)) * 1e-9;
            WeightedValue[] rates = [.. SeriesValues.RatesOf(Cpu, series)];

            Assert.All(rates, r => Assert.True(r.Value >= 0 && r.Weight > 0));
            Assert.True(rates.Sum(r => r.Amount) <= possible + 1e-12);
        });
    }
}
