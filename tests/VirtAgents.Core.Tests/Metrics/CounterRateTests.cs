using CsCheck;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class CounterRateTests
{
    private const long Gap = 10_000;

    [Fact]
    public void Observe_FirstReading_Null()
    {
        CounterRate rate = default;

        Assert.Null(rate.Observe(new(1_000, 5, 0), Gap));
    }

    [Theory]
    [InlineData(2_000, 1_000, 500.0)]
    [InlineData(1_000, 0, 0.0)]
    [InlineData(Gap, 1_000_000, 100_000.0)]
    public void Observe_Growth_PerSecond(long elapsed, long growth, double expected)
    {
        CounterRate rate = default;
        rate.Observe(new(1_000, 7, 0), Gap);

        Assert.Equal(expected, rate.Observe(new(1_000 + elapsed, 7 + growth, 0), Gap));
    }

    [Fact]
    public void Observe_SmallerValue_NullAndThenRateAgain()
    {
        CounterRate rate = default;
        rate.Observe(new(0, 1_000_000, 0), Gap);

        Assert.Null(rate.Observe(new(1_000, 100, 0), Gap));
        Assert.Equal(50.0, rate.Observe(new(2_000, 150, 0), Gap));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(999)]
    [InlineData(-5)]
    [InlineData(1_000 + Gap + 1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Observe_TimeStandsStillGoesBackOrIsFarAway_Null(long time)
    {
        CounterRate rate = default;
        rate.Observe(new(1_000, 1, 0), Gap);

        Assert.Null(rate.Observe(new(time, 2, 0), Gap));
    }

    [Fact]
    public void Observe_OtherEpoch_Null()
    {
        CounterRate rate = default;
        rate.Observe(new(1_000, 1, Epoch: 1), Gap);

        Assert.Null(rate.Observe(new(2_000, 2, Epoch: 2), Gap));
        Assert.Equal(1.0, rate.Observe(new(3_000, 3, Epoch: 2), Gap));
    }

    [Fact]
    public void Observe_UnsignedCounterPassesTheSign_GrowthIsRight()
    {
        CounterRate rate = default;
        rate.Observe(new(0, long.MaxValue, 0), Gap);

        Assert.Equal(3.0, rate.Observe(new(1_000, unchecked(long.MaxValue + 3), 0), Gap));
    }

    [Fact]
    public void Observe_AnySequence_NeverNegativeAndNeverMoreThanWhatWasCounted()
    {
        Gen<CounterReading> reading = Gen.Select(Gen.Long[0, 60_000], Gen.Long, Gen.Int[0, 2], (t, v, e) => new CounterReading(t, v, e));
        reading.List[2, 40].Sample(readings =>
        {
            CounterRate rate = default;
            CounterReading? before = null;
            foreach (CounterReading now in readings)
            {
                double? perSecond = rate.Observe(now, Gap);
                bool comparable = before is { } b && b.Epoch == now.Epoch && now.TimeUnixMs > b.TimeUnixMs
                    && now.TimeUnixMs - b.TimeUnixMs <= Gap && (ulong)now.Raw >= (ulong)b.Raw;
                Assert.Equal(comparable, perSecond.HasValue);
                if (perSecond is { } known)
                {
                    double growth = (ulong)now.Raw - (ulong)before!.Value.Raw;
                    Assert.True(known >= 0);
                    Assert.Equal(growth, known * (now.TimeUnixMs - before.Value.TimeUnixMs) / 1000, growth * 1e-9);
                }

                before = now;
            }
        });
    }
}
