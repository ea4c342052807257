using VirtAgents.Collector.Control;
using VirtAgents.Collector.Planning;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Looks at what rules want of each cluster, and makes a plan where something was wanted for long enough.</summary>
internal sealed partial class GoalWatch(PlanStore store, LoadedEstates loads, ForeignMoves foreign, PlanMeter meter, TimeProvider time, ILogger<GoalWatch> log)
{
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(10);

    // A search that found nothing is not repeated each look, as it keeps a core busy, unless hosts, VMs or what is wanted are others.
    private static readonly TimeSpan PauseAfterNothing = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Rule, string Cluster), long> _since = [];
    private readonly Dictionary<(string Rule, string Cluster), (long UnixMs, string Sight)> _nothing = [];

    /// <summary>Looks.</summary>
    public async Task LookAsync(IReadOnlyList<PlanRow> active, SchedulerView view, CancellationToken cancellationToken)
    {
        foreach (string cluster in view.Estates.Keys.Where(c => !view.ComingBack.Contains(c)))
        {
            ScheduleRule[] rules = [.. view.Policy.Rules.Where(r => r.IsAbout(cluster) && r.Mode > ScheduleMode.Observe)];
            if (rules.Length == 0)
            {
                continue;
            }

            // Means cost the store some work; what is not about load is seen without them.
            (LiveEstate estate, bool isCertain) = rules.Any(ScheduleJudge.IsAboutLoad) ? await loads.OfAsync(cluster, view, cancellationToken) : new(view.Estates[cluster].Value, true);
            ClusterFigures figures = ClusterFigures.Of(estate.Cluster.Snapshot);
            string sight = SightOf(estate.Cluster.Snapshot);
            bool isTaken = active.Any(p => p.Cluster == cluster && p.State == PlanState.Running);
            foreach (ScheduleRule rule in rules)
            {
                string? why = IsTime(rule) && (isCertain || !ScheduleJudge.IsAboutLoad(rule)) ? ScheduleJudge.Wants(rule, figures) : null;
                if (IsDue(rule, cluster, why, sight + why, view.NowUnixMs) && view.HeldBecause is null && !(isTaken && rule.Mode == ScheduleMode.Auto)
                    && !active.Any(p => p.Cluster == cluster && p.Rule == rule.Name))
                {
                    isTaken |= await PlanAsync(rule, cluster, why!, sight + why, view, cancellationToken) && rule.Mode == ScheduleMode.Auto;
                }
            }
        }
    }

    private bool IsTime(ScheduleRule rule) => rule.Hours?.Contain(time.GetLocalNow()) ?? true;

    private bool IsDue(ScheduleRule rule, string cluster, string? why, string sight, long nowUnixMs)
    {
        (string, string) key = (rule.Name, cluster);
        if (why is null)
        {
            _since.Remove(key);
            _nothing.Remove(key);
            return false;
        }

        _since.TryAdd(key, nowUnixMs);
        bool isVain = _nothing.TryGetValue(key, out (long UnixMs, string Sight) nothing) && nothing.Sight == sight
            && nowUnixMs - nothing.UnixMs < (long)PauseAfterNothing.TotalMilliseconds;
        return !isVain && nowUnixMs - _since[key] >= (long)rule.Hold.TotalMilliseconds;
    }

    // Loads change all the time and are not in it.
    private static string SightOf(ClusterSnapshot cluster) => $"{cluster.Hosts.Count(h => h.Availability == HostAvailability.Online)} {cluster.Vms.Count(v => !v.IsPinned)} ";

    private async Task<bool> PlanAsync(ScheduleRule rule, string cluster, string why, string sight, SchedulerView view, CancellationToken cancellationToken)
    {
        if (ScheduleJudge.WhyResting(rule, await store.PastAsync(rule.Name, cluster, cancellationToken), view.NowUnixMs) is not null)
        {
            return false;
        }

        LiveEstate estate = (await loads.OfAsync(cluster, view, cancellationToken)).Estate;
        long since = view.NowUnixMs - (long)view.Policy.Budget.VmCooldown.TotalMilliseconds;
        HashSet<Guid> moved = [.. foreign.Since(since), .. await store.MovedSinceAsync(since, cancellationToken)];
        long started = time.GetTimestamp();
        MigrationPlan plan = await Task.Run(
            () => Planner.Plan(
                ScheduleJudge.Of(estate.Cluster, rule, moved), ScheduleJudge.OptionsOf(rule, view.Policy.Budget), null,
                () => cancellationToken.IsCancellationRequested || time.GetElapsedTime(started) > LongestSearch),
            cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (plan.Moves.IsEmpty)
        {
            _nothing[(rule.Name, cluster)] = (view.NowUnixMs, sight);
            return false;
        }

        PlanRow row = PlanRows.ToRow(Guid.CreateVersion7(time.GetUtcNow()), estate, rule, why, plan, await meter.TimeFactorAsync(cluster, cancellationToken), view.NowUnixMs);
        await store.AddAsync(row, cancellationToken);
        LogMade(row.Id, rule.Name, row.State.ToString().ToLowerInvariant(), row.Steps.Count, why);
        return true;
    }

    [LoggerMessage(2144, LogLevel.Warning, "Plan {Id} of rule {Rule} is {State}, with {Moves} moves: {Why}")]
    private partial void LogMade(Guid id, string rule, string state, int moves, string why);
}
