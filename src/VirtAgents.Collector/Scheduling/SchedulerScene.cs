using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Planning;
using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Collector.Scheduling;

/// <summary>What the scheduler goes by at one moment.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Estates">Clusters as they are seen, by name.</param>
/// <param name="Hosts">Hosts by UUID.</param>
/// <param name="UnderWay">Migrations that have not ended.</param>
/// <param name="Begun">Moves that plans began within the hour; grows with those of this moment.</param>
/// <param name="Moved">VMs that were moved within the cooldown, by whomever.</param>
/// <param name="HeldBecause">Why nothing may be begun; null = it may.</param>
/// <param name="NowUnixMs">The moment.</param>
internal sealed record SchedulerView(
    SchedulePolicy Policy, IReadOnlyDictionary<string, LiveEstate> Estates, IReadOnlyDictionary<Guid, HostView> Hosts, IReadOnlyList<MigrationUnderWay> UnderWay,
    int Begun, IReadOnlySet<Guid> Moved, string? HeldBecause, long NowUnixMs)
{
    /// <summary>What a plan is judged by; null = its cluster is not known (any more).</summary>
    public PlanView? For(PlanRow plan, IReadOnlyDictionary<Guid, DirectiveNow> directives) => Estates.TryGetValue(plan.Cluster, out LiveEstate? estate)
        ? new(estate.Cluster, directives, [.. UnderWay.Where(m => estate.Cluster.HostNames.ContainsKey(m.From.Value))], Begun, Policy.Budget, HeldBecause, NowUnixMs)
        : null;

    /// <summary>The rule of a plan, if it still asks for what is done; null = it does not.</summary>
    public ScheduleRule? RuleOf(PlanRow plan)
    {
        ScheduleRule? rule = Policy.Rules.FirstOrDefault(r => r.Name == plan.Rule && r.Goal == plan.Goal && r.IsAbout(plan.Cluster));
        bool isAsked = plan.State switch
        {
            PlanState.Recommended => rule?.Mode == ScheduleMode.Recommend,
            PlanState.Proposed => rule?.Mode == ScheduleMode.Approve,
            _ => rule?.Mode >= ScheduleMode.Approve,
        };
        return isAsked ? rule : null;
    }
}

/// <summary>Reads what the scheduler goes by.</summary>
internal sealed class SchedulerScene(IFleetReader fleet, PlanStore store, ForeignMoves foreign, FreezeSwitch freeze, MassSilenceState mass, TimeProvider time)
{
    private const long HourMs = 3_600_000;

    public async Task<SchedulerView> ReadAsync(SchedulePolicy policy, CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        foreign.Look(hosts, now);
        long since = now - (long)policy.Budget.VmCooldown.TotalMilliseconds;
        (int begun, HashSet<Guid> moved) = await store.SinceAsync(now - HourMs, since, cancellationToken);
        moved.UnionWith(foreign.Since(since));
        string[] clusters = [.. hosts.Select(h => h.Cluster).Distinct(StringComparer.Ordinal)];

        // As everywhere, hosts without a cluster are one only where no host has one.
        Dictionary<string, LiveEstate> estates = clusters.Where(c => c.Length > 0 || clusters.Length == 1)
            .ToDictionary(c => c, c => LiveEstate.Of(hosts, c, new ClusterLimits(policy.VcpuRatio), LivePurpose.Migration), StringComparer.Ordinal);
        return new(
            policy, estates, hosts.ToDictionary(h => h.Host.Id.Value), await store.UnderWayAsync(cancellationToken), begun, moved,
            await WhyHeldAsync(cancellationToken), now);
    }

    private async Task<string?> WhyHeldAsync(CancellationToken cancellationToken) =>
        mass.Current is { Holds: true } silence ? silence.Reason
        : await freeze.ReadAsync(cancellationToken) is { IsFrozen: true } frozen ? $"acting is frozen by {frozen.Actor}: {frozen.Reason}"
        : null;
}
