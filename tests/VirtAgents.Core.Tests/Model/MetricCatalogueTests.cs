using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Model;

public sealed class MetricCatalogueTests
{
    [Fact]
    public void All_NumbersAndNames_AreUnique()
    {
        Assert.Equal(MetricCatalogue.All.Count, MetricCatalogue.All.Select(d => d.Id).Distinct().Count());
        Assert.Equal(MetricCatalogue.All.Count, MetricCatalogue.All.Select(d => d.Name).Distinct().Count());
    }

    [Fact]
    public void All_Names_SayTheirUnit()
    {
        foreach (MetricDefinition metric in MetricCatalogue.All.Where(m => m.Shape == MetricShape.Counter))
        {
            Assert.EndsWith("_total", metric.Name, StringComparison.Ordinal);
        }

        Assert.All(MetricCatalogue.All.Where(m => m.Unit is "seconds" or "bytes"), m => Assert.Contains(m.Unit, m.Name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, "host_cpu_user_seconds_total")]
    [InlineData(100, "vm_cpu_seconds_total")]
    [InlineData(120, "vm_state")]
    [InlineData(200, "vm_disk_read_bytes_total")]
    [InlineData(300, "vm_network_receive_bytes_total")]
    [InlineData(400, "storage_pool_active")]
    [InlineData(406, "storage_pool_volumes_left_out")]
    [InlineData(707, "virtagents_agent_hypervisor_calls_total")]
    [InlineData(800, "storage_volume_capacity_bytes")]
    public void Find_NumberOnTheWire_KeepsItsMeaning(ushort number, string name) =>
        Assert.Equal(name, MetricCatalogue.Find(new MetricId(number))?.Name);

    [Fact]
    public void ColumnsOf_EveryMetric_IsInExactlyOneTable()
    {
        int columns = 0;
        foreach (SubjectKind kind in Enum.GetValues<SubjectKind>())
        {
            columns += MetricCatalogue.ColumnsOf(kind, SampleTier.Fast).Length + MetricCatalogue.ColumnsOf(kind, SampleTier.Slow).Length;
        }

        Assert.Equal(MetricCatalogue.All.Count, columns);
    }
}
