using Grpc.Core;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using static VirtAgents.Collector.Tests.Query.SampleFleet;
using Metric = VirtAgents.Core.Model.Metric;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Collector.Tests.Query;

public sealed class SeriesQueryOnListsTests : SeriesQueryTests
{
    private protected override Task<ITimeSeriesStore> OpenAsync(StoredValues values) => Task.FromResult<ITimeSeriesStore>(values.ToLists());
}

public sealed class SeriesQueryOnEmbeddedStoreTests : SeriesQueryTests
{
    private readonly string _directory = Directory.CreateTempSubdirectory("va-query-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private protected override async Task<ITimeSeriesStore> OpenAsync(StoredValues values) =>
        await values.ToEmbeddedAsync(_directory, TestContext.Current.CancellationToken);
}

public abstract class SeriesQueryTests : IAsyncDisposable
{
    private const long Second = 1_000_000_000;
    private const long T = QueryServer.Now - 3_600_000;
    private static readonly Subject WebVm = new(SubjectKind.Vm, Web.Value, "");
    private static readonly Subject DbVm = new(SubjectKind.Vm, Db.Value, "");
    private static readonly Subject MovedVm = new(SubjectKind.Vm, Moved.Value, "");
    private static readonly Subject WebDisk = new(SubjectKind.VmDisk, Web.Value, "vda");
    private static readonly Subject WebDisk2 = new(SubjectKind.VmDisk, Web.Value, "vdb");
    private static readonly Subject AlphaHost = new(SubjectKind.Host, Alpha.Value, "");
    private static readonly Subject AlphaPool = new(SubjectKind.Pool, Alpha.Value, "default");

    private ITimeSeriesStore? _store;
    private QueryServer? _server;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_server?.DisposeAsync() ?? default);
        await (_store?.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task QueryRange_NoStep_EveryValueInItsUnit()
    {
        await StartAsync(new StoredValues().Add(WebVm, Metric.VmCpuTime, (T, 500_000_000), (T + 2_000, Second), (T + 4_000, 2 * Second)));

        QueryRangeResponse answer = await RangeAsync(new() { Metric = "vm_cpu_seconds_total", Vm = "web", FromUnixMs = T, ToUnixMs = T + 4_000 });

        Series series = Assert.Single(answer.Series);
        Assert.Equal(("web", Web.ToString(), "", ""), (series.Vm, series.VmId, series.Host, series.Device));
        Assert.Equal([(T, 0.5), (T + 2_000, 1.0)], Points(series));
        Assert.Equal("seconds", answer.Unit);
    }

    [Fact]
    public async Task QueryRange_RateBySteps_GrowthOverTimeAlsoOfTheFirstStep()
    {
        await StartAsync(new StoredValues().Add(
            WebVm, Metric.VmCpuTime, (T - 2_000, 0), (T, Second), (T + 2_000, 2 * Second), (T + 4_000, 0), (T + 6_000, Second), (T + 8_000, 5 * Second)));

        QueryRangeResponse answer = await RangeAsync(new()
        {
            Metric = "vm_cpu_seconds_total", Vm = "web", FromUnixMs = T, ToUnixMs = T + 60_000, StepMs = 4_000, Aggregate = Aggregate.Rate,
        });

        Assert.Equal([(T, 0.5), (T + 4_000, 0.5), (T + 8_000, 2.0)], Points(Assert.Single(answer.Series)));
        Assert.Equal("seconds per second", answer.Unit);
    }

    [Theory]
    [InlineData(Aggregate.Unspecified, 0.0, 25.0)]
    [InlineData(Aggregate.Avg, 0.0, 25.0)]
    [InlineData(Aggregate.Sum, 0.0, 100.0)]
    [InlineData(Aggregate.Min, 0.0, 10.0)]
    [InlineData(Aggregate.Max, 0.0, 40.0)]
    [InlineData(Aggregate.Last, 0.0, 40.0)]
    [InlineData(Aggregate.Count, 0.0, 4.0)]
    [InlineData(Aggregate.Percentile, 50.0, 20.0)]
    [InlineData(Aggregate.Percentile, 99.9, 40.0)]
    public async Task QueryRange_Aggregate_OfTheStep(Aggregate aggregate, double percentile, double expected)
    {
        await StartAsync(new StoredValues().Add(WebVm, Metric.VmMemoryRss, (T, 10), (T + 2_000, 20), (T + 4_000, 30), (T + 6_000, 40)));

        QueryRangeResponse answer = await RangeAsync(new()
        {
            Metric = "vm_memory_rss_bytes", Vm = "web", FromUnixMs = -3_600_000, StepMs = 60_000, Aggregate = aggregate, Percentile = percentile,
        });

        Assert.Equal([(T, expected)], Points(Assert.Single(answer.Series)), (a, b) => a.Item2 == b.Item2);
        Assert.Equal(aggregate == Aggregate.Count ? "values" : "bytes", answer.Unit);
    }

    [Fact]
    public async Task QueryRange_DerivedBySteps_ExactMeanAndUnknownLeftOut()
    {
        await StartAsync(new StoredValues()
            .Add(WebVm, Metric.VmCpuTime, (T, 0), (T + 2_000, Second), (T + 4_000, 5 * Second), (T + 6_000, 0))
            .Add(WebVm, Metric.VmVcpuCount, (T - 600_000, 2))
            .Add(DbVm, Metric.VmCpuTime, (T, 0), (T + 2_000, Second)));

        QueryRangeResponse answer = await RangeAsync(new() { Metric = "vm_cpu_percent", FromUnixMs = T, ToUnixMs = T + 60_000, StepMs = 3_600_000 });

        Assert.Equal([62.5], Points(Assert.Single(answer.Series)).Select(p => p.Item2));
        Assert.Equal("percent", answer.Unit);
    }

    [Fact]
    public async Task QueryRange_Devices_ASeriesEachOrTheOneAskedFor()
    {
        await StartAsync(new StoredValues()
            .Add(WebDisk2, Metric.DiskReadBytes, (T, 0), (T + 15_000, 30))
            .Add(WebDisk, Metric.DiskReadBytes, (T, 0), (T + 15_000, 15)));
        QueryRangeRequest request = new() { Metric = "vm_disk_read_bytes_per_second", Vm = "web", FromUnixMs = T };

        Assert.Equal(["vda", "vdb"], (await RangeAsync(request)).Series.Select(s => s.Device));
        request.Device = "vdb";
        Assert.Equal([(T + 15_000, 2.0)], Points(Assert.Single((await RangeAsync(request)).Series)));
    }

    [Fact]
    public async Task QueryRange_Host_ItsVmsOrItself()
    {
        await StartAsync(new StoredValues()
            .Add(WebVm, Metric.VmMemoryRss, (T, 1))
            .Add(DbVm, Metric.VmMemoryRss, (T, 2))
            .Add(MovedVm, Metric.VmMemoryRss, (T, 3))
            .Add(AlphaHost, Metric.HostLoad1, (T, 1_500)));

        Assert.Equal(["db", "web"], (await RangeAsync(new() { Metric = "vm_memory_rss_bytes", Host = "alpha", FromUnixMs = T })).Series.Select(s => s.Vm));
        Assert.Equal(["db", "moved", "web"], (await RangeAsync(new() { Metric = "vm_memory_rss_bytes", FromUnixMs = T })).Series.Select(s => s.Vm));
        Series host = Assert.Single((await RangeAsync(new() { Metric = "host_load1", Host = "alpha", FromUnixMs = T })).Series);
        Assert.Equal(("alpha", "", 1.5), (host.Host, host.Vm, host.Points[0].Value));
        Assert.Empty((await RangeAsync(new() { Metric = "host_load1", Host = "beta", FromUnixMs = T })).Series);
    }

    [Fact]
    public async Task QueryRange_HostWithoutVms_NothingAndNotEverything()
    {
        await StartAsync(new StoredValues().Add(WebVm, Metric.VmMemoryRss, (T, 1)));
        _server!.Fleet.Hosts = [Host(Alpha, "alpha", AgentStatus.Connected)];

        Assert.Empty((await RangeAsync(new() { Metric = "vm_memory_rss_bytes", Host = "alpha", FromUnixMs = T })).Series);
    }

    [Fact]
    public async Task QueryRange_VmOfThePast_ByUuid()
    {
        VmId gone = Vm(99);
        await StartAsync(new StoredValues().Add(new Subject(SubjectKind.Vm, gone.Value, ""), Metric.VmMemoryRss, (T, 1)));

        Series series = Assert.Single((await RangeAsync(new() { Metric = "vm_memory_rss_bytes", Vm = gone.ToString(), FromUnixMs = T })).Series);

        Assert.Equal((gone.ToString(), ""), (series.VmId, series.Vm));
    }

    [Theory]
    [InlineData("vm_cpu_seconds_totl", "", "", -1, 0, 0u, Aggregate.Unspecified, 0, StatusCode.NotFound, "did you mean 'vm_cpu_seconds_total'")]
    [InlineData("", "", "", -1, 0, 0u, Aggregate.Unspecified, 0, StatusCode.InvalidArgument, "metric: '' is not allowed; give the name of a metric")]
    [InlineData("host_load1", "", "web", -1, 0, 0u, Aggregate.Unspecified, 0, StatusCode.InvalidArgument, "it is a metric of hosts")]
    [InlineData("host_load1", "alpha", "web", -1, 0, 0u, Aggregate.Unspecified, 0, StatusCode.InvalidArgument, "at most one of host and vm")]
    [InlineData("host_load1", "", "", 0, 0, 0u, Aggregate.Unspecified, 0, StatusCode.InvalidArgument, "from_unix_ms: 0 is not allowed")]
    [InlineData("host_load1", "", "", 10, 10, 0u, Aggregate.Unspecified, 0, StatusCode.InvalidArgument, "to_unix_ms: 10 is not allowed; it must be over from_unix_ms (10)")]
    [InlineData("host_load1", "", "", long.MinValue, 0, 0u, Aggregate.Unspecified, 0, StatusCode.InvalidArgument, "from_unix_ms: -9223372036854775808")]
    [InlineData("host_load1", "", "", 1, 0, 0u, Aggregate.Unspecified, 0, StatusCode.InvalidArgument, "the range is 19676 days, at most 400 are allowed")]
    [InlineData("host_load1", "", "", -86_400_000, 0, 50u, Aggregate.Unspecified, 0, StatusCode.InvalidArgument, "step_ms: 50 is not allowed; the range has more than 1000000 such steps; at least 87 milliseconds")]
    [InlineData("host_load1", "", "", -1, 0, uint.MaxValue * 10L, Aggregate.Unspecified, 0, StatusCode.InvalidArgument, "step_ms: 42949672950 is not allowed")]
    [InlineData("host_load1", "", "", -1, 0, 0u, Aggregate.Max, 0, StatusCode.InvalidArgument, "aggregate: Max is not allowed; without step_ms")]
    [InlineData("host_load1", "", "", -1, 0, 1_000u, Aggregate.Rate, 0, StatusCode.InvalidArgument, "host_load1 is none")]
    [InlineData("vm_cpu_percent", "", "", -1, 0, 1_000u, Aggregate.Rate, 0, StatusCode.InvalidArgument, "vm_cpu_percent is none")]
    [InlineData("host_load1", "", "", -1, 0, 1_000u, Aggregate.Percentile, 0, StatusCode.InvalidArgument, "percentile: 0 is not allowed; over 0, at most 100")]
    [InlineData("host_load1", "", "", -1, 0, 1_000u, Aggregate.Percentile, double.NaN, StatusCode.InvalidArgument, "over 0, at most 100")]
    [InlineData("host_load1", "", "", -1, 0, 1_000u, Aggregate.Avg, 95, StatusCode.InvalidArgument, "it is only for AGGREGATE_PERCENTILE")]
    [InlineData("host_load1", "", "", -1, 0, 1_000u, (Aggregate)42, 0, StatusCode.InvalidArgument, "aggregate: 42 is not allowed")]
    public async Task QueryRange_WrongRequest_RefusedNamingFieldValueAndRange(
        string metric, string host, string vm, long from, long to, long step, Aggregate aggregate, double percentile, StatusCode code, string message)
    {
        await StartAsync(new StoredValues());

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => RangeAsync(new()
        {
            Metric = metric, Host = host, Vm = vm, FromUnixMs = from, ToUnixMs = to, StepMs = (ulong)step, Aggregate = aggregate, Percentile = percentile,
        }));

        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(message, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryRange_TooMuch_RefusedWithWhatToChange()
    {
        StoredValues values = new StoredValues().Add(WebVm, Metric.VmMemoryRss, [.. Enumerable.Range(0, 21).Select(i => (T + (i * 2_000L), 1L))]);
        await StartAsync(values, new QueryLimits { Points = 20, StoredValues = 1_000 });
        RpcException points = await Assert.ThrowsAsync<RpcException>(() => RangeAsync(new() { Metric = "vm_memory_rss_bytes", FromUnixMs = T }));
        Assert.Equal((StatusCode.ResourceExhausted, "the answer has more than 20 points; use a longer step_ms, a shorter range, or name one vm, host or device"), (points.StatusCode, points.Status.Detail));
    }

    [Fact]
    public async Task QueryRange_TooManyStoredValues_RefusedWithWhatToChange()
    {
        StoredValues values = new StoredValues().Add(WebVm, Metric.VmMemoryRss, [.. Enumerable.Range(0, 21).Select(i => (T + (i * 2_000L), 1L))]);
        await StartAsync(values, new QueryLimits { StoredValues = 20 });

        RpcException stored = await Assert.ThrowsAsync<RpcException>(
            () => RangeAsync(new() { Metric = "vm_memory_rss_bytes", FromUnixMs = T, StepMs = 3_600_000 }));

        Assert.Equal(StatusCode.ResourceExhausted, stored.StatusCode);
        Assert.Contains("more than 20 stored values", stored.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetLatest_Vm_NewestOfEverySeriesInItsUnit()
    {
        await StartAsync(new StoredValues()
            .Add(WebVm, Metric.VmCpuTime, (QueryServer.Now - 4_000, Second), (QueryServer.Now - 2_000, 3 * Second))
            .Add(WebVm, Metric.VmMemoryRss, (QueryServer.Now - 700_000, 1))
            .Add(WebDisk, Metric.DiskReads, (QueryServer.Now - 15_000, 7))
            .Add(DbVm, Metric.VmCpuTime, (QueryServer.Now - 2_000, 1)));

        GetLatestResponse answer = await LatestAsync(new() { Vm = "web" });

        Assert.Equal(
            [
                new LatestValue { Metric = "vm_cpu_seconds_total", Unit = "seconds", TimeUnixMs = QueryServer.Now - 2_000, Value = 3 },
                new LatestValue { Metric = "vm_disk_reads_total", Device = "vda", Unit = "operations", TimeUnixMs = QueryServer.Now - 15_000, Value = 7 },
            ],
            answer.Values);
    }

    [Fact]
    public async Task GetLatest_HostAndMetric_ItsSeries()
    {
        await StartAsync(new StoredValues()
            .Add(AlphaHost, Metric.HostLoad1, (QueryServer.Now - 2_000, 1_500))
            .Add(AlphaPool, Metric.PoolAllocation, (QueryServer.Now - 2_000, 30))
            .Add(AlphaPool, Metric.PoolCapacity, (QueryServer.Now - 2_000, 40)));

        Assert.Equal(["host_load1", "storage_pool_allocation_bytes", "storage_pool_capacity_bytes"], (await LatestAsync(new() { Host = "alpha" })).Values.Select(v => v.Metric));
        Assert.Equal([1.5], (await LatestAsync(new() { Host = "alpha", Metric = "host_load1" })).Values.Select(v => v.Value));
        LatestValue used = Assert.Single((await LatestAsync(new() { Host = "alpha", Metric = "storage_pool_used_percent" })).Values);
        Assert.Equal(("default", 75.0, "percent"), (used.Device, used.Value, used.Unit));
    }

    [Fact]
    public async Task GetLatest_BothNeitherOrWrongKind_Refused()
    {
        await StartAsync(new StoredValues());

        await RefusedAsync("give a host or a vm", new());
        await RefusedAsync("exactly one of host and vm", new() { Host = "alpha", Vm = "web" });
        await RefusedAsync("it is a metric of hosts", new() { Vm = "web", Metric = "host_load1" });
        await RefusedAsync("it is a metric of VMs", new() { Host = "alpha", Metric = "vm_cpu_percent" });
    }

    private protected abstract Task<ITimeSeriesStore> OpenAsync(StoredValues values);

    private static IEnumerable<(long, double)> Points(Series series) => series.Points.Select(p => (p.TimeUnixMs, p.Value));

    private async Task StartAsync(StoredValues values, QueryLimits? limits = null)
    {
        _store = await OpenAsync(values);
        _server = await QueryServer.StartAsync(_store, limits);
    }

    private Task<QueryRangeResponse> RangeAsync(QueryRangeRequest request) =>
        _server!.Query.QueryRangeAsync(request, QueryServer.Options()).ResponseAsync;

    private Task<GetLatestResponse> LatestAsync(GetLatestRequest request) =>
        _server!.Query.GetLatestAsync(request, QueryServer.Options()).ResponseAsync;

    private async Task RefusedAsync(string message, GetLatestRequest request)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => LatestAsync(request));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains(message, refused.Status.Detail, StringComparison.Ordinal);
    }
}
