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

    private readonly WantedGoals _wanted = new();

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
            LiveEstate plain = view.Estates[cluster].Value;
            LoadedEstate loaded = rules.Any(ScheduleJudge.IsAboutLoad) ? await loads.OfAsync(cluster, view, cancellationToken) : new(plain, plain, true);
            Dictionary<LiveEstate, ClusterFigures> figures = new[] { loaded.Seen, loaded.Ahead }.Distinct().ToDictionary(e => e, e => ClusterFigures.Of(e.Cluster.Snapshot));
            bool isTaken = active.Any(p => p.Cluster == cluster && p.State == PlanState.Running);
            foreach (ScheduleRule rule in rules)
            {
                LiveEstate estate = loaded.For(rule);
                string? why = IsTime(rule) && (loaded.IsCertain || !ScheduleJudge.IsAboutLoad(rule)) ? ScheduleJudge.Wants(rule, figures[estate]) : null;
                if (_wanted.IsDue(rule, estate.Cluster.Snapshot, why, view.NowUnixMs) && view.HeldBecause is null && !(isTaken && rule.Mode == ScheduleMode.Auto)
                    && !active.Any(p => p.Cluster == cluster && p.Rule == rule.Name))
                {
                    isTaken |= await PlanAsync(rule, estate.Cluster.Snapshot, why!, view, cancellationToken) && rule.Mode == ScheduleMode.Auto;
                }
            }
        }
    }

    private bool IsTime(ScheduleRule rule) => rule.Hours?.Contain(time.GetLocalNow()) ?? true;

    private async Task<bool> PlanAsync(ScheduleRule rule, ClusterSnapshot seen, string why, SchedulerView view, CancellationToken cancellationToken)
    {
        string cluster = seen.Name;
        if (ScheduleJudge.WhyResting(rule, await store.PastAsync(rule.Name, cluster, cancellationToken), view.NowUnixMs) is not null)
        {
            return false;
        }

        LoadedEstate loaded = await loads.OfAsync(cluster, view, cancellationToken);
        LiveEstate estate = loaded.For(rule);
        long since = view.NowUnixMs - (long)view.Policy.Budget.VmCooldown.TotalMilliseconds;
        HashSet<Guid> moved = [.. foreign.Since(since), .. await store.MovedSinceAsync(since, cancellationToken)];
        long started = time.GetTimestamp();
        MigrationPlan plan = await Task.Run(
            () => Planner.Plan(
                ScheduleJudge.Of(estate.Cluster, rule, moved, view.Promises), ScheduleJudge.OptionsOf(rule, view.Policy.Budget), null,
                () => cancellationToken.IsCancellationRequested || time.GetElapsedTime(started) > LongestSearch),
            cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (plan.Moves.IsEmpty)
        {
            _wanted.FoundNothing(rule, seen, why, view.NowUnixMs);
            return false;
        }

        PlanRow row = PlanRows.ToRow(
            Guid.CreateVersion7(time.GetUtcNow()), estate, rule, why, plan, ScheduleJudge.SpreadOf(loaded.Seen.Cluster.Snapshot, plan), await meter.LearningAsync(cluster, cancellationToken), view.NowUnixMs);
        await store.AddAsync(row, cancellationToken);
        LogMade(row.Id, rule.Name, row.State.ToString().ToLowerInvariant(), row.Steps.Count, why);
        return true;
    }

    [LoggerMessage(2144, LogLevel.Warning, "Plan {Id} of rule {Rule} is {State}, with {Moves} moves: {Why}")]
    private partial void LogMade(Guid id, string rule, string state, int moves, string why);
}
