using CsCheck;
using VirtAgents.Benchmarks.Week;

namespace VirtAgents.Simulation.Tests.Week;

public sealed class WeekMeterTests
{
    private const double WattMinutesPerKilowattHour = 60_000;
    private static readonly Gen<double> GenShare = Gen.Int[0, 1_000].Select(n => n / 1_000.0);

    private readonly MeteredHosts _hosts = new();

    private WeekMeter Meter => _hosts.Meter;

    [Theory]
    [InlineData(0, 58.4)]
    [InlineData(0.5, 140)]
    [InlineData(0.55, 146.5)]
    [InlineData(1, 222)]
    public void KilowattHours_OneHostAtLoad_AsItsCurveTells(double share, double watts)
    {
        _hosts.Minute((share, null), (0, 0));
        Assert.Equal(0, Meter.KilowattHours);
        _hosts.Minute((share, null), (0, 0));
        _hosts.Minute((share, null), (0, 0));
        Assert.Equal(2 * watts / WattMinutesPerKilowattHour, Meter.KilowattHours, 9);
        Assert.Equal(0, Meter.KilowattHoursOfEmpty);
    }

    [Fact]
    public void KilowattHours_DeadHost_DrawsNothingAndTheMinuteInWhichItComesBackIsNotKnown()
    {
        _hosts.Minute((0.5, 0.5), (0, 0));
        _hosts.Minute((0.5, null), (0, 0));
        double one = Meter.KilowattHours;
        Assert.Equal(140 / WattMinutesPerKilowattHour, one, 9);
        _hosts.Boot(1);
        _hosts.Minute((0.5, 0.1), (0, 0));
        Assert.Equal(2 * one, Meter.KilowattHours, 9);
        _hosts.Minute((0.5, 0.5), (0, 0));
        Assert.Equal(4 * one, Meter.KilowattHours, 9);
    }

    [Fact]
    public void KilowattHours_BootedBetweenTwoSamples_CountersThatFallAreLeftOut()
    {
        _hosts.Minute((1, 1), (0, 0));
        _hosts.Minute((1, 1), (0, 0));
        double before = Meter.KilowattHours;
        _hosts.Boot(0);
        _hosts.Boot(1);
        _hosts.Minute((0.5, 0.5), (0, 0));
        Assert.Equal(before, Meter.KilowattHours);
    }

    [Fact]
    public void KilowattHoursOfEmpty_HostLosesItsLastVm_IsToldAloneAndOnce()
    {
        _hosts.Minute((0.5, 0.5), (0, 1));
        _hosts.Minute((0.5, 0.5), (0, 1));
        Assert.Equal((0, 0.0), (Meter.Emptied, Meter.KilowattHoursOfEmpty));
        _hosts.Minute((0.5, 0), (0, 0));
        _hosts.Minute((0.5, 0), (0, 0));
        Assert.Equal(1, Meter.Emptied);
        Assert.Equal(2 * 58.4 / WattMinutesPerKilowattHour, Meter.KilowattHoursOfEmpty, 9);
        Assert.Equal(((6 * 140) - (2 * 140) + (2 * 58.4)) / WattMinutesPerKilowattHour, Meter.KilowattHours, 9);
        _hosts.Minute((0.5, 0.5), (0, 1));
        _hosts.Minute((0.5, 0), (0, 0));
        Assert.Equal(2, Meter.Emptied);
    }

    [Fact]
    public void KilowattHours_AnyLoads_BetweenIdleAndFullAndNeverMoreOfEmptyHosts() => Gen.Select(GenShare, GenShare, Gen.Bool).List[1, 20].Sample(minutes =>
    {
        MeteredHosts hosts = new();
        hosts.Minute((0, 0), (0, 0));
        foreach ((double first, double second, bool isEmpty) in minutes)
        {
            hosts.Minute((first, second), (0, isEmpty ? 0 : 1));
        }

        double watts = hosts.Meter.KilowattHours * WattMinutesPerKilowattHour / minutes.Count / 2;
        Assert.InRange(watts, 58.4 - 1e-6, 222 + 1e-6);
        Assert.InRange(hosts.Meter.KilowattHoursOfEmpty, 0, hosts.Meter.KilowattHours);
        Assert.InRange(hosts.Meter.Emptied, 0, (minutes.Count + 1) / 2);
    });

    [Fact]
    public void ShortShare_OneOfTwoVmsWaitsMoreThanATwentieth_OnlyItCounts()
    {
        _hosts.Minute((0.5, 0.5), (0, 1));
        _hosts.Minute((0.5, 0.5), (0, 1), (3.1, 2.9));
        Assert.Equal(0.25, Meter.ShortShare);
        Assert.Equal(6.0 / 120, Meter.LostShare, 9);
    }

    [Fact]
    public void ShortShare_VmOnAnotherHostThanBefore_ItsFirstMinuteIsNotKnown()
    {
        _hosts.Minute((0.5, 0.5), (0, 1));
        _hosts.Minute((0.5, 0.5), (1, 1), (30, 0));
        Assert.Equal((0.0, 0.0, 0.0), (Meter.ShortShare, Meter.LostShare, Meter.DownShare));
        _hosts.Minute((0.5, 0.5), (1, 1), (30, 0));
        Assert.Equal(1.0 / 6, Meter.ShortShare, 9);
    }

    [Fact]
    public void DownShare_VmRunsNowhere_IsDownAndWantsNothing()
    {
        _hosts.Minute((0.5, 0.5), (0, 1));
        _hosts.Minute((0.5, 0.5), (0, null), (0, 60));
        _hosts.Minute((0.5, 0.5), (0, 1), (0, 60));
        Assert.Equal(1.0 / 6, Meter.DownShare, 9);
        Assert.Equal((0.0, 0.0), (Meter.ShortShare, Meter.LostShare));
    }

    [Fact]
    public void FullShare_OneHostOfTwo_IsHalf()
    {
        _hosts.Minute((0, 0), (0, 1));
        _hosts.Minute((0.991, 0.989), (0, 1));
        Assert.Equal(0.5, Meter.FullShare);
    }

    [Fact]
    public void ShortShareByHour_TickAtTheFullHour_TellsOfTheHourBefore()
    {
        for (int minute = 1; minute <= 61; minute++)
        {
            _hosts.Minute((0.5, 0.5), (0, 1), (minute >= 60 ? 30 : 0, 0));
        }

        double[] byHour = Meter.ShortShareByHour;
        Assert.Equal((1.0 / 120, 0.5, 24), (byHour[0], byHour[1], byHour.Length));
        Assert.All(byHour[2..], share => Assert.True(double.IsNaN(share)));
        Assert.Equal(2.0 / 122, Meter.ShortShare, 9);
    }
}
