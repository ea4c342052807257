using VirtAgents.Core.Scheduling.Consolidation;

namespace VirtAgents.Core.Tests.Scheduling.Consolidation;

public sealed class PlanetLabExperimentTests
{
    private static readonly HostModel G4 = PlanetLabExperiment.AllHosts()[0];
    private static readonly HostModel G5 = PlanetLabExperiment.AllHosts()[1];

    [Fact]
    public void AllHosts_BothModelsInTurn_WithTheirFigures()
    {
        Assert.Equal(400, PlanetLabExperiment.AllHosts().Count(host => host == G4));
        Assert.Equal((3720, 5320), (G4.CapacityMips, G5.CapacityMips));
        Assert.All(PlanetLabExperiment.AllHosts(), host => Assert.Equal(11, host.Watts.Count));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(372, 89.4)]
    [InlineData(558, (89.4 + 92.6) / 2)]
    [InlineData(3720, 117)]
    [InlineData(9999, 117)]
    public void WattsAt_Demand_LinearBetweenTheFiguresAndNoneWhenIdle(double demand, double watts) => Assert.Equal(watts, G4.WattsAt(demand), 9);

    [Fact]
    public void Vms_NumberThatFourDoesNotDivide_QuartersAreRoundedUp() =>
        Assert.Equal([2500, 2500, 2500, 2000, 2000, 2000, 1000, 1000, 1000, 500], PlanetLabExperiment.Vms(10).Select(vm => vm.Mips));
}
