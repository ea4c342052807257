using System.Globalization;
using System.Xml.Linq;
using VirtAgents.Benchmarks.Week;

namespace VirtAgents.Simulation.Tests.Week;

public sealed class SvgChartTests
{
    private const double Top = 48, Bottom = Top + 220, NextPanel = 276;

    [Fact]
    public void Draw_TwoLines_PlacesAreEvenAndTheAxisEndsAtARoundFigure()
    {
        XElement svg = Draw(new ChartPanel("load", [new("a", [0, 0.2, 0.1]), new("b", [0.154])]));
        Assert.Equal(["0", "0.05", "0.1", "0.15", "0.2"], Ticks(svg));
        Assert.Equal([(64 + (880 / 4.0), Bottom), (64 + (880 / 2.0), Top), (64 + (880 * 3 / 4.0), (Top + Bottom) / 2)], Points(svg, 0));
        Assert.Equal(Bottom - (0.154 / 0.2 * 220), Assert.Single(Points(svg, 1)).Y, 1);
    }

    [Theory]
    [InlineData(0.18, "0.2")]
    [InlineData(0.3, "0.4")]
    [InlineData(1, "1")]
    [InlineData(5.2, "8")]
    [InlineData(2_901, "4000")]
    public void Draw_Highest_IsUnderTheLastTick(double most, string tick) => Assert.Equal(tick, Ticks(Draw(new ChartPanel("", [new("a", [most])]))).Last());

    [Fact]
    public void Draw_NothingButZeros_IsAtTheBottom() => Assert.All(Points(Draw(new ChartPanel("", [new("a", [0, 0])])), 0), p => Assert.Equal(Bottom, p.Y));

    [Fact]
    public void Draw_SecondPanel_IsBelowWithItsOwnAxisAndNoSecondLegend()
    {
        XElement svg = Draw(new ChartPanel("x", [new("a < b & c", [1])]), new("y", [new("a < b & c", [0])]));
        Assert.Equal(Bottom + NextPanel, Points(svg, 1)[0].Y);
        Assert.Single(svg.Elements(), e => e.Value == "a < b & c");
        Assert.Equal("0 0 960 600", svg.Attribute("viewBox")!.Value);
    }

    [Fact]
    public void Draw_SixLines_EachHasItsOwnColourAndDash()
    {
        XElement svg = Draw(new ChartPanel("", [.. Enumerable.Range(0, 6).Select(i => new ChartLine($"{i}", [i]))]));
        XElement[] lines = [.. Lines(svg)];
        Assert.Equal((6, 6), (lines.DistinctBy(l => l.Attribute("stroke")!.Value).Count(), lines.DistinctBy(l => l.Attribute("stroke-dasharray")!.Value).Count()));
    }

    [Fact]
    public void Draw_Labels_AreBeforeThePlacesTheyNameAndNotAtTheEnd() =>
        Assert.Equal(["day 1", "day 3"], Draw(new ChartPanel("", [new("a", [1])])).Elements().Select(e => e.Value).Where(v => v.StartsWith("day", StringComparison.Ordinal)));

    private static XElement Draw(params ChartPanel[] panels) => XElement.Parse(new SvgChart(4, place => place % 2 == 0 ? $"day {place + 1}" : "").Draw(panels));

    private static IEnumerable<XElement> Lines(XElement svg) => svg.Elements().Where(e => e.Name.LocalName == "polyline");

    private static IEnumerable<string> Ticks(XElement svg) => svg.Elements().Where(e => e.Attribute("text-anchor") is not null).Select(e => e.Value);

    private static (double X, double Y)[] Points(XElement svg, int line) =>
        [.. Lines(svg).ElementAt(line).Attribute("points")!.Value.Split(' ').Select(p => p.Split(',').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray()).Select(p => (p[0], p[1]))];
}
