using VirtAgents.Core.Scheduling.Queues;
using static VirtAgents.Core.Tests.Scheduling.Queues.QueueJobs;

namespace VirtAgents.Core.Tests.Scheduling.Queues;

public sealed class QueueFiguresTests
{
    [Fact]
    public void Of_FourJobs_FiguresByHand()
    {
        ReplayedJob[] jobs = [Job(0, 0, 8, 100, tenant: "a"), Job(1, 10, 4, 50, tenant: "a"), Job(2, 20, 2, 5, tenant: "b"), Job(3, 30, 8, 20, tenant: "b")];

        QueueFigures figures = QueueFigures.Of(jobs, [0, 100, 100, 150], new Resources(Processors));

        Assert.Equal((0 + 90 + 80 + 120) / 4.0, figures.WaitMeanSeconds);
        Assert.Equal((90, 120, 120), (figures.WaitMedianSeconds, figures.WaitP95Seconds, figures.WaitMaxSeconds));

        // 1, 140 / 50, 85 / 10 since it ran less than 10 s, 140 / 20.
        Assert.Equal((1 + 2.8 + 8.5 + 7) / 4, figures.BoundedSlowdownMean, 12);
        Assert.Equal(8.5, figures.BoundedSlowdownP95);
        Assert.Equal((800 + 200 + 10 + 160) / (8 * 170.0), figures.Utilisation, 12);
        Assert.Equal((170, 4, 2), (figures.MakespanSeconds, figures.Jobs, figures.Tenants));

        // Means of 1.9 and 7.75.
        Assert.Equal(9.65 * 9.65 / (2 * ((1.9 * 1.9) + (7.75 * 7.75))), figures.Jain!.Value, 12);
    }

    [Fact]
    public void Of_NoTenantKnown_JainIsUnknown()
    {
        QueueFigures figures = QueueFigures.Of([Job(0, 0, 8, 100)], [0], new Resources(Processors));

        Assert.Equal((0, null), (figures.Tenants, figures.Jain));
    }

    [Theory]
    [InlineData(1.0, 5.0, 5.0, 5.0)]
    [InlineData(1.0 / 3, 0.0, 9.0, 0.0)]
    public void JainOf_EqualAndOneSided_IsOneAndOneOfAll(double index, params double[] figures) => Assert.Equal(index, QueueFigures.JainOf(figures)!.Value, 12);
}
