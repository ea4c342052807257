using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Planning;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Collector.Scheduling;

/// <summary>A cluster with what its VMs used of late.</summary>
/// <param name="Seen">The cluster.</param>
/// <param name="Ahead">The same with what its VMs will use at most, where that can be told.</param>
/// <param name="IsCertain">Whether the store told; else newest figures stand for means, which one sample can mislead.</param>
internal sealed record LoadedEstate(LiveEstate Seen, LiveEstate Ahead, bool IsCertain)
{
    /// <summary>What a rule goes by.</summary>
    public LiveEstate For(ScheduleRule rule) => ScheduleJudge.LooksAhead(rule) ? Ahead : Seen;
}

/// <summary>
/// Clusters as they are seen now, with means of loads that are at most half a minute old: means of ten minutes change little in that, and reading them costs
/// the store some work. Not thread-safe.
/// </summary>
internal sealed class LoadedEstates(LiveMeansReader reader, LoadOutlooks outlooks)
{
    private const long FreshMs = 30_000;

    private readonly Dictionary<string, (long ReadUnixMs, LiveMeans Means, string? Problem)> _means = [];

    public async Task<LoadedEstate> OfAsync(string cluster, SchedulerView view, CancellationToken cancellationToken)
    {
        HostView[] hosts = [.. view.Hosts.Values];
        if (!_means.TryGetValue(cluster, out (long ReadUnixMs, LiveMeans Means, string? Problem) known) || view.NowUnixMs - known.ReadUnixMs >= FreshMs)
        {
            (LiveMeans means, string? problem) = await reader.ReadAsync(hosts, cluster, cancellationToken);
            _means[cluster] = known = (view.NowUnixMs, means, problem);
        }

        IReadOnlyDictionary<Core.Model.VmId, double> ahead = outlooks.Current;
        LiveEstate seen = LiveEstate.Of(hosts, cluster, view.Terms, LivePurpose.Migration, known.Means, known.Problem);
        return new(
            seen, ahead.Count == 0 ? seen : LiveEstate.Of(hosts, cluster, view.Terms, LivePurpose.Migration, known.Means, known.Problem, ahead), known.Problem is null);
    }
}
