using System.Collections.Immutable;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Placement;
using VirtAgents.Core.Scheduling.Planning;
using VirtAgents.Core.Scheduling.Volumes;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Planning;

/// <summary>
/// Plans and places on the estate as it is seen now. One at a time, since a plan keeps a core busy for seconds; others wait. Nothing is
/// recorded, and no host is told.
/// </summary>
internal sealed class LivePlanner(
    IFleetReader fleet, LiveMeansReader means, LoadOutlooks outlooks, PoolMeasures measures, VolumeOrders orders, PromiseStore promises, ScheduleFile policy, IActiveIncidents incidents, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<PlanResponse> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        (PlanOptions options, TimeSpan limit) = (PlanFields.Options(request), PlanFields.Limit(request));
        bool looksAhead = !request.NoForecast && ScheduleJudge.CanLookAhead(options.Goal);
        return await InTurnAsync(
            new(request.Cluster, Limits(request.HasVcpuRatio ? request.VcpuRatio : null, request.HasFailoverHosts ? request.FailoverHosts : null), LivePurpose.Migration, looksAhead),
            async (estate, hosts) =>
            {
                ClusterSnapshot snapshot = estate.Cluster.With(await promises.ReadAsync(hosts, cancellationToken));
                options = options with { Hosts = [.. request.Hosts.Select(h => estate.Host(h, "hosts")).Distinct(StringComparer.Ordinal)] };
                string? explained = request.Explain.Length == 0 ? null : estate.Vm(request.Explain, "explain");
                long started = time.GetTimestamp();
                MigrationPlan plan = Planner.Plan(
                    snapshot, options, explained, () => cancellationToken.IsCancellationRequested || time.GetElapsedTime(started) > limit);
                cancellationToken.ThrowIfCancellationRequested();
                return PlanMessages.ToMessage(estate, estate.Cluster.Told(plan, explained), request.Goal, (int)options.Seed);
            },
            cancellationToken);
    }

    public Task<PlaceResponse> PlaceAsync(PlaceRequest request, CancellationToken cancellationToken) => InTurnAsync(
        new(request.Cluster, Limits(request.HasVcpuRatio ? request.VcpuRatio : null, request.HasFailoverHosts ? request.FailoverHosts : null), LivePurpose.Placement, IsAhead: false),
        async (estate, hosts) =>
        {
            ClusterVm vm = PlanFields.NewVm(request.Vm, estate);
            ClusterSnapshot snapshot = estate.Cluster.Snapshot with { Quotas = policy.Current().Queue?.Quotas ?? [] };
            PlacementPools? pools = vm.DiskGb > 0 ? await PoolsAsync(estate, hosts, vm.DiskGb, cancellationToken) : null;
            return PlanMessages.ToMessage(estate, new Placer(pools is null ? snapshot : snapshot with { Pools = pools.Pools }).Place(vm), pools?.Notes ?? []);
        },
        cancellationToken);

    public void Dispose() => _turn.Dispose();

    private ClusterLimits Limits(double? ratio, int? failoverHosts) => PlanFields.Limits(ratio, failoverHosts, policy.Current().Limits);

    private async Task<PlacementPools> PoolsAsync(LiveEstate estate, IReadOnlyList<HostView> hosts, double diskGb, CancellationToken cancellationToken)
    {
        HostView[] members = [.. hosts.Where(h => h.Cluster == estate.Name)];
        StoragePolicy limits = policy.Current().Storage;
        (ImmutableArray<VolumePool> pools, string? problem) = await measures.AddAsync(
            LivePools.Of([.. LiveEstate.WithoutVms(members)], limits), members, await orders.ReadAsync(null, cancellationToken), cancellationToken);
        PlacementPools found = PlacementPools.Of(pools, diskGb, limits);
        return problem is null ? found : found with { Notes = found.Notes.Add(problem) };
    }

    // The estate is read when it is the caller's turn: what was seen before the wait may be wrong by then.
    private async Task<T> InTurnAsync<T>(Look look, Func<LiveEstate, IReadOnlyList<HostView>, Task<T>> reckon, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
            (LiveMeans used, string? problem) = await means.ReadAsync(hosts, look.Cluster, cancellationToken);

            // The means took a moment, in which a host may have gone away.
            hosts = await fleet.HostsAsync(cancellationToken);
            return await Task.Run(() => reckon(LiveEstate.Of(hosts, look.Cluster, EstateTerms.Of(policy.Current(), incidents) with { Limits = look.Limits }, look.Purpose, used, problem, look.IsAhead ? outlooks.Current : null), hosts), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What is looked at.</summary>
    /// <param name="Cluster">Cluster; empty = the only one.</param>
    /// <param name="Limits">What is promised at most.</param>
    /// <param name="Purpose">What for.</param>
    /// <param name="IsAhead">Whether VMs count with what they will use.</param>
    private sealed record Look(string Cluster, ClusterLimits Limits, LivePurpose Purpose, bool IsAhead);
}
