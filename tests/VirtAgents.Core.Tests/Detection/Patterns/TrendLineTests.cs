using CsCheck;
using VirtAgents.Core.Detection.Patterns;

namespace VirtAgents.Core.Tests.Detection.Patterns;

public sealed class TrendLineTests
{
    private static readonly double[] Times = [.. Enumerable.Range(0, 24).Select(i => i / 12.0)];

    [Fact]
    public void Fit_StraightLine_IsThatLine()
    {
        TrendLine line = TrendLine.Fit(Times, [.. Times.Select(t => 40 + (3 * t))]);
        Assert.Equal(3, line.Slope, 9);
        Assert.Equal(40 + (3 * Times[^1]), line.Level, 9);
        Assert.Equal((3, 3), (Math.Round(line.SlopeLow, 9), Math.Round(line.SlopeHigh, 9)));
        Assert.Equal(0, line.Spread, 9);
        Assert.InRange(line.Significance, 0.999, 1);
    }

    [Fact]
    public void Fit_Constant_HasNoSignificance() => Assert.Equal(0, TrendLine.Fit(Times, new double[24]).Significance, 9);

    [Fact]
    public void Fit_AQuarterOfTheValuesFarOff_StaysTheLine()
    {
        double[] values = [.. Times.Select((t, i) => i % 4 == 1 ? 99 : 40 + (3 * t))];
        Assert.InRange(TrendLine.Fit(Times, values).Slope, 2, 4);
    }

    /// <summary>Worked example of Kendall's S: of 4 values with one inversion 5 pairs agree and 1 does not.</summary>
    [Fact]
    public void Fit_FourValues_SlopeIsTheMedianOfThePairs()
    {
        // Pairs: 2, 0.5, 1, -1, 0.5, 2.
        TrendLine line = TrendLine.Fit([0, 1, 2, 3], [0, 2, 1, 3]);
        Assert.Equal(0.75, line.Slope, 12);
    }

    [Fact]
    public void Fit_ScaledAndShifted_ScalesTheSlopeAndKeepsTheSignificance() =>
        // Whole numbers and powers of two, so that equal values stay equal.
        Gen.Select(Gen.Int[-50, 50].Array[24], Gen.Int[-3, 3], Gen.Int[-1000, 1000]).Sample((values, power, shift) =>
        {
            double scale = Math.Pow(2, power);
            TrendLine one = TrendLine.Fit(Times, [.. values.Select(v => (double)v)]), other = TrendLine.Fit(Times, [.. values.Select(v => (v * scale) + shift)]);
            Assert.Equal(one.Slope * scale, other.Slope, 1e-9);
            Assert.Equal(one.SlopeLow * scale, other.SlopeLow, 1e-9);
            Assert.Equal(one.SlopeHigh * scale, other.SlopeHigh, 1e-9);
            Assert.Equal(one.Spread * scale, other.Spread, 1e-9);
            Assert.Equal((one.Level * scale) + shift, other.Level, 1e-9);
            Assert.Equal(one.Significance, other.Significance, 1e-9);
            Assert.True(one.SlopeLow <= one.Slope && one.Slope <= one.SlopeHigh);
        });

    [Fact]
    public void Fit_Mirrored_FallsAsMuch() => Gen.Double[-50, 50].Array[24].Sample(values =>
    {
        TrendLine one = TrendLine.Fit(Times, values), other = TrendLine.Fit(Times, [.. values.Select(v => -v)]);
        Assert.Equal(-one.Slope, other.Slope, 1e-9);
        Assert.Equal(one.Significance, other.Significance, 1e-9);
    });

    /// <summary>Slopes of a thousand seeded lines in independent noise: the 80 % interval holds what it says.</summary>
    [Fact]
    public void Fit_LinesInNoise_IntervalHoldsTheSlopeInAboutEightOfTenCases()
    {
        int inside = Enumerable.Range(1, 1_000).Count(seed =>
        {
            TrendLine line = TrendLine.Fit(Times, [.. SeededSeries.Normal(seed, 24).Zip(Times, (noise, t) => noise + (2 * t))]);
            return line.SlopeLow <= 2 && 2 <= line.SlopeHigh;
        });
        Assert.InRange(inside, 760, 900);
    }
}
