using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using UnknownReason = VirtAgents.Core.Metrics.UnknownReason;

namespace VirtAgents.Collector.Query;

/// <summary>Answers what is asked of volumes: which there are is known of the host, how large they are of the store.</summary>
internal sealed class VolumeQueries(IFleetReader fleet, ITimeSeriesStore store, QueryLimits limits, TimeProvider clock)
{
    public async Task<ListVolumesResponse> ListAsync(ListVolumesRequest request, CancellationToken cancellationToken)
    {
        if (request.Host.Length == 0)
        {
            throw QueryRefusedException.Invalid("host", "", "give the name or UUID of a host");
        }

        HostView host = (await FleetDirectory.ReadAsync(fleet, cancellationToken)).Host(request.Host, "host");
        PoolView[] pools = [.. host.Pools.Where(p => request.Pool.Length == 0 || p.Info.Name == request.Pool)];
        if (pools.Length == 0 && request.Pool.Length > 0)
        {
            string hint = Similar.Hint(request.Pool, host.Pools.Select(p => p.Info.Name), "'virtctl pools' or GET /v1/pools lists them");
            throw QueryRefusedException.NotFound($"pool: host {host.Host.Name} has no pool '{request.Pool}'{hint}");
        }

        Dictionary<string, SeriesValue> capacity = await LatestAsync(host, Metric.VolumeCapacity, cancellationToken);
        Dictionary<string, SeriesValue> allocation = await LatestAsync(host, Metric.VolumeAllocation, cancellationToken);
        Dictionary<string, SeriesValue> leftOut = await LatestAsync(host, Metric.PoolVolumesLeftOut, cancellationToken);
        return new ListVolumesResponse
        {
            Volumes =
            {
                from volume in host.Volumes.OrderBy(v => v.Pool, StringComparer.Ordinal).ThenBy(v => v.Name, StringComparer.Ordinal)
                where request.Pool.Length == 0 || volume.Pool == request.Pool
                let device = VolumeInfo.DeviceOf(volume.Pool, volume.Name)
                select FleetMessages.ToMessage(host, volume, Find(capacity, device), Find(allocation, device)),
            },
            LeftOut = FleetMessages.Value(pools.Aggregate<PoolView, long?>(0, (sum, pool) => sum + Find(leftOut, pool.Info.Name)?.Raw), UnknownReason.NotSampled),
        };
    }

    private static SeriesValue? Find(Dictionary<string, SeriesValue> values, string device) =>
        values.TryGetValue(device, out SeriesValue value) ? value : null;

    private async Task<Dictionary<string, SeriesValue>> LatestAsync(HostView host, MetricId metric, CancellationToken cancellationToken)
    {
        LatestQuery query = new(host.Host.Id.Value, metric, limits.LatestAge, clock.GetUtcNow().ToUnixTimeMilliseconds());
        return (await store.LatestAsync(query, cancellationToken)).ToDictionary(value => value.Subject.Device);
    }
}
