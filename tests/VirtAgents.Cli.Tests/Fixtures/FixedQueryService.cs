using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>Answers of a collector whose estate never changes. Requests are kept, failures can be ordered.</summary>
internal sealed class FixedQueryService : QueryService.QueryServiceBase
{
    public List<Host> Hosts { get; } = [.. CollectorData.Hosts()];

    public List<Vm> Vms { get; } = [.. CollectorData.Vms()];

    public List<object> Requests { get; } = [];

    public RpcException? Failure { get; set; }

    /// <summary>What a proxy on the way answers in place of the collector; null = there is none.</summary>
    public int? ProxyStatus { get; set; }

    public TaskCompletionSource? Hang { get; set; }

    public List<Series> Series { get; } = [];

    /// <summary>Series of the answers in steps; those without a metric are of the first one that is asked for.</summary>
    public List<MetricSeries> Steps { get; } = [];

    public QueryTrailer? Trailer { get; set; } = new() { Samples = 3600, HourRollups = 24, SeriesMatched = 3, SeriesAnswered = 1, SeriesLeftOut = 2, Points = 50 };

    public string Unit { get; set; } = "percent";

    public override async Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context)
    {
        await NoteAsync(request, context);
        return new ListHostsResponse { Hosts = { Hosts } };
    }

    /// <summary>Two at a time whatever is asked, so that paging is tried.</summary>
    public override async Task<ListVmsResponse> ListVms(ListVmsRequest request, ServerCallContext context)
    {
        await NoteAsync(request.Clone(), context);
        var start = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, System.Globalization.CultureInfo.InvariantCulture);
        var matching = Vms.Where(vm => request.States.Count == 0 || request.States.Contains(vm.State)).ToArray();
        var next = start + 2 < matching.Length ? (start + 2).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        return new ListVmsResponse { Vms = { matching.Skip(start).Take(2) }, NextPageToken = next, Total = (uint)matching.Length };
    }

    public override async Task<Vm> GetVm(GetVmRequest request, ServerCallContext context)
    {
        await NoteAsync(request, context);
        return Vms.Find(vm => vm.Name == request.Vm || vm.Id == request.Vm)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"There is no VM '{request.Vm}'."));
    }

    public override async Task<ListPoolsResponse> ListPools(ListPoolsRequest request, ServerCallContext context)
    {
        await NoteAsync(request, context);
        return new ListPoolsResponse { Pools = { CollectorData.Pools() } };
    }

    public override async Task<ListVolumesResponse> ListVolumes(ListVolumesRequest request, ServerCallContext context)
    {
        await NoteAsync(request, context);
        var host = Hosts.Find(host => host.Id == request.Host || host.Name == request.Host)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"There is no host '{request.Host}'."));
        Volume[] volumes = [.. CollectorData.Volumes().Where(volume => volume.Host == host.Name)];
        return new ListVolumesResponse { Volumes = { volumes }, LeftOut = new Value { Known = volumes.Length > 0, Number = volumes.Length > 0 ? 1_234 : 0 } };
    }

    public override async Task<GetLatestResponse> GetLatest(GetLatestRequest request, ServerCallContext context)
    {
        await NoteAsync(request, context);
        return new GetLatestResponse
        {
            Values =
            {
                new LatestValue { Metric = "vm_cpu_seconds_total", Unit = "seconds", TimeUnixMs = CollectorData.Ago(1.5), Value = 1234.5 },
                new LatestValue { Metric = "vm_memory_rss_bytes", Unit = "bytes", TimeUnixMs = CollectorData.Ago(1.5), Value = 1610612736 },
                new LatestValue { Metric = "vm_state", Unit = "state", TimeUnixMs = CollectorData.Ago(9), Value = 1 },
                new LatestValue { Metric = "vm_disk_read_bytes_total", Device = "vda", Unit = "bytes", TimeUnixMs = CollectorData.Ago(9), Value = 0 },
            },
        };
    }

    public override async Task<QueryRangeResponse> QueryRange(QueryRangeRequest request, ServerCallContext context)
    {
        await NoteAsync(request, context);
        return new QueryRangeResponse { Unit = Unit, Series = { Series } };
    }

    /// <summary>Each series in two pieces, so that joining them is tried.</summary>
    public override async Task QueryMetrics(QueryMetricsRequest request, IServerStreamWriter<QueryMetricsResponse> responseStream, ServerCallContext context)
    {
        await NoteAsync(request, context);
        await responseStream.WriteAsync(new QueryMetricsResponse { Header = Header(request) }, context.CancellationToken);
        foreach (var series in Steps)
        {
            var (first, second) = (series.Clone(), series.Clone());
            first.Metric = second.Metric = series.Metric.Length > 0 ? series.Metric : request.Metrics[0];
            first.Points.Clear();
            first.Points.AddRange(series.Points.Take(series.Points.Count / 2));
            first.More = true;
            second.Points.Clear();
            second.Points.AddRange(series.Points.Skip(series.Points.Count / 2));
            await responseStream.WriteAsync(new QueryMetricsResponse { Batch = new SeriesBatch { Series = { first } } }, context.CancellationToken);
            await responseStream.WriteAsync(new QueryMetricsResponse { Batch = new SeriesBatch { Series = { second } } }, context.CancellationToken);
        }

        if (Trailer is { } trailer)
        {
            await responseStream.WriteAsync(new QueryMetricsResponse { Trailer = trailer }, context.CancellationToken);
        }
    }

    public override async Task<ListMetricsResponse> ListMetrics(ListMetricsRequest request, ServerCallContext context)
    {
        await NoteAsync(request, context);
        return new ListMetricsResponse
        {
            Metrics =
            {
                new MetricDescription { Name = "host_load1", Subject = "host", Shape = "gauge", Unit = "processes", Source = "/proc/loadavg" },
                new MetricDescription { Name = "vm_cpu_seconds_total", Subject = "vm", Shape = "counter", Unit = "seconds", Source = "/proc/PID/stat" },
                new MetricDescription { Name = "vm_cpu_percent", Subject = "vm", Shape = "derived", Unit = "percent" },
            },
        };
    }

    public override async Task WatchLatest(WatchLatestRequest request, IServerStreamWriter<WatchLatestResponse> responseStream, ServerCallContext context)
    {
        await NoteAsync(request, context);
        for (var i = 0; i < 2; i++)
        {
            await responseStream.WriteAsync(
                new WatchLatestResponse { TimeUnixMs = CollectorData.Now.ToUnixTimeMilliseconds() + i * 2000, Hosts = { Hosts }, Vms = { Vms } }, context.CancellationToken);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
    }

    private QueryHeader Header(QueryMetricsRequest request)
    {
        var now = CollectorData.Now.ToUnixTimeMilliseconds();
        var (from, to) = (request.FromUnixMs < 0 ? now + request.FromUnixMs : request.FromUnixMs, request.ToUnixMs == 0 ? now : request.ToUnixMs);
        return new QueryHeader
        {
            FromUnixMs = from,
            ToUnixMs = to,
            StepMs = request.StepMs == 0 ? to - from : (long)request.StepMs,
            Metrics =
            {
                request.Metrics.Select(metric => new QueriedMetric
                {
                    Metric = metric,
                    Unit = Unit,
                    Aggregate = request.Aggregate != Aggregate.Unspecified ? request.Aggregate
                        : metric.EndsWith("_total", StringComparison.Ordinal) ? Aggregate.Rate : Aggregate.Avg,
                }),
            },
        };
    }

    private async Task NoteAsync(object request, ServerCallContext context)
    {
        lock (Requests)
        {
            Requests.Add(request);
        }

        if (Hang is { } hang)
        {
            hang.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        }

        if (Failure is { } failure)
        {
            throw failure;
        }
    }
}
