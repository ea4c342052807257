using VirtAgents.Benchmarks.Week;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Tests.Week;

public sealed class WeekFaultsTests
{
    private const int Days = 3;
    private static readonly EstateDefinition Estate = WeekEstate.Build(51, 4, sharesAll: false);
    private static readonly WeekFaults Faults = WeekFaults.Of(Estate, Days, 7);

    [Fact]
    public void Of_SameSeed_IsTheSameAndAnotherIsNot()
    {
        Assert.Equal(Faults.Faults, WeekFaults.Of(Estate, Days, 7).Faults);
        Assert.Equal(Faults.Drains, WeekFaults.Of(Estate, Days, 7).Drains);
        Assert.NotEqual(Faults.Faults, WeekFaults.Of(Estate, Days, 8).Faults);
    }

    [Fact]
    public void Of_EachNight_TwoOfFiftyOneHostsAreDrainedAtOneAndRebootedAtHalfPastTwo()
    {
        Assert.Equal([.. Enumerable.Range(0, Days).SelectMany(day => Enumerable.Repeat(TimeSpan.FromDays(day) + TimeSpan.FromHours(1), 2))], Faults.Drains.Select(d => d.From));
        foreach (WeekDrain drain in Faults.Drains)
        {
            Assert.Equal(TimeSpan.FromMinutes(105), drain.To - drain.From);
            Assert.Contains((drain.From + TimeSpan.FromMinutes(90), new Fault(FaultKind.HostLoss, Host: Estate.Hosts[drain.Host].Name, For: TimeSpan.FromMinutes(10))), Faults.Faults);
        }
    }

    [Fact]
    public void Of_Crash_IsFollowedByAStartFiveMinutesLater()
    {
        (TimeSpan At, Fault Fault)[] crashes = [.. Faults.Faults.Where(f => f.Fault.Kind == FaultKind.VmCrash)];
        Assert.Equal(4, crashes.Length);
        Assert.All(crashes, c => Assert.Contains((c.At + TimeSpan.FromMinutes(5), new Fault(FaultKind.VmStart, c.Fault.Vm)), Faults.Faults));
    }

    [Fact]
    public void Of_Faults_AreInOrderWithinTheDaysAndTheWorldCanDoThem()
    {
        Assert.Equal(Faults.Faults.Select(f => f.At).Order(), Faults.Faults.Select(f => f.At));
        Assert.All(Faults.Faults, f => Assert.InRange(f.At, TimeSpan.Zero, TimeSpan.FromDays(Days)));
        World world = new(Estate, DateTimeOffset.UnixEpoch);
        Assert.All(Faults.Faults.DistinctBy(f => f.Fault.Kind), f => Assert.True(f.Fault.Kind == FaultKind.VmStart || world.TryInject(f.Fault, out _), f.Fault.ToString()));
    }
}
