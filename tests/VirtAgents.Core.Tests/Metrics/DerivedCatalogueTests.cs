using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class DerivedCatalogueTests
{
    [Fact]
    public void All_Names_AreUniqueAndNotThoseOfStoredMetrics()
    {
        Assert.Equal(DerivedCatalogue.All.Count, DerivedCatalogue.All.Select(d => d.Name).Distinct().Count());
        Assert.All(DerivedCatalogue.All, d => Assert.Null(MetricCatalogue.Find(d.Name)));
    }

    [Fact]
    public void All_Inputs_BelongToTheSameKindAndHaveTheShapeTheirTermNeeds()
    {
        foreach (DerivedMetric derived in DerivedCatalogue.All)
        {
            foreach (DerivedTerm term in derived.Amount.Concat(derived.Weight).Where(t => t.Kind != DerivedTermKind.Elapsed))
            {
                MetricDefinition metric = MetricCatalogue.Find(term.Metric)!;
                Assert.Equal(derived.Kind, metric.Kind);
                Assert.Equal(term.Kind == DerivedTermKind.Growth ? MetricShape.Counter : MetricShape.Gauge, metric.Shape);
                Assert.True(term.Kind == DerivedTermKind.ElapsedTimesHeld || metric.Tier == MetricCatalogue.Find(derived.Lead)!.Tier);
            }
        }
    }

    [Theory]
    [InlineData("vm_cpu_percent", "100 × Δvm_cpu_seconds_total / (Δt × vm_vcpus)")]
    [InlineData("vm_disk_iops", "(Δvm_disk_reads_total + Δvm_disk_writes_total) / Δt")]
    [InlineData("vm_memory_used_percent",
        "100 × (vm_memory_guest_total_bytes − vm_memory_guest_usable_bytes) / vm_memory_guest_total_bytes, while vm_memory_stats_unix_seconds moves")]
    public void Formula_OfATerm_IsWrittenOut(string name, string expected) =>
        Assert.Equal(expected, DerivedCatalogue.Find(name)!.Formula);
}
