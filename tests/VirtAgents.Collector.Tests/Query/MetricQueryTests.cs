using Grpc.Core;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Query.SampleFleet;
using Metric = VirtAgents.Core.Model.Metric;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Query;

public sealed class MetricQueryTests : IAsyncLifetime
{
    private const int OnAlpha = 1;
    private const int OnBeta = 2;
    private const int OnNobodyKnows = 3;

    // A full minute, an hour before now.
    private const long M = 1_699_996_380_000;
    private static readonly VmId Stranger = Vm(99);
    private readonly ListStore _store = new() { Hosts = { [OnAlpha] = Alpha, [OnBeta] = Beta } };
    private QueryServer _server = null!;

    public async ValueTask InitializeAsync() => await StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task QueryMetrics_Steps_EverySeriesInOrderOfNames()
    {
        Memory(OnAlpha, Web, (0, 10), (30_000, 30), (60_000, 50));
        Memory(OnBeta, Moved, (0, 7));
        Memory(OnAlpha, Stranger, (0, 1));

        MetricAnswerRead answer = await AskAsync(new() { StepMs = 60_000 });

        Assert.Equal([($"{Stranger}", "1"), ("moved", "7"), ("web", "20 50")], answer.Lines);
        Assert.Equal([M, M + 60_000], answer.Series[2].Points.Select(p => p.TimeUnixMs));
        QueriedMetric metric = Assert.Single(answer.Header.Metrics);
        Assert.Equal(("vm_memory_rss_bytes", "bytes", Aggregate.Avg), (metric.Metric, metric.Unit, metric.Aggregate));
        Assert.Equal((M, M + 120_000, 60_000), (answer.Header.FromUnixMs, answer.Header.ToUnixMs, answer.Header.StepMs));
        Assert.Equal((5UL, 0UL, 0UL, 3u, 0u), (answer.Trailer.Samples, answer.Trailer.MinuteRollups, answer.Trailer.HourRollups, answer.Trailer.SeriesMatched, answer.Trailer.SeriesLeftOut));
    }

    [Theory]
    [InlineData(Aggregate.Unspecified, 0, "20", "bytes")]
    [InlineData(Aggregate.Sum, 0, "80", "bytes")]
    [InlineData(Aggregate.Min, 0, "10", "bytes")]
    [InlineData(Aggregate.Max, 0, "40", "bytes")]
    [InlineData(Aggregate.Last, 0, "20", "bytes")]
    [InlineData(Aggregate.Count, 0, "4", "values")]
    [InlineData(Aggregate.Stddev, 0, "14.1421", "bytes")]
    [InlineData(Aggregate.Percentile, 75, "20", "bytes")]
    [InlineData(Aggregate.Percentile, 76, "40", "bytes")]
    public async Task QueryMetrics_NoStep_OneValueForTheWholeRange(Aggregate aggregate, double percentile, string value, string unit)
    {
        Memory(OnAlpha, Web, (1_000, 10), (50_000, 40), (70_000, 10), (119_000, 20));

        MetricAnswerRead answer = await AskAsync(new() { Aggregate = aggregate, Percentile = percentile });

        Assert.Equal([("web", value)], answer.Lines);
        Assert.Equal((M, unit), (answer.Series[0].Points[0].TimeUnixMs, answer.Header.Metrics[0].Unit));
        Assert.Equal((120_000, 0.0), (answer.Header.StepMs, answer.Trailer.PercentileRelativeError));
    }

    [Fact]
    public async Task QueryMetrics_SeveralMetrics_RateForCountersAndMeanForTheOthers()
    {
        Memory(OnAlpha, Web, (0, 10));
        _store.Add(OnAlpha, new Subject(SubjectKind.Vm, Web.Value, ""), Metric.VmCpuTime, (M, 0), (M + 2_000, 1_000_000_000));

        MetricAnswerRead answer = await AskAsync(new() { Metrics = { "vm_memory_rss_bytes", "vm_cpu_seconds_total", "vm_cpu_cores" } });

        Assert.Equal([("vm_memory_rss_bytes", 10), ("vm_cpu_seconds_total", 0.5), ("vm_cpu_cores", 0.5)], answer.Series.Select(s => (s.Metric, s.Points.Single().Value)));
        Assert.Equal(
            [("bytes", Aggregate.Avg), ("seconds per second", Aggregate.Rate), ("cores", Aggregate.Avg)],
            answer.Header.Metrics.Select(m => (m.Unit, m.Aggregate)));
    }

    [Fact]
    public async Task QueryMetrics_VmThatMoved_CountsForEachHostWithItsValuesThere()
    {
        Memory(OnAlpha, Moved, (0, 10), (1_000, 20));
        Memory(OnBeta, Moved, (2_000, 60));
        Memory(OnBeta, TwinOnBeta, (0, 100));
        Memory(OnNobodyKnows, Web, (0, 5));

        Assert.Equal([("alpha", "15"), ("beta", "80"), ("unknown", "5")], (await AskAsync(new() { GroupBy = GroupBy.Host })).Lines);
        Assert.Equal([("east", "15"), ("west", "160"), ("unknown", "5")], (await AskAsync(new() { GroupBy = GroupBy.Cluster, Across = Across.Sum })).Lines);
        Assert.Equal([("moved", "30")], (await AskAsync(new() { Vm = "moved" })).Lines);
        Assert.Equal([("moved", "60"), ("twin", "100")], (await AskAsync(new() { Host = "beta" })).Lines);
        Assert.Equal([("moved", "15")], (await AskAsync(new() { Cluster = "east" })).Lines);
        Assert.Empty((await AskAsync(new() { Cluster = "east", Host = "beta" })).Lines);
    }

    [Theory]
    [InlineData(Across.Unspecified, 0, "25", "bytes")]
    [InlineData(Across.Sum, 0, "60", "bytes")]
    [InlineData(Across.Avg, 0, "30", "bytes")]
    [InlineData(Across.Min, 0, "20", "bytes")]
    [InlineData(Across.Max, 0, "40", "bytes")]
    [InlineData(Across.Count, 0, "2", "series")]
    [InlineData(Across.Percentile, 51, "40", "bytes")]
    public async Task QueryMetrics_Across_OfTheMeansOfTheSeriesOrOfAllValues(Across across, double percentile, string value, string unit)
    {
        Memory(OnAlpha, Web, (0, 10), (1_000, 20), (2_000, 30));
        Memory(OnAlpha, Db, (0, 40));

        MetricAnswerRead answer = await AskAsync(new() { GroupBy = GroupBy.All, Across = across, AcrossPercentile = percentile });

        Assert.Equal([("", value)], answer.Lines);
        Assert.Equal(unit, answer.Header.Metrics[0].Unit);
    }

    [Fact]
    public async Task QueryMetrics_Tenants_NoneIsAGroupAndUnknownIsAnother()
    {
        Memory(OnAlpha, Web, (0, 10));
        Memory(OnAlpha, Db, (0, 20));
        Memory(OnAlpha, TwinOnAlpha, (0, 5));
        Memory(OnAlpha, Stranger, (0, 1));

        MetricAnswerRead answer = await AskAsync(new() { GroupBy = GroupBy.Tenant, Across = Across.Sum });

        Assert.Equal([("", "5"), ("shop", "30"), ("unknown", "1")], answer.Lines);
        Assert.Equal([("db", "20"), ("web", "10")], (await AskAsync(new() { Tenant = "shop" })).Lines);
        Assert.Equal([("web", "10")], (await AskAsync(new() { Tenant = "shop", Name = "w?b" })).Lines);
        Assert.Empty((await AskAsync(new() { Tenant = "shop", Name = "t*" })).Lines);
        Assert.Empty((await AskAsync(new() { Tenant = "shop", Vm = $"{Stranger}" })).Lines);
    }

    [Fact]
    public async Task QueryMetrics_Pools_OfPoolsVolumesAndDisks()
    {
        Add(new Subject(SubjectKind.Pool, Alpha.Value, "default"), Metric.PoolAllocation, 3);
        Add(new Subject(SubjectKind.Pool, Beta.Value, "default"), Metric.PoolAllocation, 4);
        Add(new Subject(SubjectKind.Volume, Alpha.Value, "default/a"), Metric.VolumeAllocation, 5);
        Add(new Subject(SubjectKind.Volume, Alpha.Value, "other/b"), Metric.VolumeAllocation, 6);
        Add(new Subject(SubjectKind.VmDisk, Web.Value, "vda"), Metric.DiskReads, 7);
        Add(new Subject(SubjectKind.VmDisk, Web.Value, "vdz"), Metric.DiskReads, 8);
        QueryMetricsRequest ByPool(string metric) => new() { Metrics = { metric }, GroupBy = GroupBy.Pool, Across = Across.Sum, Aggregate = Aggregate.Last };

        Assert.Equal([("default", "7")], (await AskAsync(ByPool("storage_pool_allocation_bytes"))).Lines);
        Assert.Equal([("default", "5"), ("other", "6")], (await AskAsync(ByPool("storage_volume_allocation_bytes"))).Lines);
        Assert.Equal([("default", "7"), ("unknown", "8")], (await AskAsync(ByPool("vm_disk_reads_total"))).Lines);
        QueryMetricsRequest InPool(string metric) => new() { Metrics = { metric }, Pool = "default", Aggregate = Aggregate.Last };
        Assert.Equal([("alpha/default", "3"), ("beta/default", "4")], (await AskAsync(InPool("storage_pool_allocation_bytes"))).Lines);
        Assert.Equal([("alpha/default/a", "5")], (await AskAsync(InPool("storage_volume_allocation_bytes"))).Lines);
        Assert.Equal([("web/vda", "7")], (await AskAsync(InPool("vm_disk_reads_total"))).Lines);
    }

    [Fact]
    public async Task QueryMetrics_ByVm_AllItsDevicesTogether()
    {
        foreach (string disk in new[] { "vda", "vdb" })
        {
            Add(new Subject(SubjectKind.VmDisk, Web.Value, disk), Metric.DiskReads, 7);
        }

        QueryMetricsRequest request = new() { Metrics = { "vm_disk_reads_total" }, GroupBy = GroupBy.Vm, Across = Across.Sum, Aggregate = Aggregate.Last };

        Assert.Equal([("web", "14")], (await AskAsync(request)).Lines);
        Assert.Equal([("web/vdb", "7")], (await AskAsync(new() { Metrics = { "vm_disk_reads_total" }, Device = "vdb", Aggregate = Aggregate.Last })).Lines);
    }

    [Fact]
    public async Task QueryMetrics_Hosts_SelectedByNameAndCluster()
    {
        Add(new Subject(SubjectKind.Host, Alpha.Value, ""), Metric.HostLoad1, 1_000);
        Add(new Subject(SubjectKind.Host, Beta.Value, ""), Metric.HostLoad1, 2_000);
        QueryMetricsRequest Load(Action<QueryMetricsRequest> change)
        {
            QueryMetricsRequest request = new() { Metrics = { "host_load1" } };
            change(request);
            return request;
        }

        Assert.Equal([("alpha", "1"), ("beta", "2")], (await AskAsync(Load(_ => { }))).Lines);
        Assert.Equal([("beta", "2")], (await AskAsync(Load(r => r.Name = "b*"))).Lines);
        Assert.Equal([("alpha", "1")], (await AskAsync(Load(r => r.Cluster = "east"))).Lines);
        Assert.Empty((await AskAsync(Load(r => (r.Cluster, r.Host) = ("east", "beta")))).Lines);
        Assert.Equal([("east", "1"), ("west", "2")], (await AskAsync(Load(r => r.GroupBy = GroupBy.Cluster))).Lines);
    }

    [Theory]
    [InlineData(2u, Extreme.Unspecified, "db web", 1u)]
    [InlineData(1u, Extreme.Smallest, "moved", 2u)]
    [InlineData(9u, Extreme.Unspecified, "db web moved", 0u)]
    public async Task QueryMetrics_Top_RankedByTheMeanOfTheSteps(uint top, Extreme extreme, string names, uint leftOut)
    {
        Memory(OnAlpha, Web, (0, 10), (60_000, 30));
        Memory(OnAlpha, Db, (0, 21));
        Memory(OnBeta, Moved, (60_000, 19));

        MetricAnswerRead answer = await AskAsync(new() { StepMs = 60_000, Top = top, Extreme = extreme, Fill = Fill.Null });

        Assert.Equal(names, string.Join(' ', answer.Series.Select(s => s.Vm)));
        Assert.Equal((3u, leftOut), (answer.Trailer.SeriesMatched, answer.Trailer.SeriesLeftOut));
    }

    [Theory]
    [InlineData(Fill.Unspecified, "4")]
    [InlineData(Fill.Null, "null 4 null null null null null null null")]
    [InlineData(Fill.Previous, "null 4 4 4 4 4 4 null null")]
    public async Task QueryMetrics_Fill_NeverZero(Fill fill, string values)
    {
        Memory(OnAlpha, Web, (60_000, 4));

        MetricAnswerRead answer = await AskAsync(new() { StepMs = 60_000, Fill = fill, FromUnixMs = M, ToUnixMs = M + (9 * 60_000) });

        Assert.Equal([("web", values)], answer.Lines);
    }

    [Fact]
    public async Task QueryMetrics_LongSeries_InPiecesOfBoundedSize()
    {
        await StartAsync(new QueryLimits { PointsOfMessage = 4 });
        Memory(OnAlpha, Web, [.. Enumerable.Range(0, 10).Select(i => (i * 1_000L, (long)i))]);
        Memory(OnAlpha, Db, (0, 1), (1_000, 2));

        MetricAnswerRead answer = await AskAsync(new() { StepMs = 1_000 });

        Assert.Equal([("db", "1 2"), ("web", "0 1 2 3 4 5 6 7 8 9")], answer.Lines);
        Assert.Equal(5, answer.Messages);
    }

    [Fact]
    public async Task QueryMetrics_NothingThere_HeaderAndTrailer()
    {
        MetricAnswerRead answer = await AskAsync(new() { Fill = Fill.Null });

        Assert.Equal((0, 2), (answer.Series.Count, answer.Messages));
    }

    [Fact]
    public async Task QueryMetrics_RelativeTimes_ResolvedInTheHeader()
    {
        MetricAnswerRead answer = await AskAsync(new() { FromUnixMs = -60_000, ToUnixMs = -1_000 });

        Assert.Equal((QueryServer.Now - 60_000, QueryServer.Now - 1_000), (answer.Header.FromUnixMs, answer.Header.ToUnixMs));
    }

    [Theory]
    [InlineData("", "metrics: '0 metrics' is not allowed; give 1 to 16")]
    [InlineData("metrics=host_load1 metrics=host_load1", "metrics: 'host_load1' is not allowed; give each metric once")]
    [InlineData("metrics=host_load1 vm=web", "vm: 'host_load1' is not allowed; it is a metric of hosts")]
    [InlineData("metrics=host_load1 tenant=shop", "tenant: 'shop' is not allowed; host_load1 is a metric of hosts")]
    [InlineData("metrics=host_load1 pool=default", "pool: 'default' is not allowed; host_load1 is no metric of pools")]
    [InlineData("metrics=host_load1 group=5", "group_by: Pool is not allowed; host_load1 is no metric of pools")]
    [InlineData("metrics=host_load1 group=4", "group_by: Tenant is not allowed; host_load1 is no metric of VMs")]
    [InlineData("metrics=host_load1 group=9", "group_by: 9 is not allowed; numbers of GroupBy, 0 to 6")]
    [InlineData("metrics=host_load1 aggregate=7", "aggregate: Rate is not allowed; only counters have a rate, and host_load1 is none")]
    [InlineData("metrics=host_load1 aggregate=10", "aggregate: 10 is not allowed; numbers of Aggregate, 0 to 9")]
    [InlineData("metrics=host_load1 aggregate=8", "percentile: 0 is not allowed; over 0, at most 100")]
    [InlineData("metrics=host_load1 group=6 across=6", "across_percentile: 0 is not allowed; over 0, at most 100")]
    [InlineData("metrics=host_load1 across=1", "across: Sum is not allowed; without group_by")]
    [InlineData("metrics=host_load1 top=10001", "top: 10001 is not allowed; 1 to 10000, or 0 for all")]
    [InlineData("metrics=host_load1 extreme=1", "extreme: Smallest is not allowed; it is only for top")]
    [InlineData("metrics=host_load1 from=0", "from_unix_ms: 0 is not allowed")]
    [InlineData("metrics=host_load1 step=1 from=-34560000000", "step_ms: 1 is not allowed; the range has more than 1000000 such steps")]
    [InlineData("metrics=vm_memory_rss_bytes vm=twin", "vm: 'twin' is not allowed; 2 VMs have this name")]
    [InlineData("metrics=host_load1 cluster=easy", "cluster: there is no cluster 'easy'; did you mean 'east'?")]
    [InlineData("metrics=vm_memory_rss_bytes tenant=shoe", "tenant: there is no tenant 'shoe'; did you mean 'shop'?")]
    [InlineData("metrics=storage_pool_allocation_bytes pool=ceph", "pool: there is no pool 'ceph'; 'virtctl pools'")]
    public async Task QueryMetrics_WrongRequest_RefusedNamingFieldValueAndRange(string fields, string message)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => MetricAnswerRead.ReadAsync(_server.Query, Written(fields)));

        Assert.Contains(refused.StatusCode, new[] { StatusCode.InvalidArgument, StatusCode.NotFound });
        Assert.StartsWith(message, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 1_000, 0u, "the answer has more than 20 points")]
    [InlineData(1_000, 20, 0u, "the answer needs more than 20 stored values")]
    [InlineData(20, 1_000, 2u, "the answer has more than 20 points")]
    public async Task QueryMetrics_TooMuch_RefusedWithWhatToChange(int points, long stored, uint top, string message)
    {
        await StartAsync(new QueryLimits { Points = points, StoredValues = stored });
        Memory(OnAlpha, Web, [.. Enumerable.Range(0, 21).Select(i => (i * 1_000L, 1L))]);
        Memory(OnAlpha, Db, (0, 1));

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => AskAsync(new() { StepMs = 6_000, Top = top, Fill = Fill.Null }));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.StartsWith(message, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryMetrics_TooMuchOverHttp_APlainStatus()
    {
        await StartAsync(new QueryLimits { StoredValues = 1 });
        Memory(OnAlpha, Web, (0, 1), (1_000, 2));

        using HttpResponseMessage response = await _server.Http.GetAsync(
            new Uri($"/v1/query?metrics=vm_memory_rss_bytes&fromUnixMs={M}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Contains("more than 1 stored values", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryMetrics_TwoMetrics_ShareTheLimitOfStoredValues()
    {
        await StartAsync(new QueryLimits { StoredValues = 5 });
        Memory(OnAlpha, Web, (0, 1), (1_000, 2), (2_000, 3));
        _store.Add(OnAlpha, new Subject(SubjectKind.Vm, Web.Value, ""), Metric.VmVcpuCount, (M, 1), (M + 1_000, 1), (M + 2_000, 1));
        string[] both = ["vm_memory_rss_bytes", "vm_vcpus"];

        Assert.All(both, metric => Assert.Single(AskAsync(new() { Metrics = { metric } }).GetAwaiter().GetResult().Series));
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => AskAsync(new() { Metrics = { both } }));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    [Fact]
    public async Task QueryMetrics_ManyValuesOfAStep_SaysHowExactItsPercentilesAre()
    {
        Memory(OnAlpha, Web, [.. Enumerable.Range(0, 20_001).Select(i => ((long)i, (long)i + 1))]);
        QueryMetricsRequest request = new() { Aggregate = Aggregate.Percentile, Percentile = 50 };

        MetricAnswerRead sketched = await AskAsync(request);
        MetricAnswerRead exact = await AskAsync(new(request) { Exact = true });

        Assert.InRange(sketched.Series[0].Points[0].Value, 9_901, 10_101);
        Assert.Equal((0.01, 0.0), (sketched.Trailer.PercentileRelativeError, exact.Trailer.PercentileRelativeError));
        Assert.Equal([("web", "10001")], exact.Lines);
    }

    private async Task StartAsync(QueryLimits? limits = null)
    {
        await (_server?.DisposeAsync() ?? default);
        _server = await QueryServer.StartAsync(_store, limits);
        _server.Fleet.Hosts =
        [
            Host(Beta, "beta", AgentStatus.Connected, View(TwinOnBeta, "twin", VmState.Running), View(Moved, "moved", VmState.Running, "lab")) with { Cluster = "west" },
            Host(Alpha, "alpha", AgentStatus.Connected, View(Web, "web", VmState.Running, "shop"), View(Db, "db", VmState.Running, "shop"), View(TwinOnAlpha, "twin", VmState.Running)) with { Cluster = "east" },
        ];
    }

    private void Memory(int epoch, VmId vm, params (long After, long Raw)[] values) =>
        _store.Add(epoch, new Subject(SubjectKind.Vm, vm.Value, ""), Metric.VmMemoryRss, [.. values.Select(v => (M + v.After, v.Raw))]);

    private void Add(Subject subject, MetricId metric, long raw) => _store.Add(OnAlpha, subject, metric, (M, raw));

    // What a request leaves open: memory of VMs, over the two minutes that the values are in.
    private Task<MetricAnswerRead> AskAsync(QueryMetricsRequest request)
    {
        if (request.Metrics.Count == 0)
        {
            request.Metrics.Add("vm_memory_rss_bytes");
        }

        (request.FromUnixMs, request.ToUnixMs) = request.FromUnixMs == 0 ? (M, request.ToUnixMs == 0 ? M + 120_000 : request.ToUnixMs) : (request.FromUnixMs, request.ToUnixMs);
        return MetricAnswerRead.ReadAsync(_server.Query, request);
    }

    private static QueryMetricsRequest Written(string fields)
    {
        QueryMetricsRequest request = new() { FromUnixMs = -1_000, StepMs = 1_000 };
        foreach ((string field, string value) in fields.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => (f.Split('=')[0], f.Split('=')[1])))
        {
            Action set = field switch
            {
                "metrics" => () => request.Metrics.Add(value),
                "vm" => () => request.Vm = value,
                "tenant" => () => request.Tenant = value,
                "cluster" => () => request.Cluster = value,
                "pool" => () => request.Pool = value,
                "top" => () => request.Top = uint.Parse(value, null),
                "from" => () => request.FromUnixMs = long.Parse(value, null),
                "step" => () => request.StepMs = ulong.Parse(value, null),
                "group" => () => request.GroupBy = (GroupBy)int.Parse(value, null),
                "across" => () => request.Across = (Across)int.Parse(value, null),
                "extreme" => () => request.Extreme = (Extreme)int.Parse(value, null),
                _ => () => request.Aggregate = (Aggregate)int.Parse(value, null),
            };
            set();
        }

        return request;
    }
}
