using CsCheck;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class QuantileSketchTests
{
    // Magnitudes over the whole range, values of one bin, values next to bounds of bins, ties, zeros and both signs.
    private static readonly Gen<double> Adversarial = Gen.OneOf(
        Gen.Select(Gen.Double[-9, 19], Gen.Bool, (exponent, negative) => Math.Pow(10, exponent) * (negative ? -1 : 1)),
        Gen.Select(Gen.Int[1, QuantileSketch.MostBins], Gen.Int[-2, 2], (bin, ulps) => Shift(QuantileSketch.ValueOf(bin) * 1.01, ulps)),
        Gen.Int[-3, 3].Select(v => (double)v),
        Gen.Double[0.99, 1.01],
        Gen.Const(0.0));

    [Fact]
    public void Percentile_AdversarialValues_WithinTheError()
    {
        Gen.Select(Adversarial.Array[1, 200], Gen.Double[0.001, 100]).Sample((values, percentile) =>
        {
            double exact = NearestRank(values, percentile);
            double? told = Sketch(values).Percentile(percentile);

            Assert.NotNull(told);
            Assert.InRange(told.Value, exact - Tolerance(exact), exact + Tolerance(exact));
        });
    }

    [Fact]
    public void Merge_AnyPartsInAnyOrder_IsTheSketchOfAll()
    {
        Gen.Select(Adversarial.Array[0, 60], Adversarial.Array[0, 60], Adversarial.Array[0, 60]).Sample((a, b, c) =>
        {
            (int, long)[] whole = [.. Sketch([.. a, .. b, .. c]).Bins()];

            Assert.Equal(whole, Merged(Merged(Sketch(a), Sketch(b)), Sketch(c)).Bins());
            Assert.Equal(whole, Merged(Sketch(a), Merged(Sketch(b), Sketch(c))).Bins());
            Assert.Equal(whole, Merged(Merged(Sketch(c), Sketch(a)), Sketch(b)).Bins());
        });
    }

    [Fact]
    public void Add_EveryMagnitudeThereIs_BinsStayBounded()
    {
        QuantileSketch sketch = new();
        for (double exponent = -320; exponent < 308; exponent += 0.003)
        {
            sketch.Add(Math.Pow(10, exponent));
            sketch.Add(-Math.Pow(10, exponent));
        }

        Assert.InRange(sketch.Bins().Count(), 1, (2 * QuantileSketch.MostBins) + 1);
    }

    [Fact]
    public void Percentile_NoValues_Null() => Assert.Null(new QuantileSketch().Percentile(50));

    [Fact]
    public void Add_NotANumber_Refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new QuantileSketch().Add(double.NaN));

    [Fact]
    public void Distribution_MoreThanItsLimit_GoesOnAsASketchWhateverTheOrder()
    {
        Gen.Select(Adversarial.Array[0, 40], Adversarial.Array[0, 40], Gen.Int[0, 60], Gen.Double[0.001, 100]).Sample((a, b, limit, percentile) =>
        {
            Distribution one = Filled(a, limit);
            one.Merge(Filled(b, limit));
            Distribution other = Filled(b, limit);
            other.Merge(Filled(a, limit));

            Assert.Equal(a.Length + b.Length <= limit, one.IsExact);
            Assert.Equal(one.IsExact, other.IsExact);
            Assert.Equal(a.Length + b.Length, one.Count);
            Assert.Equal(one.Percentile(percentile), other.Percentile(percentile));
            if (one.IsExact && one.Count > 0)
            {
                Assert.Equal(NearestRank([.. a, .. b], percentile), one.Percentile(percentile));
            }
        });
    }

    private static Distribution Filled(double[] values, int limit)
    {
        Distribution distribution = new(limit);
        Array.ForEach(values, distribution.Add);
        return distribution;
    }

    private static QuantileSketch Sketch(double[] values)
    {
        QuantileSketch sketch = new();
        Array.ForEach(values, sketch.Add);
        return sketch;
    }

    private static QuantileSketch Merged(QuantileSketch one, QuantileSketch other)
    {
        one.Merge(other);
        return one;
    }

    // Rounding of the bounds themselves is no error of the sketch.
    private static double Tolerance(double exact) => (Math.Abs(exact) * QuantileSketch.RelativeError * (1 + 1e-9)) + 1e-9;

    private static double NearestRank(double[] values, double percentile) =>
        values.Order().ElementAt(Math.Clamp((int)Math.Ceiling(percentile / 100 * values.Length), 1, values.Length) - 1);

    private static double Shift(double value, int ulps) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) + ulps);
}
