using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Planning;

/// <summary>Reads what VMs used over the last minutes from the store: a few queries for each metric, whatever the number of VMs.</summary>
internal sealed class LiveMeansReader(ITimeSeriesStore store, QueryTurns turns, TimeProvider time)
{
    // Whoever plans holds the only turn meanwhile. A store that takes longer is in trouble, and newest figures are better than no plan.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The means of the VMs of a cluster; none, and why, when the store cannot tell.</summary>
    /// <exception cref="QueryRefusedException">There is no such cluster, or none is named and there are several.</exception>
    public async Task<(LiveMeans Means, string? Problem)> ReadAsync(IReadOnlyList<HostView> hosts, string cluster, CancellationToken cancellationToken)
    {
        HostView[] members = [.. LiveEstate.HostsOf(hosts, cluster)];
        Dictionary<VmId, long> since = [];
        foreach (VmView vm in members.SelectMany(h => h.Vms).Where(v => LiveCluster.Counts(v.State)))
        {
            since[vm.Info.Id] = vm.SinceUnixMs;
        }

        using CancellationTokenSource late = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return (await ReadAsync(since, members.Length == hosts.Count, either.Token), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (LiveMeans.None, $"the store did not answer within {Patience.TotalSeconds} s");
        }
        catch (StoreUnusableException e)
        {
            return (LiveMeans.None, e.Message);
        }
    }

    private async Task<LiveMeans> ReadAsync(Dictionary<VmId, long> since, bool isEverybody, CancellationToken cancellationToken)
    {
        // No VM at all must not be mistaken for the store's "all".
        LiveMeans means = new(since);
        if (since.Count == 0)
        {
            return means;
        }

        // To ask for all is cheaper than to name everybody.
        Guid[] owners = isEverybody ? [] : [.. since.Keys.Select(vm => vm.Value)];
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        using (await turns.TakeAsync(cancellationToken))
        {
            foreach ((long fromMs, long toMs) in LiveMeans.Stretches(nowMs))
            {
                foreach (MetricDefinition metric in LiveMeans.Metrics)
                {
                    await foreach (SeriesPoints points in store.RangeAsync(new(metric.Id, owners, null, fromMs, toMs), cancellationToken))
                    {
                        means.Add(metric, points.Subject, new RawSeries(points.TimesUnixMs, points.Raw, points.Epochs));
                    }
                }
            }
        }

        return means;
    }
}
