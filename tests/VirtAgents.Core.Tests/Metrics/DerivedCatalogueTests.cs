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
                Assert.True(term.IsHeld || metric.Tier == MetricCatalogue.Find(derived.Lead)!.Tier);
            }
        }
    }

    [Theory]
    [InlineData("vm_cpu_percent", "100 × Δvm_cpu_seconds_total / (Δt × vm_vcpus)")]
    [InlineData("vm_disk_iops", "(Δvm_disk_reads_total + Δvm_disk_writes_total) / Δt")]
    [InlineData("vm_cpu_host_percent", "100 × Δvm_cpu_seconds_total / (Δt × vm_host_pcpus)")]
    [InlineData("vm_memory_rss_percent", "100 × vm_memory_rss_bytes / vm_memory_maximum_bytes")]
    [InlineData("vm_contention_score",
        "min(100, 500 × (Δvm_cpu_delay_seconds_total + [Δvm_cpu_throttled_seconds_total]) / (Δt × vm_vcpus))")]
    [InlineData("vm_memory_used_percent",
        "100 × (vm_memory_guest_total_bytes − vm_memory_guest_usable_bytes) / vm_memory_guest_total_bytes, while vm_memory_stats_unix_seconds moves")]
    public void Formula_OfATerm_IsWrittenOut(string name, string expected) =>
        Assert.Equal(expected, DerivedCatalogue.Find(name)!.Formula);

    [Fact]
    public void All_Numbers_FollowEachOtherInTheOrderTheyWereGiven() =>
        Assert.Equal(Enumerable.Range(10_001, DerivedCatalogue.All.Count), DerivedCatalogue.All.Select(d => (int)d.Number));

    [Fact]
    public void All_OptionalTerms_OnlyAddToANumerator()
    {
        // Else a value would grow for want of a reading.
        Assert.All(DerivedCatalogue.All, d => Assert.DoesNotContain(d.Weight, t => t.IsOptional));
        Assert.All(DerivedCatalogue.All, d => Assert.DoesNotContain(d.Amount, t => t.IsOptional && (t.IsSubtracted || t.Kind != DerivedTermKind.Growth)));
        Assert.All(DerivedCatalogue.All, d => Assert.False(d.Amount[0].IsOptional));
    }

    [Fact]
    public void Number_OfEach_IsWhatItAlwaysWas() => Assert.Equal(
        ["vm_cpu_percent", "virtagents_agent_cpu_cores", "vm_contention_score", "vm_disk_latency_ms", "vm_network_receive_packets_per_second", "host_network_transmit_errors_per_second"],
        new[] { 10_001, 10_028, 10_031, 10_040, 10_042, 10_053 }.Select(n => DerivedCatalogue.All.Single(d => d.Number == n).Name));
}
