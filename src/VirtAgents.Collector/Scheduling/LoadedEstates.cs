using VirtAgents.Collector.Planning;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Collector.Scheduling;

/// <summary>A cluster with what its VMs used of late.</summary>
/// <param name="Estate">The cluster.</param>
/// <param name="IsCertain">Whether the store told; else newest figures stand for means, which one sample can mislead.</param>
internal sealed record LoadedEstate(LiveEstate Estate, bool IsCertain);

/// <summary>
/// Clusters as they are seen now, with means of loads that are at most half a minute old: means of ten minutes change little in that, and reading them costs
/// the store some work. Not thread-safe.
/// </summary>
internal sealed class LoadedEstates(LiveMeansReader reader)
{
    private const long FreshMs = 30_000;

    private readonly Dictionary<string, (long ReadUnixMs, LiveMeans Means, string? Problem)> _means = [];

    public async Task<LoadedEstate> OfAsync(string cluster, SchedulerView view, CancellationToken cancellationToken)
    {
        Fleet.HostView[] hosts = [.. view.Hosts.Values];
        if (!_means.TryGetValue(cluster, out (long ReadUnixMs, LiveMeans Means, string? Problem) known) || view.NowUnixMs - known.ReadUnixMs >= FreshMs)
        {
            (LiveMeans means, string? problem) = await reader.ReadAsync(hosts, cluster, cancellationToken);
            _means[cluster] = known = (view.NowUnixMs, means, problem);
        }

        LiveEstate estate = LiveEstate.Of(hosts, cluster, view.Policy.Limits, LivePurpose.Migration, known.Means, known.Problem);
        return new(estate, known.Problem is null);
    }
}
