using System.Xml.Linq;
using VirtAgents.Benchmarks.Week;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Tests.Week;

public sealed class WeekWorldTests
{
    private const int Days = 1;

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 2, false)]
    [InlineData(2, 1, false)]
    [InlineData(2, 5, true)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    [InlineData(3, 5, true)]
    public void Run_AnyBalancer_EachVmIsOnOneHostAndNoHostIsOverItsMemory(int balancer, int seed, bool sharesAll)
    {
        (WeekWorld world, WatchedWeek watched) = Play(balancer, seed, sharesAll);
        Assert.InRange(watched.Looks, Days * 24 * 12, int.MaxValue);
        Assert.Equal(Days * 24 * 6, world.Meter.Spread.Count);
        Assert.Equal(balancer != 0, world.Moves.Done.Count > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_TwiceWithOneSeed_IsTheSameToTheLastMoveAndWatt(int balancer)
    {
        WeekWorld first = Play(balancer, 2, true).World, second = Play(balancer, 2, true).World;
        Assert.Equal(first.Moves.Done, second.Moves.Done);
        Assert.Equal(first.Meter.Spread, second.Meter.Spread);
        Assert.Equal(Figures(first), Figures(second));
        Assert.NotEqual(Figures(first), Figures(Play(balancer, 5, true).World));
    }

    [Fact]
    public void Run_FewerHostsAtNight_EmptiesHostsThenAndBalancesThemByDay()
    {
        (WeekWorld world, WatchedWeek watched) = Play(3, 2, true);
        double[] empty = [.. world.Meter.Spread.GroupBy(s => (s.At.Ticks - 1) / TimeSpan.TicksPerHour).Select(g => g.Average(s => s.Empty))];
        Assert.InRange(empty[5], 1, 7);
        Assert.Equal(0, empty[12]);
        Assert.InRange(world.Meter.Emptied, 1, 20);
        Assert.InRange(world.Meter.KilowattHoursOfEmpty, 0.1, world.Meter.KilowattHours / 3);
        Assert.All(watched.BegunByHour, begun => Assert.InRange(begun, 0, 30));
        Assert.True(watched.BegunByHour[0] > 0 && watched.BegunByHour[6] > 0);
        Assert.Contains("plans 'fewer hosts at night'", watched.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TwoRuns_DrawsEachByTheHourInThreePanels()
    {
        XElement svg = XElement.Parse(WeekPicture.Of([("one", Play(0, 1, false).World), ("two", Play(2, 1, false).World)], Days));
        string[] points = [.. svg.Elements().Where(e => e.Name.LocalName == "polyline").Select(e => e.Attribute("points")!.Value)];
        Assert.Equal(2 * 3, points.Length);
        Assert.All(points, p => Assert.Equal(Days * 24, p.Split(' ').Length));
    }

    private static (WeekWorld World, WatchedWeek Watched) Play(int balancer, int seed, bool sharesAll)
    {
        EstateDefinition estate = WeekEstate.Build(8, seed, sharesAll);
        string[] none = [];
        Assert.True(WeekPolicies.TryTake(ref none, out WeekPolicies? policies));
        WatchedWeek watched = new(policies.Balancers().ElementAt(balancer), estate);
        WeekWorld world = new(estate, WeekFaults.Of(estate, Days, seed));
        world.Run(TimeSpan.FromDays(Days), watched);
        return (world, watched);
    }

    private static string Figures(WeekWorld world) => string.Join(
        ' ', world.Meter.KilowattHours, world.Meter.KilowattHoursOfEmpty, world.Meter.ShortShare, world.Meter.LostShare, world.Meter.DownShare, world.Meter.FullShare, world.Moves.Failed);
}
