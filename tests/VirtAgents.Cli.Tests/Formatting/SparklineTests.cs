using CsCheck;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Tests.Formatting;

public sealed class SparklineTests
{
    [Theory]
    [InlineData(new double[] { 0, 1, 2, 3, 4, 5, 6, 7 }, "▁▂▃▄▅▆▇█")]
    [InlineData(new double[] { 5, 5, 5, 5, 5, 5, 5, 5 }, "▅▅▅▅▅▅▅▅")]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0, 0, 0 }, "▁▁▁▁▁▁▁▁")]
    [InlineData(new double[] { 1, double.NaN, 1, 2, double.NaN, double.NaN, 2, 2 }, "▁ ▁█  ██")]
    public void Draw_Values_ShowsShapeAndGaps(double[] values, string line) =>
        Assert.Equal(line, Sparkline.Draw(values.Select((value, i) => ((long)i, value)), 0, 8, 8));

    [Fact]
    public void Draw_Nothing_IsBlank() => Assert.Equal("        ", Sparkline.Draw([], 0, 8, 8));

    [Fact]
    public void Draw_AnyPoints_IsAsWideAsAsked() =>
        Gen.Select(Gen.Select(Gen.Long, Gen.Double).Array[0, 50], Gen.Int[1, 60], Gen.Long[-1000, 1000])
            .Sample((points, width, to) => Sparkline.Draw(points, 0, to, width).Length == width);
}
