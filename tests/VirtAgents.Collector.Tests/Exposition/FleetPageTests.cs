using VirtAgents.Collector.Exposition;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Tests.Query;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using static VirtAgents.Collector.Tests.Query.SampleFleet;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Exposition;

public sealed class FleetPageTests
{
    private const long Now = QueryServer.Now;

    [Fact]
    public void Build_VmOfAConnectedHost_IsToldInBaseUnitsWithItsLabels()
    {
        ParsedPage page = Page(
            Hosts,
            Value(SubjectKind.Vm, Web.Value, "", Metric.VmCpuTime, 12_345_678_900),
            Value(SubjectKind.VmDisk, Web.Value, "vda", Metric.DiskReadBytes, 4096),
            Value(SubjectKind.VmInterface, Web.Value, "52:54:00:00:00:01", Metric.NetReceiveBytes, -1));

        var cpu = Assert.Single(page.Of("vm_cpu_seconds_total"));
        Assert.Equal(12.3456789, cpu.Value);
        Assert.Equal(
            new SortedDictionary<string, string> { ["cluster"] = "main", ["host"] = "alpha", ["tenant"] = "shop", ["vm"] = "web", ["vm_id"] = $"{Web}" },
            cpu.Labels);
        Assert.Equal("counter", page.Types["vm_cpu_seconds_total"]);
        Assert.Equal(4096, page.Value("vm_disk_read_bytes_total", ("vm", "web"), ("disk", "vda")));
        Assert.Equal(ulong.MaxValue, page.Value("vm_network_receive_bytes_total", ("nic", "52:54:00:00:00:01"))); // counters are unsigned
        Assert.Equal(0.5, page.Value("vm_cpu_usage_ratio", ("vm", "web")));
        Assert.Equal(0.015, page.Value("vm_cpu_steal_ratio", ("vm", "web")));
        Assert.Equal("gauge", page.Types["vm_cpu_usage_ratio"]);
        Assert.Equal(1, page.Value("vm_info", ("vm", "web"), ("vcpus", "2"), ("vm_id", $"{Web}")));
    }

    [Fact]
    public void Build_UnknownFigure_IsLeftOut()
    {
        ParsedPage page = Page(Hosts);
        Assert.Null(page.Value("vm_memory_usage_ratio", ("vm", "web"))); // its balloon tells nothing
        Assert.Null(page.Value("vm_cpu_usage_ratio", ("vm", "db")));
        Assert.DoesNotContain("vm_cpu_seconds_total", page.Types.Keys);
    }

    [Fact]
    public void Build_States_AreWhatTheCollectorConcludes()
    {
        ParsedPage page = Page(Hosts, Value(SubjectKind.Vm, TwinOnBeta.Value, "", Metric.VmStateCode, (long)VmState.Running));
        Assert.Equal((double)VmState.Unknown, page.Value("vm_state", ("vm_id", $"{TwinOnBeta}")));
        Assert.Equal((double)VmState.Running, page.Value("vm_state", ("vm_id", $"{TwinOnAlpha}")));
        Assert.Equal((double)VmState.ShutOff, page.Value("vm_state", ("vm", "db")));
        Assert.Equal("beta", Assert.Single(page.Of("vm_state", ("vm", "moved"))).Labels["host"]); // two hosts tell of it
        Assert.Empty(page.Of("vm_state", ("vm", "removed")));
        Assert.Equal((double)AgentStatus.Lost, page.Value("virtagents_agent_status", ("host", "beta")));
        Assert.Equal((double)HypervisorStatus.Up, page.Value("host_hypervisor_status", ("host", "alpha")));
        Assert.Equal(0, page.Value("host_hypervisor_status", ("host", "beta")));
        Assert.Equal(1_700_000_000, page.Value("host_last_report_timestamp_seconds", ("host", "beta")));
    }

    [Fact]
    public void Build_HostWhoseAgentIsAway_HasNoFigures()
    {
        ParsedPage page = Page(
            Hosts,
            Value(SubjectKind.Host, Beta.Value, "", Metric.HostMemoryTotal, 1),
            Value(SubjectKind.Host, Alpha.Value, "", Metric.HostMemoryTotal, 2),
            Value(SubjectKind.Vm, TwinOnBeta.Value, "", Metric.VmMemoryRss, 3),
            Value(SubjectKind.Pool, Beta.Value, "default", Metric.PoolCapacity, 4),
            Value(SubjectKind.Pool, Alpha.Value, "default", Metric.PoolCapacity, 5));
        Assert.Equal("alpha", Assert.Single(page.Of("host_memory_total_bytes")).Labels["host"]);
        Assert.Equal("alpha", Assert.Single(page.Of("host_cpu_usage_ratio")).Labels["host"]);
        Assert.Equal(5, page.Value("storage_pool_capacity_bytes", ("pool", "default")));
        Assert.Empty(page.Of("vm_memory_rss_bytes"));
        Assert.Equal(2, page.Of("host_info", ("hypervisor", "QEMU 7.2"), ("agent_version", "1.0"), ("cpus", "8")).Count());
    }

    [Fact]
    public void Build_FiguresOlderThanFiveMinutes_AreLeftOut()
    {
        long later = Now + (long)MetricsPage.OldestValue.TotalMilliseconds;
        Assert.Equal(0.125, ParsedPage.Of(PageText.Of(Hosts, [], later)).Value("host_cpu_usage_ratio", ("host", "alpha")));
        ParsedPage old = ParsedPage.Of(PageText.Of(Hosts, [], later + 1));
        Assert.Empty(old.Of("host_cpu_usage_ratio"));
        Assert.Empty(old.Of("vm_cpu_usage_ratio"));
    }

    [Fact]
    public void Build_MetricThatTheNewestTickCouldNotRead_IsLeftOut()
    {
        ParsedPage page = Page(
            Hosts,
            Value(SubjectKind.Vm, Web.Value, "", Metric.VmMemoryUsable, 1, Now - 15_000),
            Value(SubjectKind.Vm, Web.Value, "", Metric.VmBalloonCurrent, 2, Now),
            Value(SubjectKind.Vm, Web.Value, "", Metric.VmMemoryRss, 3, Now - 2_000)); // of the fast rhythm, which is another
        Assert.Empty(page.Of("vm_memory_guest_usable_bytes"));
        Assert.Equal(2, page.Value("vm_memory_balloon_bytes"));
        Assert.Equal(3, page.Value("vm_memory_rss_bytes"));
    }

    [Theory]
    [InlineData(VmState.Running, 2)]
    [InlineData(VmState.Paused, 2)]
    [InlineData(VmState.ShutOff, 1)]
    [InlineData(VmState.Crashed, 1)]
    [InlineData(VmState.Unknown, 1)]
    [InlineData(VmState.Stuck, 1)]
    [InlineData(VmState.MigratedAway, 0)]
    [InlineData(VmState.Gone, 0)]
    public void Build_ValuesOfBeforeTheVmEndedOrWasLost_AreLeftOut(VmState state, int told)
    {
        VmView vm = View(Web, "web", state) with { SinceUnixMs = Now - 1_000 };
        ParsedPage page = Page(
            [Host(Alpha, "alpha", AgentStatus.Connected, vm)],
            Value(SubjectKind.Vm, Web.Value, "", Metric.VmMemoryRss, 1, Now - 1_001),
            Value(SubjectKind.Vm, Web.Value, "", Metric.VmBalloonMaximum, 2, Now - 1_000));
        Assert.Equal(told, page.Series.Count(s => s.Name is "vm_memory_rss_bytes" or "vm_memory_maximum_bytes"));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    [InlineData(null, 0)]
    public void Build_Pool_HasFiguresOnlyWhileItIsKnownToWork(bool? active, int told)
    {
        PoolView pool = new(new PoolInfo(9, "nfs", "netfs", "/nfs"), new PoolFigures(active, 1, 1, 1, Now));
        ParsedPage page = Page(
            [Host(Alpha, "alpha", AgentStatus.Connected) with { Pools = [pool] }],
            Value(SubjectKind.Pool, Alpha.Value, "nfs", Metric.PoolActive, 0),
            Value(SubjectKind.Pool, Alpha.Value, "nfs", Metric.PoolCapacity, 5),
            Value(SubjectKind.Pool, Alpha.Value, "removed", Metric.PoolCapacity, 5));
        Assert.Equal(told, page.Series.Count(s => s.Name.StartsWith("storage_pool", StringComparison.Ordinal)));
    }

    [Fact]
    public void Build_DevicesThatAreGone_VolumesAndStrangers_AreLeftOut()
    {
        ParsedPage page = Page(
            Hosts,
            Value(SubjectKind.VmDisk, Web.Value, "vdb", Metric.DiskReadBytes, 1),
            Value(SubjectKind.VmInterface, Web.Value, "52:54:00:00:00:02", Metric.NetReceiveBytes, 1),
            Value(SubjectKind.Vm, Guid.NewGuid(), "", Metric.VmMemoryRss, 1),
            Value(SubjectKind.Host, Guid.NewGuid(), "", Metric.HostMemoryTotal, 1),
            Value(SubjectKind.Volume, Alpha.Value, "default/a", Metric.VolumeCapacity, 1),
            Value(SubjectKind.Host, Alpha.Value, "", Metric.VmMemoryRss, 1), // not a metric of hosts
            new SeriesValue(new Subject(SubjectKind.Host, Alpha.Value, ""), new MetricId(65_000), Now, 1));
        Assert.Equal(Page(Hosts).Series.Count, page.Series.Count);
    }

    [Fact]
    public void Build_StoreNotReadable_TellsSoAndTheRest()
    {
        ParsedPage page = ParsedPage.Of(PageText.Of(Hosts, values: null, Now));
        Assert.Equal(0, page.Value("virtagents_store_readable"));
        Assert.NotNull(page.Value("vm_state", ("vm", "web")));
        Assert.Equal(1, Page(Hosts).Value("virtagents_store_readable"));
    }

    [Fact]
    public void WriteSome_PieceByPiece_GivesTheSamePage()
    {
        SeriesValue[] values = [.. Enumerable.Range(0, 50).Select(i => Value(SubjectKind.HostDisk, Alpha.Value, $"sd{i}", Metric.HostDiskReads, i))];
        Assert.Equal(PageText.Of(Hosts, values, Now), PageText.Of(Hosts, values, Now, bytesAtOnce: 1));
    }

    internal static SeriesValue Value(SubjectKind kind, Guid owner, string device, MetricId metric, long raw, long time = Now) =>
        new(new Subject(kind, owner, device), metric, time, raw);

    private static ParsedPage Page(IReadOnlyList<HostView> hosts, params SeriesValue[] values) => ParsedPage.Of(PageText.Of(hosts, values, Now));
}
