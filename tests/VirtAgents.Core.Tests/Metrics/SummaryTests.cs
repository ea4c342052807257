using CsCheck;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class SummaryTests
{
    private static readonly Gen<WeightedValue[]> Values =
        Gen.Select(Gen.Long[0, 1_000], Gen.Double[-1e6, 1e6], Gen.Double[0.001, 10], (t, v, w) => new WeightedValue(t, v * w, w)).Array[0, 30];

    [Fact]
    public void Merge_ThreeParts_AssociativeAndTheSummaryOfAll()
    {
        Gen.Select(Values, Values, Values).Sample((a, b, c) =>
        {
            Summary whole = Of([.. a, .. b, .. c]);
            Summary left = Of(a);
            left.Merge(Of(b));
            left.Merge(Of(c));
            Summary tail = Of(b);
            tail.Merge(Of(c));
            Summary right = Of(a);
            right.Merge(tail);

            foreach (Aggregation function in Enum.GetValues<Aggregation>())
            {
                Same(whole.Fold(function, 90), left.Fold(function, 90));
                Same(left.Fold(function, 90), right.Fold(function, 90));
            }
        });
    }

    [Fact]
    public void Merge_PartsTheOtherWayRound_SameResult()
    {
        Gen.Select(Values, Values).Sample((a, b) =>
        {
            Summary forward = Of(a);
            forward.Merge(Of(b));
            Summary backward = Of(b);
            backward.Merge(Of(a));

            foreach (Aggregation function in Enum.GetValues<Aggregation>())
            {
                Same(forward.Fold(function, 90), backward.Fold(function, 90));
            }
        });
    }

    [Fact]
    public void Fold_NoValues_NullWhateverIsAsked() =>
        Assert.All(Enum.GetValues<Aggregation>(), function => Assert.Null(Of([]).Fold(function)));

    [Fact]
    public void Fold_DeviationOfOneValue_Null() => Assert.Null(Of([new(1, 5, 1)]).Fold(Aggregation.StandardDeviation));

    [Fact]
    public void Fold_PercentileOfASketch_NeverBeyondTheValues()
    {
        Summary summary = new(new Distribution(0));
        summary.Add(new(1, 99.5, 1));

        Assert.Equal(99.5, summary.Fold(Aggregation.Percentile, 95));
    }

    [Fact]
    public void Merge_OtherWithoutWhatPercentilesNeed_Refused()
    {
        Summary plain = new();
        plain.Add(new(1, 1, 1));

        Assert.Throws<ArgumentException>(() => Of([]).Merge(plain));
    }

    private static Summary Of(WeightedValue[] values)
    {
        Summary summary = new(new Distribution());
        foreach (WeightedValue value in values)
        {
            summary.Add(value);
        }

        return summary;
    }

    private static void Same(double? expected, double? told)
    {
        Assert.Equal(expected is null, told is null);
        if (expected is { } number)
        {
            Assert.InRange(told!.Value, number - (1e-6 * (1 + Math.Abs(number))), number + (1e-6 * (1 + Math.Abs(number))));
        }
    }
}
