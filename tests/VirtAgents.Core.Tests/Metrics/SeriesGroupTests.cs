using CsCheck;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class SeriesGroupTests
{
    private const long StepMs = 10;

    private static readonly Gen<WeightedValue[]> Values =
        Gen.Select(Gen.Long[0, 49], Gen.Double[-1e6, 1e6], Gen.Double[0.01, 10], (t, v, w) => new WeightedValue(t, v * w, w)).Array[0, 12]
            .Select(values => values.OrderBy(v => v.TimeUnixMs).ToArray());

    private static readonly Aggregation?[] Acrosses = [null, Aggregation.Sum, Aggregation.Average, Aggregation.Minimum, Aggregation.Maximum, Aggregation.Count, Aggregation.Percentile];

    [Fact]
    public void Points_AnyOrderOfSeries_TheSame()
    {
        Gen.Select(Values.Array[1, 6], Gen.Int[0, 1_000]).Sample((series, seed) =>
        {
            int[] order = [.. Enumerable.Range(0, series.Length)];
            new Random(seed).Shuffle(order);
            foreach ((Aggregation function, Aggregation? across) in All())
            {
                Same(Grouped(series, Enumerable.Range(0, series.Length), function, across), Grouped(series, order, function, across));
            }
        });
    }

    [Fact]
    public void Points_ValuesTogether_AsOfTheRawValues()
    {
        Values.Array[1, 6].Sample(series =>
        {
            foreach (Aggregation function in Enum.GetValues<Aggregation>().Where(f => f != Aggregation.Last))
            {
                var naive = series.SelectMany(s => s).GroupBy(v => v.TimeUnixMs / StepMs * StepMs).OrderBy(g => g.Key)
                    .Select(g => (g.Key, Value: Naive(function, [.. g], 75)));
                Same([.. naive.Where(n => n.Value is not null).Select(n => new SeriesPoint(n.Key, n.Value!.Value))],
                    Grouped(series, Enumerable.Range(0, series.Length), function, null));
            }
        });
    }

    [Fact]
    public void Points_SeriesAcross_AsOfTheirOwnRawValues()
    {
        Values.Array[1, 6].Sample(series =>
        {
            foreach ((Aggregation function, Aggregation? across) in All().Where(a => a.Across is not null))
            {
                var own = series.SelectMany(s => s.GroupBy(v => v.TimeUnixMs / StepMs * StepMs).Select(g => (g.Key, Value: Naive(function, [.. g], 75))));
                var naive = own.Where(o => o.Value is not null).GroupBy(o => o.Key).OrderBy(g => g.Key)
                    .Select(g => new SeriesPoint(g.Key, Naive(across!.Value, [.. g.Select(o => new WeightedValue(0, o.Value!.Value, 1))], 60)!.Value));
                Same([.. naive], Grouped(series, Enumerable.Range(0, series.Length), function, across));
            }
        });
    }

    [Fact]
    public void Merge_StepInParts_AsIfItWereWholeAndPartsUnchanged()
    {
        Gen.Select(Values, Gen.Int[0, 12]).Sample((values, cut) =>
        {
            StepFolder folder = new(Aggregation.Percentile, 90);
            (long, Summary)[] first = Steps([.. values.Take(cut)], folder), second = Steps([.. values.Skip(cut)], folder);
            string before = Text(first.Concat(second));

            List<(long, Summary)> merged = SeriesSteps.Merge([.. second, .. first], folder);

            Same(SeriesSteps.Points(Steps(values, folder), folder), SeriesSteps.Points(merged, folder));
            Assert.Equal(before, Text(first.Concat(second)));
        });
    }

    [Fact]
    public void Points_TooManyValuesToKeep_SaysThatPercentilesAreNotExact()
    {
        StepFolder folder = new(Aggregation.Percentile, 50, exactLimit: 3);
        SeriesGroup group = new(folder, null);
        group.Add(Steps([new(0, 1, 1), new(0, 2, 1)], folder));
        Assert.Equal([new SeriesPoint(0, 1)], group.Points());
        Assert.True(folder.IsExact);

        group.Add(Steps([new(0, 3, 1), new(0, 4, 1)], folder));

        Assert.InRange(Assert.Single(group.Points()).Value, 1.98, 2.02);
        Assert.False(folder.IsExact);
    }

    private static IEnumerable<(Aggregation Function, Aggregation? Across)> All() =>
        from function in Enum.GetValues<Aggregation>() from across in Acrosses select (function, across);

    private static Subject Vm(int number) => new(SubjectKind.Vm, new Guid(number, 0, 0, new byte[8]), "");

    private static List<SeriesPoint> Grouped(WeightedValue[][] series, IEnumerable<int> order, Aggregation function, Aggregation? across)
    {
        StepFolder folder = new(function, 75);
        SeriesGroup group = new(folder, across is { } how ? new StepFolder(how, 60) : null);
        foreach (int i in order)
        {
            group.Add(Steps(series[i], folder));
        }

        return group.Points();
    }

    private static (long, Summary)[] Steps(WeightedValue[] values, StepFolder folder) =>
    [
        .. values.GroupBy(v => v.TimeUnixMs / StepMs * StepMs).OrderBy(g => g.Key).Select(g =>
        {
            Summary summary = folder.NewSummary();
            foreach (WeightedValue value in g)
            {
                summary.Add(value);
            }

            return (g.Key, summary);
        }),
    ];

    private static double? Naive(Aggregation function, WeightedValue[] values, double percentile)
    {
        double[] numbers = [.. values.Select(v => v.Value)];
        double mean = numbers.Average();
        return function switch
        {
            Aggregation.Average => values.Sum(v => v.Amount) / values.Sum(v => v.Weight),
            Aggregation.Sum => numbers.Sum(),
            Aggregation.Minimum => numbers.Min(),
            Aggregation.Maximum => numbers.Max(),
            Aggregation.Last => values.Where(v => v.TimeUnixMs == values.Max(o => o.TimeUnixMs)).Max(v => v.Value),
            Aggregation.Count => numbers.Length,
            Aggregation.Percentile => numbers.Order().ElementAt((int)Math.Ceiling(numbers.Length * percentile / 100) - 1),
            _ => numbers.Length == 1 ? null : Math.Sqrt(numbers.Sum(n => (n - mean) * (n - mean)) / (numbers.Length - 1)),
        };
    }

    private static string Text(IEnumerable<(long Start, Summary Summary)> steps) => string.Join(';', steps.Select(s => $"{s.Start}:{s.Summary.Count}:{s.Summary.Sum}:{s.Summary.Values!.Count}"));

    private static void Same(List<SeriesPoint> expected, List<SeriesPoint> told)
    {
        Assert.Equal(expected.Select(p => p.TimeUnixMs), told.Select(p => p.TimeUnixMs));
        Assert.All(expected.Zip(told), pair => Assert.InRange(
            pair.Second.Value, pair.First.Value - (1e-6 * (1 + Math.Abs(pair.First.Value))), pair.First.Value + (1e-6 * (1 + Math.Abs(pair.First.Value)))));
    }
}
