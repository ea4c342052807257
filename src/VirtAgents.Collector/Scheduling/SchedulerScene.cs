using System.Collections.Immutable;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Planning;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Collector.Scheduling;

/// <summary>What the scheduler goes by at one moment.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Estates">Clusters by newest figures, by name; looked at when they are asked for.</param>
/// <param name="Hosts">Hosts by UUID.</param>
/// <param name="UnderWay">Migrations that have not ended.</param>
/// <param name="Begun">Moves that plans began within the hour; grows with those of this moment.</param>
/// <param name="ComingBack">Clusters whose hosts are not all heard of again since the collector started, and may be soon.</param>
/// <param name="HeldBecause">Why nothing may be begun; null = it may.</param>
/// <param name="NowUnixMs">The moment.</param>
internal sealed record SchedulerView(
    SchedulePolicy Policy, IReadOnlyDictionary<string, Lazy<LiveEstate>> Estates, IReadOnlyDictionary<Guid, HostView> Hosts, IReadOnlyList<MigrationUnderWay> UnderWay,
    int Begun, IReadOnlySet<string> ComingBack, string? HeldBecause, long NowUnixMs)
{
    /// <summary>By what clusters are looked at.</summary>
    public EstateTerms Terms { get; init; } = new(Policy.Limits, Policy.Placement, HostTroubles.None);

    /// <summary>What is on its way to hosts.</summary>
    public ImmutableArray<Promise> Promises { get; init; } = [];

    /// <summary>What a plan is judged by. A cluster that is not there any more has no hosts.</summary>
    public PlanView For(PlanRow plan, IReadOnlyDictionary<Guid, DirectiveNow> directives)
    {
        LiveCluster cluster = Estates.TryGetValue(plan.Cluster, out Lazy<LiveEstate>? estate)
            ? estate.Value.Cluster
            : LiveCluster.Of(plan.Cluster, [], Policy.Limits, LivePurpose.Migration);
        return new(
            cluster, Policy.RuleOf(plan.Rule, plan.Goal, plan.Cluster, plan.State), directives, [.. UnderWay.Where(m => cluster.HostNames.ContainsKey(m.From.Value))], Begun, Policy.Budget,
            HeldBecause, NowUnixMs)
        {
            Promises = Promises,
        };
    }
}

/// <summary>Reads what the scheduler goes by.</summary>
internal sealed class SchedulerScene(IFleetReader fleet, PlanStore store, PromiseStore promises, ForeignMoves foreign, Restraints restraints, IActiveIncidents incidents, TimeProvider time)
{
    private const long HourMs = 3_600_000;

    public async Task<SchedulerView> ReadAsync(SchedulePolicy policy, CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        foreign.Look(hosts, now);
        EstateTerms terms = EstateTerms.Of(policy, incidents);
        Dictionary<string, Lazy<LiveEstate>> estates = LiveEstate.ClustersOf(hosts).ToDictionary(
            c => c, c => new Lazy<LiveEstate>(() => LiveEstate.Of(hosts, c, terms, LivePurpose.Migration)), StringComparer.Ordinal);
        return new(
            policy, estates, hosts.ToDictionary(h => h.Host.Id.Value), await store.UnderWayAsync(cancellationToken), await store.BegunSinceAsync(now - HourMs, cancellationToken),
            restraints.ComingBack(hosts, now), await restraints.WhyHeldAsync(cancellationToken), now)
        {
            Terms = terms,
            Promises = await promises.ReadAsync(hosts, cancellationToken),
        };
    }
}
