using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Sampling;

namespace VirtAgents.Agent.Tests.Sampling;

public sealed class TickGridTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, 700, TimeSpan.Zero));

    [Theory]
    [InlineData(0.0, 1_300)]
    [InlineData(0.25, 1_800)]
    [InlineData(0.5, 300)]
    public void Begin_AnyPhase_FirstTickIsOnTheShiftedGridOfTheClock(double phase, int expectedMs)
    {
        var grid = new TickGrid(_time, phase);
        grid.Begin(TimeSpan.FromSeconds(2));
        Assert.Equal(expectedMs, grid.Wait.TotalMilliseconds, 0.01);
    }

    [Fact]
    public void Advance_InTime_SkipsNothing()
    {
        var grid = new TickGrid(_time, 0);
        grid.Begin(TimeSpan.FromSeconds(2));
        _time.Advance(grid.Wait + TimeSpan.FromMilliseconds(1_500));
        Assert.Equal(0, grid.Advance());
        Assert.Equal(500, grid.Wait.TotalMilliseconds, 0.01);
    }

    [Fact]
    public void Advance_TooLate_SkipsWholeTicksAndKeepsTheGrid()
    {
        var grid = new TickGrid(_time, 0);
        grid.Begin(TimeSpan.FromSeconds(2));
        _time.Advance(grid.Wait + TimeSpan.FromSeconds(7));
        Assert.Equal(3, grid.Advance());
        Assert.Equal(1_000, grid.Wait.TotalMilliseconds, 0.01);
    }
}
