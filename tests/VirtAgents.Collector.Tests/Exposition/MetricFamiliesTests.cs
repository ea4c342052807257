using System.Text;
using VirtAgents.Collector.Exposition;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Tests.Exposition;

public sealed class MetricFamiliesTests
{
    private static IEnumerable<string> Names => MetricFamilies.All.Select(f => Encoding.UTF8.GetString(f.Name));

    [Fact]
    public void All_Names_AreUniqueAndApartFromThoseOfTheCollectorItself()
    {
        Assert.Equal(Names.Distinct(), Names);
        Assert.All(Names, name => Assert.Matches("^(vm|host|storage|virtagents)_[a-z0-9_]+$", name));
    }

    [Fact]
    public void All_Indexes_AreTheirPlaces() =>
        Assert.Equal(Enumerable.Range(0, MetricFamilies.All.Count), MetricFamilies.All.Select(f => f.Index));

    [Fact]
    public void Of_EveryMetricButThoseOfVolumes_HasAFamilyOfItsName() =>
        Assert.All(MetricCatalogue.All, metric => Assert.Equal(
            metric.Kind == SubjectKind.Volume ? null : metric.Name,
            MetricFamilies.Of(metric.Id) is { } family ? Encoding.UTF8.GetString(family.Name) : null));

    [Fact]
    public void Header_State_TellsEveryNumber()
    {
        string header = Encoding.UTF8.GetString(MetricFamilies.VmStateCode.Header);
        Assert.Equal(
            "# HELP vm_state State of a VM as the collector concludes it: 0 unknown, 1 running, 2 paused, 3 shutting-down, 4 shut-off, 5 crashed, "
            + "6 pm-suspended, 7 stuck, 8 migrated-away, 9 gone\n# TYPE vm_state gauge\n",
            header);
    }
}
