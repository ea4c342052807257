using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class FigureCatalogueTests
{
    [Fact]
    public void Of_EveryKind_EachNumberOnceAndNoneZero()
    {
        ushort[] numbers = [.. Enum.GetValues<SubjectKind>().SelectMany(kind => FigureCatalogue.Of(kind)).Select(f => f.Number)];

        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        Assert.DoesNotContain((ushort)0, numbers);
    }

    [Fact]
    public void Of_EveryMetricThatCanBeAskedFor_HasAFigureOfItsNumber()
    {
        foreach (DerivedMetric derived in DerivedCatalogue.All)
        {
            Assert.Contains(FigureCatalogue.Of(derived.Kind), f => f.Number == Figure.Of(derived).Number);
        }

        foreach (MetricDefinition metric in MetricCatalogue.All)
        {
            Assert.Contains(FigureCatalogue.Of(metric.Kind), f => f.Number == metric.Id.Value);
        }
    }

    [Fact]
    public void Number_GrowthOfOneCounterPerSecond_IsThatOfTheCounter()
    {
        Figure cores = Figure.Of(DerivedCatalogue.Find("vm_cpu_cores")!);
        Figure percent = Figure.Of(DerivedCatalogue.Find("vm_cpu_percent")!);

        Assert.Equal(Metric.VmCpuTime.Value, cores.Number);
        Assert.Equal(DerivedCatalogue.Find("vm_cpu_percent")!.Number, percent.Number);
    }

    [Fact]
    public void DerivedCatalogue_Numbers_AreOnceEachAndBeyondTheSampledOnes()
    {
        Assert.Equal(DerivedCatalogue.All.Count, DerivedCatalogue.All.Select(d => d.Number).Distinct().Count());
        Assert.All(DerivedCatalogue.All, d => Assert.InRange((int)d.Number, 10_001, 19_999));
        Assert.All(MetricCatalogue.All, m => Assert.InRange((int)m.Id.Value, 1, 9_999));
    }
}
