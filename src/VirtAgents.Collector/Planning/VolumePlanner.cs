using System.Collections.Immutable;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Scheduling.Volumes;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Planning;

/// <summary>
/// Chooses pools for volumes as they are seen now. One at a time, since forecasts keep a core busy, and a choice counts for the next one; others wait. Nothing is recorded, and no
/// host is told.
/// </summary>
internal sealed class VolumePlanner(IFleetReader fleet, PoolMeasures measures, VolumeOrders orders, ScheduleFile policy) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<PlaceVolumeResponse> PlaceAsync(PlaceVolumeRequest request, CancellationToken cancellationToken)
    {
        VolumeRequest wanted = VolumeFields.Read(request);
        Guid? directive = VolumeFields.Directive(request);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await ChooseAsync(request, wanted, directive, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<PlaceVolumeResponse> ChooseAsync(PlaceVolumeRequest request, VolumeRequest wanted, Guid? directive, CancellationToken cancellationToken)
    {
        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        HostView? host = request.Host.Length == 0 ? null : new FleetDirectory(hosts).Host(request.Host, "host");
        string cluster = host is not null && request.Cluster.Length == 0 ? host.Cluster : LiveEstate.NameOf(hosts, request.Cluster);
        if (host is not null && host.Cluster != cluster)
        {
            throw QueryRefusedException.Invalid("host", request.Host, $"it is not in cluster '{cluster}', but in '{host.Cluster}'");
        }

        HostView[] members = [.. hosts.Where(h => h.Cluster == cluster)];
        StoragePolicy limits = policy.Current().Storage;
        ImmutableArray<VolumePool> pools = LivePools.Of([.. LiveEstate.WithoutVms(members)], limits);
        wanted = wanted with { Pool = VolumeFields.Pool(request.Pool, pools), Host = host is null ? null : IdOf(host, pools) };
        (pools, string? problem) = await measures.AddAsync(pools, members, await orders.ReadAsync(directive, cancellationToken), cancellationToken);
        VolumeDecision decision = VolumeAllocator.Decide(pools, wanted, limits);
        if (directive is { } id && decision is { Pool: { } pool, Host: { } maker })
        {
            orders.Keep(id, new(maker.Host, pool.Name, "", wanted.SizeBytes, !wanted.IsThin));
        }

        return VolumeMessages.ToMessage(cluster, decision, problem);
    }

    // A host without pools reaches none, whatever it is called.
    private static string IdOf(HostView host, ImmutableArray<VolumePool> pools) =>
        pools.SelectMany(p => p.Hosts).FirstOrDefault(h => h.Host == host.Host.Id)?.Id ?? host.Host.Name;
}
