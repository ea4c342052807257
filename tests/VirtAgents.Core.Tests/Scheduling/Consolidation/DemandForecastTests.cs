using VirtAgents.Core.Scheduling.Consolidation;

namespace VirtAgents.Core.Tests.Scheduling.Consolidation;

public sealed class DemandForecastTests
{
    private static readonly VmModel[] OneVm = [new(1_000, 500)];

    [Fact]
    public void Observe_OneSample_MeanIsItAndVarianceIsThePriorOne()
    {
        DemandForecast forecast = new(OneVm, ConsolidationTuning.Shipped);

        forecast.Observe([200]);

        Assert.Equal((200, 80.0 * 80), (forecast.Mean[0], forecast.Variance[0]));
    }

    [Fact]
    public void Observe_Step_MeanFollowsAndVarianceGrowsByHand()
    {
        DemandForecast forecast = new(OneVm, ConsolidationTuning.Shipped);

        forecast.Observe([200]);
        forecast.Observe([600]);

        // Recent: 200 + 0.3 * 400; long: the mean of two. The error of 400 counts as the fourth.
        Assert.Equal((0.7 * 320) + (0.3 * 400), forecast.Mean[0], 9);
        Assert.Equal(((3 * 80 * 80) + (400 * 400)) / 4.0, forecast.Variance[0], 9);
    }

    [Fact]
    public void Observe_ConstantForLong_IsExpectedWithoutDeviation()
    {
        DemandForecast forecast = new(OneVm, ConsolidationTuning.Shipped);

        for (int step = 0; step < 300; step++)
        {
            forecast.Observe([350]);
        }

        Assert.Equal(350, forecast.Mean[0], 9);
        Assert.InRange(Math.Sqrt(forecast.Variance[0]), 0, 0.1);
    }
}
