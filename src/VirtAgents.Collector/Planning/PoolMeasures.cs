using System.Collections.Immutable;
using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Volumes;
using VirtAgents.Storage;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Planning;

/// <summary>Reads from the store what hosts do not tell of their pools: what is promised, what requests take, and when they are full. What cannot be read stays unknown.</summary>
internal sealed class PoolMeasures(ITimeSeriesStore store, PoolPasts pasts, FleetTopology topology, QueryTurns turns, QueryLimits limits, TimeProvider time)
{
    // Whoever asks next waits meanwhile. A store that takes longer is in trouble, and then less is known.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Window = TimeSpan.FromMinutes(10);
    private static readonly Figure Latency = MetricChoice.Parse("vm_disk_latency_ms", "figure").FigureOf(isRate: false);

    /// <summary>The pools with what was read and without the room of volumes that are being made, and why something was not read.</summary>
    public async Task<(ImmutableArray<VolumePool> Pools, string? Problem)> AddAsync(
        ImmutableArray<VolumePool> pools, IReadOnlyList<HostView> members, IReadOnlyList<OrderedVolume> ordered, CancellationToken cancellationToken)
    {
        pools = OrderedVolumes.TakeRoom(pools, ordered);
        using CancellationTokenSource late = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            pools = await WithPromisesAsync(pools, members, ordered, either.Token);
            pools = await WithLatencyAsync(pools, members, either.Token);
            return (await WithForecastsAsync(pools, members, either.Token), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (pools, $"not all is known of the pools: the store did not answer within {Patience.TotalSeconds} s");
        }
        catch (Exception e) when (e is StoreUnusableException or QueryTooLargeException)
        {
            return (pools, $"not all is known of the pools: {e.Message}");
        }
    }

    // Of a pool that hosts share the first that knows all its volumes is believed.
    private async Task<ImmutableArray<VolumePool>> WithPromisesAsync(ImmutableArray<VolumePool> pools, IReadOnlyList<HostView> members, IReadOnlyList<OrderedVolume> ordered, CancellationToken cancellationToken)
    {
        Dictionary<string, double> promises = [];
        foreach (HostView host in members)
        {
            VolumePool[] asked = [.. pools.Where(p => !promises.ContainsKey(p.Id) && p.Hosts.Any(h => h.Host == host.Host.Id && h.Works == true))];
            if (asked.Length == 0)
            {
                continue;
            }

            Dictionary<string, long> sizes = await LatestAsync(host, Metric.VolumeCapacity, cancellationToken), leftOut = await LatestAsync(host, Metric.PoolVolumesLeftOut, cancellationToken);
            foreach (VolumePool pool in asked)
            {
                if (OrderedVolumes.Promised(pool, ListedBy(host, pool, sizes), leftOut.TryGetValue(pool.Name, out long more) ? more : null, ordered) is { } promised)
                {
                    promises[pool.Id] = promised;
                }
            }
        }

        return [.. pools.Select(p => p with { PromisedBytes = promises.TryGetValue(p.Id, out double promised) ? promised : null })];
    }

    private static Dictionary<string, double?> ListedBy(HostView host, VolumePool pool, Dictionary<string, long> sizes) => host.Volumes.Where(v => v.Pool == pool.Name)
        .DistinctBy(v => v.Name).ToDictionary(v => v.Name, v => sizes.TryGetValue(VolumeInfo.DeviceOf(v.Pool, v.Name), out long size) ? size : (double?)null, StringComparer.Ordinal);

    private async Task<Dictionary<string, long>> LatestAsync(HostView host, MetricId metric, CancellationToken cancellationToken)
    {
        LatestQuery query = new(host.Host.Id.Value, metric, limits.LatestAge, time.GetUtcNow().ToUnixTimeMilliseconds());
        return (await store.LatestAsync(query, cancellationToken)).ToDictionary(value => value.Subject.Device, value => value.Raw);
    }

    // Time over requests, of all disks together: a disk that does little counts little.
    private async Task<ImmutableArray<VolumePool>> WithLatencyAsync(ImmutableArray<VolumePool> pools, IReadOnlyList<HostView> members, CancellationToken cancellationToken)
    {
        Dictionary<(Guid Vm, string Disk), string> places = PlacesOf(pools, members);
        if (places.Count == 0)
        {
            return pools;
        }

        Dictionary<string, Summary> sums = [];
        long toMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        SummaryQuery query = new(Latency, [.. places.Keys.Select(p => p.Vm).Distinct()], null, toMs - (long)Window.TotalMilliseconds, toMs, (long)Window.TotalMilliseconds) { MostStored = limits.StoredValues };
        using (await turns.TakeAsync(cancellationToken))
        {
            await foreach (SeriesSummaries series in store.SummariesAsync(query, cancellationToken))
            {
                if (places.TryGetValue((series.Subject.Owner, series.Subject.Device), out string? pool))
                {
                    Add(sums, pool, series.Steps);
                }
            }
        }

        return [.. pools.Select(p => p with { LatencyMs = sums.GetValueOrDefault(p.Id)?.Fold(Aggregation.Average) })];
    }

    private static void Add(Dictionary<string, Summary> sums, string pool, IReadOnlyList<StepSummary> steps)
    {
        if (!sums.TryGetValue(pool, out Summary? sum))
        {
            sums[pool] = sum = new();
        }

        foreach (StepSummary step in steps)
        {
            sum.MergeFigures(step.Summary);
        }
    }

    private static Dictionary<(Guid Vm, string Disk), string> PlacesOf(ImmutableArray<VolumePool> pools, IReadOnlyList<HostView> members)
    {
        Dictionary<(HostId Host, string Name), string> ids = pools.SelectMany(p => p.Hosts.Where(h => h.Works == true).Select(h => (h.Host, p))).ToDictionary(p => (p.Host, p.p.Name), p => p.p.Id);
        Dictionary<(Guid Vm, string Disk), string> places = [];
        foreach ((HostView host, VmView vm) in members.SelectMany(h => h.Vms.Where(v => v.State == VmState.Running).Select(v => (h, v))))
        {
            foreach (VmDiskInfo disk in vm.Info.Disks)
            {
                if (ids.TryGetValue((host.Host.Id, disk.Pool), out string? pool))
                {
                    places[(vm.Info.Id.Value, disk.Target)] = pool;
                }
            }
        }

        return places;
    }

    private async Task<ImmutableArray<VolumePool>> WithForecastsAsync(ImmutableArray<VolumePool> pools, IReadOnlyList<HostView> members, CancellationToken cancellationToken)
    {
        Topology current = topology.Current;
        Dictionary<string, PoolPast> past = (await pasts.ReadAsync(current, [.. members.Select(h => h.Host.Id.Value)], cancellationToken)).ToDictionary(p => p.Place, StringComparer.Ordinal);

        // A forecast of a pool that grows takes tens of milliseconds.
        return await Task.Run<ImmutableArray<VolumePool>>(
            () => [.. pools.Select(p => p with { Fill = past.TryGetValue(current.PoolOf(p.Hosts[0].Host, p.Name).Id, out PoolPast? hours) ? FillOf(hours, cancellationToken) : null })], cancellationToken);
    }

    private static PoolFill? FillOf(PoolPast past, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return PoolFillJudge.Judge(past.Hours.AsSpan());
    }
}
