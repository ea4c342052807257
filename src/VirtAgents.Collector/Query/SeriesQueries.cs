using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Query;

/// <summary>Answers what is asked of stored values: over time, and the newest ones.</summary>
internal sealed class SeriesQueries
{
    private readonly IFleetReader _fleet;
    private readonly ITimeSeriesStore _store;
    private readonly QueryLimits _limits;
    private readonly TimeProvider _clock;
    private readonly RangeReader _reader;
    private readonly QueryTurns _turns;

    public SeriesQueries(IFleetReader fleet, ITimeSeriesStore store, QueryLimits limits, QueryTurns turns, TimeProvider clock)
    {
        _fleet = fleet;
        _store = store;
        _limits = limits;
        _clock = clock;
        _reader = new RangeReader(store, limits);
        _turns = turns;
    }

    public async Task<QueryRangeResponse> RangeAsync(QueryRangeRequest request, CancellationToken cancellationToken)
    {
        if (request.Host.Length > 0 && request.Vm.Length > 0)
        {
            throw QueryRefusedException.Invalid("vm", request.Vm, "host is given too; give at most one of host and vm");
        }

        RangePlan plan = RangePlan.Parse(request, _clock.GetUtcNow().ToUnixTimeMilliseconds(), _limits);
        FleetDirectory directory = await FleetDirectory.ReadAsync(_fleet, cancellationToken);
        QueryRangeResponse response = new() { Unit = plan.Unit };
        if (OwnersOf(plan.Metric, request, directory) is not { } owners)
        {
            return response;
        }

        using IDisposable turn = await _turns.TakeAsync(cancellationToken);
        List<Series> series = [];
        await foreach ((Subject subject, List<SeriesPoint> points) in _reader.ReadAsync(plan, owners, cancellationToken))
        {
            series.Add(ToMessage(subject, points, directory));
        }

        response.Series.AddRange(series
            .OrderBy(s => s.Host, StringComparer.Ordinal).ThenBy(s => s.Vm, StringComparer.Ordinal)
            .ThenBy(s => s.VmId, StringComparer.Ordinal).ThenBy(s => s.Device, StringComparer.Ordinal));
        return response;
    }

    public async Task<GetLatestResponse> LatestAsync(GetLatestRequest request, CancellationToken cancellationToken)
    {
        if (request.Host.Length > 0 == request.Vm.Length > 0)
        {
            throw QueryRefusedException.Invalid(
                "vm", request.Vm, request.Vm.Length > 0 ? "host is given too; give exactly one of host and vm" : "give a host or a vm");
        }

        MetricChoice? metric = request.Metric.Length > 0 ? MetricChoice.Parse(request.Metric, "metric") : null;
        FleetDirectory directory = await FleetDirectory.ReadAsync(_fleet, cancellationToken);
        Guid owner = OwnerOf(metric, request, directory);
        IEnumerable<LatestValue> values = metric?.Derived is { } derived
            ? await DerivedLatestAsync(derived, owner, cancellationToken)
            : await SampledLatestAsync(metric?.Sampled, owner, cancellationToken);
        return new GetLatestResponse
        {
            Values = { values.OrderBy(v => v.Metric, StringComparer.Ordinal).ThenBy(v => v.Device, StringComparer.Ordinal) },
        };
    }

    // Null = nobody, which must not be mistaken for the store's "all".
    private static Guid[]? OwnersOf(MetricChoice metric, QueryRangeRequest request, FleetDirectory directory)
    {
        if (request.Vm.Length > 0)
        {
            metric.RequireVmMetric();
            return [directory.VmIdOf(request.Vm, "vm").Value];
        }

        if (request.Host.Length == 0)
        {
            return [];
        }

        if (!metric.IsOfVm)
        {
            return [directory.HostIdOf(request.Host, "host").Value];
        }

        HostView host = directory.Host(request.Host, "host");
        Guid[] vms = [.. directory.Vms.Where(v => ReferenceEquals(v.Host, host)).Select(v => v.Vm.Info.Id.Value)];
        return vms.Length > 0 ? vms : null;
    }

    private static Guid OwnerOf(MetricChoice? metric, GetLatestRequest request, FleetDirectory directory)
    {
        if (request.Vm.Length > 0)
        {
            metric?.RequireVmMetric();
            return directory.Vm(request.Vm, "vm").Vm.Info.Id.Value;
        }

        return metric is null or { IsOfVm: false }
            ? directory.Host(request.Host, "host").Host.Id.Value
            : throw QueryRefusedException.Invalid("host", metric.Name, "it is a metric of VMs; name a vm instead of a host");
    }

    private static Series ToMessage(Subject subject, List<SeriesPoint> points, FleetDirectory directory) => new()
    {
        Host = subject.FollowsVm ? "" : directory.Find(new HostId(subject.Owner))?.Host.Name ?? subject.Owner.ToString(),
        Vm = subject.FollowsVm ? directory.Find(new VmId(subject.Owner))?.Vm.Info.Name ?? "" : "",
        VmId = subject.FollowsVm ? subject.Owner.ToString() : "",
        Device = subject.Device,
        Points = { points.Select(p => new Point { TimeUnixMs = p.TimeUnixMs, Value = p.Value }) },
    };

    private async Task<IEnumerable<LatestValue>> SampledLatestAsync(MetricDefinition? metric, Guid owner, CancellationToken cancellationToken)
    {
        LatestQuery query = new(owner, metric?.Id, _limits.LatestAge, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        return
            from value in await _store.LatestAsync(query, cancellationToken)
            let definition = MetricCatalogue.Find(value.Metric)
            where definition is not null
            select new LatestValue
            {
                Metric = definition.Name,
                Device = value.Subject.Device,
                Unit = definition.Unit,
                TimeUnixMs = value.TimeUnixMs,
                Value = SeriesValues.Scale(definition, value.Raw),
            };
    }

    private async Task<IEnumerable<LatestValue>> DerivedLatestAsync(DerivedMetric metric, Guid owner, CancellationToken cancellationToken)
    {
        long now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        RangePlan plan = new(new MetricChoice(null, metric), now - (long)_limits.LatestAge.TotalMilliseconds, now + 1, 0, false, default, 100, null);
        List<LatestValue> values = [];
        await foreach ((Subject subject, List<SeriesPoint> points) in _reader.ReadAsync(plan, [owner], cancellationToken))
        {
            values.Add(new LatestValue
            {
                Metric = metric.Name, Device = subject.Device, Unit = metric.Unit, TimeUnixMs = points[^1].TimeUnixMs, Value = points[^1].Value,
            });
        }

        return values;
    }
}
