using CsCheck;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class AggregatorTests
{
    [Theory]
    [InlineData(Aggregation.Average, 2.5)]
    [InlineData(Aggregation.Sum, 10.0)]
    [InlineData(Aggregation.Minimum, 1.0)]
    [InlineData(Aggregation.Maximum, 4.0)]
    [InlineData(Aggregation.Last, 3.0)]
    [InlineData(Aggregation.Count, 4.0)]
    [InlineData(Aggregation.Percentile, 3.0)]
    [InlineData(Aggregation.StandardDeviation, 1.2909944487358056)]
    public void TryFinish_FourValuesOfOneStep_OneValue(Aggregation function, double expected)
    {
        Aggregator aggregator = new(1_000, function, percentile: 75);
        foreach ((long time, double value) in new[] { (1_000L, 1.0), (1_000, 4.0), (1_400, 2.0), (1_999, 3.0) })
        {
            Assert.False(aggregator.TryAdd(new(time, value, 1), out _));
        }

        Assert.True(aggregator.TryFinish(out SeriesPoint point));
        Assert.Equal(new SeriesPoint(1_000, expected), point);
        Assert.False(aggregator.TryFinish(out _));
    }

    [Fact]
    public void TryAdd_FractionsOfOneStep_MeanIsAllOverAll()
    {
        Aggregator aggregator = new(1_000, Aggregation.Average);
        aggregator.TryAdd(new(0, Amount: 10, Weight: 1), out _);
        aggregator.TryAdd(new(1, Amount: 10, Weight: 9), out _);
        aggregator.TryFinish(out SeriesPoint point);

        Assert.Equal(2.0, point.Value);
    }

    [Fact]
    public void TryAdd_OlderValue_Refused()
    {
        Aggregator aggregator = new(1_000, Aggregation.Last);
        aggregator.TryAdd(new(5, 1, 1), out _);

        Assert.Throws<ArgumentException>(() => aggregator.TryAdd(new(4, 1, 1), out _));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(100.1)]
    [InlineData(double.NaN)]
    public void Constructor_PercentileOutOfRange_Refused(double percentile) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Aggregator(1, Aggregation.Percentile, percentile));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(999, 0)]
    [InlineData(1_000, 1_000)]
    [InlineData(-1, -1_000)]
    [InlineData(-1_000, -1_000)]
    public void StepStart_AnyTime_MultipleAtOrBeforeIt(long time, long expected) =>
        Assert.Equal(expected, Aggregator.StepStart(time, 1_000));

    [Fact]
    public void Fold_AnyValues_AsTheNaiveModel()
    {
        Gen<WeightedValue> value = Gen.Select(Gen.Long[0, 20_000], Gen.Int[-1_000, 1_000], Gen.Int[1, 9], (t, a, w) => new WeightedValue(t, a, w));
        Gen.Select(value.List[0, 60], Gen.Long[1, 7_000], Gen.Int[0, 7], Gen.Double[0.001, 100]).Sample((values, step, function, percentile) =>
        {
            WeightedValue[] ordered = [.. values.OrderBy(v => v.TimeUnixMs)];
            List<SeriesPoint> points = Fold(ordered, new Aggregator(step, (Aggregation)function, percentile));
            SeriesPoint[] expected =
            [
                .. ordered.GroupBy(v => v.TimeUnixMs / step).Where(g => function != (int)Aggregation.StandardDeviation || g.Count() > 1).Select(g => new SeriesPoint(g.Key * step, Naive([.. g], (Aggregation)function, percentile))),
            ];

            Assert.Equal(expected.Select(p => p.TimeUnixMs), points.Select(p => p.TimeUnixMs));
            Assert.All(expected.Zip(points), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-9));
        });
    }

    private static List<SeriesPoint> Fold(IEnumerable<WeightedValue> values, Aggregator aggregator)
    {
        List<SeriesPoint> points = [];
        foreach (WeightedValue value in values)
        {
            if (aggregator.TryAdd(value, out SeriesPoint point))
            {
                points.Add(point);
            }
        }

        if (aggregator.TryFinish(out SeriesPoint last))
        {
            points.Add(last);
        }

        return points;
    }

    private static double Naive(WeightedValue[] step, Aggregation function, double percentile)
    {
        double[] values = [.. step.Select(v => v.Value)];
        return function switch
        {
            Aggregation.Average => step.Sum(v => v.Amount) / step.Sum(v => v.Weight),
            Aggregation.Sum => values.Sum(),
            Aggregation.Minimum => values.Min(),
            Aggregation.Maximum => values.Max(),
            Aggregation.Last => step.Where(v => v.TimeUnixMs == step.Max(o => o.TimeUnixMs)).Max(v => v.Value),
            Aggregation.Count => values.Length,
            Aggregation.StandardDeviation => Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Length - 1)),
            _ => values.Order().First(v => values.Count(x => x <= v) >= percentile / 100 * values.Length),
        };
    }
}
