using System.Collections.Immutable;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Planning;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Collector.Requests;

/// <summary>What requests of one cluster go on by at one moment.</summary>
/// <param name="Rows">Those that have not ended, oldest first.</param>
/// <param name="View">What is seen.</param>
/// <param name="Hosts">All hosts that it was made of, by identity.</param>
/// <param name="Policy">What it was made by.</param>
internal sealed record QueueSight(IReadOnlyList<StartRequestRow> Rows, RequestView View, IReadOnlyDictionary<Guid, HostView> Hosts, SchedulePolicy Policy);

/// <summary>Reads what requests go on by. Not thread-safe.</summary>
internal sealed class QueueScene(IFleetReader fleet, RequestStore store, PromiseStore promises, ScheduleFile file, Restraints restraints, IActiveIncidents incidents, TimeProvider time)
{
    private static readonly string Start = DirectiveCatalogue.Find(DirectiveKind.Start)!.Name;

    /// <summary>Looks at each cluster that has requests.</summary>
    public async Task<IReadOnlyList<QueueSight>> ReadAsync(IReadOnlyList<StartRequestRow> open, CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        SchedulePolicy policy = file.Current();
        EstateTerms terms = EstateTerms.Of(policy, incidents);
        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        Dictionary<Guid, HostView> byId = hosts.ToDictionary(h => h.Host.Id.Value);
        HashSet<string> comingBack = restraints.ComingBack(hosts, now);
        string? held = await restraints.WhyHeldAsync(cancellationToken);
        RequestView whole = new(
            Nothing(policy), ImmutableDictionary<HostId, HostSight>.Empty, hosts.SelectMany(h => h.Vms.Select(v => new VmSight(h.Host.Id, v.Info, v.State))).ToLookup(s => s.Info.Id),
            await store.DirectivesAsync(open, cancellationToken), await promises.ReadAsync(hosts, cancellationToken), policy.Queue, held, now)
        {
            Busy = await promises.BusyAsync(cancellationToken),
        };
        return
        [
            .. open.GroupBy(r => byId.GetValueOrDefault(r.HostId)?.Cluster).Select(g => new QueueSight(
                [.. g], g.Key is null ? whole : ViewOf(whole, hosts, g.Key, terms, comingBack, policy), byId, policy)),
        ];
    }

    /// <summary>All clusters as they are seen now.</summary>
    public async Task<IEnumerable<LiveCluster>> ClustersAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        EstateTerms terms = EstateTerms.Of(file.Current(), incidents);
        return LiveEstate.ClustersOf(hosts).Select(n => ClusterOf(hosts, n, terms));
    }

    private static RequestView ViewOf(RequestView whole, IReadOnlyList<HostView> hosts, string cluster, EstateTerms terms, HashSet<string> comingBack, SchedulePolicy policy)
    {
        bool isOne = LiveEstate.ClustersOf(hosts).Contains(cluster);
        return whole with
        {
            Cluster = isOne ? ClusterOf(hosts, cluster, terms) : whole.Cluster,
            Hosts = hosts.Zip(LiveEstate.WithoutVms(hosts)).ToDictionary(h => h.First.Host.Id, h => SightOf(h.First, h.Second, terms.Troubles.WhyClosed(h.First.Host.Id), policy, whole.NowUnixMs)),
            HeldBecause = whole.HeldBecause
                ?? (!isOne ? "its host is in no cluster, and such hosts are served only where no host is in one"
                    : comingBack.Contains(cluster) ? "not all hosts of the cluster are heard of again since the collector started"
                    : null),
        };
    }

    private static LiveCluster ClusterOf(IReadOnlyList<HostView> hosts, string cluster, EstateTerms terms) =>
        LiveEstate.Of(hosts, cluster, terms, LivePurpose.Placement).Cluster;

    private static LiveCluster Nothing(SchedulePolicy policy) => LiveCluster.Of("", [], policy.Limits, LivePurpose.Placement);

    private static HostSight SightOf(HostView host, LiveHost live, string? trouble, SchedulePolicy policy, long nowUnixMs)
    {
        string? unseen = LiveEstate.WhyOutOfSight(host);
        string heard = unseen is not null && host.LastReportUnixMs > 0 ? $"; it was not heard of for {Math.Max(0, nowUnixMs - host.LastReportUnixMs) / 1000} s" : "";
        return new(host.Host.Name, unseen is null ? null : unseen + heard, WhyCannotStart(host), host.Acting?.IsDraining ?? false)
        {
            Trouble = trouble,
            Live = live,
            CannotMove = live.CannotMigrate ?? (policy.AddressOf(host.Host.Name).Length == 0 ? "the policy has no address for it" : null),
        };
    }

    private static string? WhyCannotStart(HostView host) => host.Acting is not { } acting ? "its agent has not said what it can carry out"
        : acting.Kinds.Contains(Start) ? null
        : acting.Unsupported.GetValueOrDefault(Start, "its agent does not say that it can");
}
