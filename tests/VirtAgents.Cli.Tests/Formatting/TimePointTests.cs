using CsCheck;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Formatting;

public sealed class TimePointTests
{
    private static readonly TimeZoneInfo East = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(2), "east", "east");

    [Theory]
    [InlineData("now", "2026-11-22T12:00:00Z")]
    [InlineData("1h", "2026-11-22T11:00:00Z")]
    [InlineData("1d12h", "2026-11-21T00:00:00Z")]
    [InlineData("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z")]
    [InlineData("2026-11-22T08:00Z", "2026-11-22T08:00:00Z")]
    [InlineData("2026-11-22T08:00:00.250Z", "2026-11-22T08:00:00.250Z")]
    [InlineData("2026-11-22T08:00:00+01:00", "2026-11-22T07:00:00Z")]
    [InlineData("2026-11-22T08:00:00", "2026-11-22T06:00:00Z")]
    [InlineData("2026-11-22 08:00", "2026-11-22T06:00:00Z")]
    [InlineData("2026-11-22", "2026-11-21T22:00:00Z")]
    public void TryParse_Time_IsRead(string text, string instant)
    {
        Assert.True(TimePoint.TryParse(text, East, out var point));
        Assert.Equal(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture), point.At(CollectorData.Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("22.11.2026")]
    [InlineData("2026-13-01")]
    [InlineData("2026-11-22T25:00")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void TryParse_Nonsense_IsRefused(string text) => Assert.False(TimePoint.TryParse(text, East, out _));

    [Fact]
    public void TryParse_HourThatSummerTimeSkips_IsRefused()
    {
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            new DateTime(2026, 1, 1), new DateTime(2026, 12, 31), TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 29),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 25));
        var zone = TimeZoneInfo.CreateCustomTimeZone("z", TimeSpan.Zero, "z", "z", "zs", [rule]);

        Assert.False(TimePoint.TryParse("2026-03-29T02:30", zone, out _));
        Assert.True(TimePoint.TryParse("2026-03-29T03:30", zone, out var point));
        Assert.Equal(TimeSpan.FromHours(2.5), point.Instant!.Value.UtcDateTime.TimeOfDay);
    }

    [Fact]
    public void TryParse_WhatUtcPrints_ReadsBackTheSame() =>
        Gen.Long[31_536_000_000, 253_000_000_000_000].Sample(unixMs =>
            TimePoint.TryParse(Instants.Utc(unixMs), East, out var point) && point.Instant!.Value.ToUnixTimeMilliseconds() == unixMs);

    [Fact]
    public void Utc_AnyNumber_NeverThrows() =>
        Gen.Long.Sample(unixMs => Instants.Utc(unixMs).Length == 24 && Instants.Local(unixMs, East).Length == 23 && Instants.Age(unixMs, CollectorData.Now).Length > 0);
}
