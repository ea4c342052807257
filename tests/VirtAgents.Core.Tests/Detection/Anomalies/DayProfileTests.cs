using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class DayProfileTests
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    [Fact]
    public void Expected_FirstDay_IsUnknown()
    {
        DayProfile profile = Learnt(1, hour => hour);

        Assert.Null(profile.Expected(DayMs - 1));
    }

    [Fact]
    public void Expected_BetweenTheMiddlesOfTwoParts_IsInterpolated()
    {
        DayProfile profile = Learnt(1, hour => 10 * hour);

        Assert.Equal(50, profile.Expected(DayMs + (5 * HourMs) + (HourMs / 2)) ?? double.NaN, tolerance: 1e-9);
        Assert.Equal(55, profile.Expected(DayMs + (6 * HourMs)) ?? double.NaN, tolerance: 1e-9);
        Assert.Equal(115, profile.Expected(DayMs) ?? double.NaN, tolerance: 1e-9);
    }

    [Fact]
    public void Expected_PartWithoutValues_TakesItsNeighbourOrIsUnknown()
    {
        DayProfile profile = Learnt(1, hour => hour == 5 ? 5 : null);

        Assert.Equal(5, profile.Expected(DayMs + (5 * HourMs)));
        Assert.Equal(5, profile.Expected(DayMs + (6 * HourMs)));
        Assert.Null(profile.Expected(DayMs + (12 * HourMs)));
    }

    [Fact]
    public void Learn_AnotherLevel_IsLearntWithinDays()
    {
        var profile = new DayProfile(3);
        for (long hour = 0; hour < 24 * 30; hour++)
        {
            profile.Learn(hour * HourMs, HourMs, hour < 24 * 15 ? 0 : 100);
        }

        Assert.InRange(profile.Expected((DayMs * 30) + (5 * HourMs)) ?? double.NaN, 95, 100);
    }

    private static DayProfile Learnt(int days, Func<int, double?> value)
    {
        var profile = new DayProfile(3);
        for (int hour = 0; hour < 24 * days; hour++)
        {
            if (value(hour % 24) is { } known)
            {
                profile.Learn(hour * HourMs, HourMs, known);
            }
        }

        return profile;
    }
}
