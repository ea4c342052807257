using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class RhythmTests
{
    [Fact]
    public void Observe_NothingLearnt_FiveAssumedIntervals()
    {
        Rhythm rhythm = new(2_000);

        Assert.Equal(10_000, rhythm.Observe(0));
    }

    [Fact]
    public void Observe_SlowerRhythm_IsLearntFromOneInterval()
    {
        Rhythm rhythm = new(2_000);
        rhythm.Observe(0);

        Assert.Equal(10_000, rhythm.Observe(60_000));
        Assert.Equal(300_000, rhythm.Observe(120_000));
    }

    [Fact]
    public void Observe_OneEarlyReading_DoesNotShortenTheGap()
    {
        Rhythm rhythm = new(2_000);
        rhythm.Observe(0);
        rhythm.Observe(2_000);
        rhythm.Observe(2_050);

        Assert.Equal(10_000, rhythm.Observe(4_050));
    }

    [Fact]
    public void Observe_TimeGoesBack_KeepsTheInterval()
    {
        Rhythm rhythm = new(2_000);
        rhythm.Observe(long.MaxValue);
        rhythm.Observe(long.MinValue);

        Assert.Equal(2_000, rhythm.IntervalMs);
        rhythm.Observe(long.MaxValue);
        Assert.Equal(3_600_000, rhythm.IntervalMs);
    }
}
