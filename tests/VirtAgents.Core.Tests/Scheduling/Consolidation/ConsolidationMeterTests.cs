using VirtAgents.Core.Scheduling.Consolidation;

namespace VirtAgents.Core.Tests.Scheduling.Consolidation;

public sealed class ConsolidationMeterTests
{
    private static readonly HostModel Host = new("even", 1_000, [100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200]);
    private static readonly VmModel Vm = new(1_000, RamMb: 625);

    [Fact]
    public void Figures_OverloadThenMove_ByHand()
    {
        ConsolidationMeter meter = new([Host, Host], [Vm, Vm], [0, 0]);

        meter.Observe([200, 300], []);
        meter.Observe([600, 500], [new Migration(1, 1, 1)]);
        meter.Observe([600, 0], []);

        // Watts: 150 to 200 (1,100 of 1,000 asked for); then 160 and 150 after the move to 160 and 0.
        ConsolidationFigures figures = meter.Figures;
        Assert.Equal(300 * (175 + 160 + 75) / 3.6e6, figures.KilowattHours, 12);
        Assert.Equal((2, 1), (figures.Vms, figures.Migrations));
        Assert.Equal(1 / 3.0, figures.OverloadedRatio, 12);
        Assert.Equal(1.5, figures.MeanHosts);

        // 625 MB take 10 s, in which a tenth of 500 is lost, of 1,100 and 600 for 300 s each.
        Assert.Equal(0.1 * 500 * 10 / (300 * 1_700), figures.LostRatio, 12);
        Assert.Equal(figures.KilowattHours * figures.OverloadedRatio * figures.LostRatio, figures.EnergyTimesViolation, 15);
    }

    [Fact]
    public void Figures_ExactlyFull_IsNotOverloaded()
    {
        ConsolidationMeter meter = new([Host], [Vm, Vm, Vm], [0, 0, 0]);

        meter.Observe([100, 200, 700], []);
        meter.Observe([0.1 * 1_000, 0.2 * 1_000, 0.7 * 1_000], []);

        Assert.Equal(0, meter.Figures.OverloadedRatio);
    }

    [Fact]
    public void Figures_NothingAskedFor_NothingIsLost()
    {
        ConsolidationMeter meter = new([Host], [Vm], [0]);

        meter.Observe([0], []);
        meter.Observe([0], []);

        Assert.Equal((0, 0, 1), (meter.Figures.KilowattHours, meter.Figures.LostRatio, meter.Figures.MeanHosts));
    }
}
