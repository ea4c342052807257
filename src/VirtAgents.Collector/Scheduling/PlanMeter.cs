using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Collector.Scheduling;

/// <summary>Measures what moves and plans did, some time after their end, and learns how long moves take.</summary>
internal sealed class PlanMeter(ControlQueue queue, IDbContextFactory<ControlContext> contexts)
{
    private const int Batch = 100;

    // What could not be measured by then will not be: loads have other reasons by then.
    private static readonly long LatestMs = (long)TimeSpan.FromMinutes(10).TotalMilliseconds;
    private static readonly long SettlingMs = (long)MoveOutcome.Settling.TotalMilliseconds;

    /// <summary>What the newest moves of a cluster tell of the next ones.</summary>
    public async Task<MoveLearning> LearningAsync(string cluster, CancellationToken cancellationToken)
    {
        await using ControlContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<PlanStepRow> done = context.PlanSteps.Where(s => s.State == StepState.Done)
            .Join(context.Plans.Where(p => p.Cluster == cluster), s => s.PlanId, p => p.Id, (s, _) => s)
            .OrderByDescending(s => s.EndedUnixMs);
        List<MoveTime> times = await done.Where(s => s.MeasuredSeconds != null).Take(MoveOutcome.MostMoves)
            .Select(s => new MoveTime(s.PlannedSeconds, s.MeasuredSeconds!.Value)).ToListAsync(cancellationToken);
        List<long> downtimes = await done.Where(s => s.DowntimeMs != null).Take(MoveOutcome.MostMoves).Select(s => s.DowntimeMs!.Value).ToListAsync(cancellationToken);
        return new(MoveOutcome.TimeFactor(times), MoveOutcome.Downtime(downtimes));
    }

    /// <summary>Measures what has settled.</summary>
    public async Task MeasureAsync(SchedulerView view, CancellationToken cancellationToken)
    {
        long settled = view.NowUnixMs - SettlingMs;
        await using ControlContext read = await contexts.CreateDbContextAsync(cancellationToken);
        if (await Moves(read, settled).AnyAsync(cancellationToken) || await Plans(read, settled).AnyAsync(cancellationToken))
        {
            await queue.RunAsync(context => MeasureAsync(context, view, settled), cancellationToken);
        }
    }

    private static IQueryable<PlanStepRow> Moves(ControlContext context, long settled) =>
        context.PlanSteps.Where(s => !s.IsJudged && s.State >= StepState.Done && s.EndedUnixMs <= settled);

    private static IQueryable<PlanRow> Plans(ControlContext context, long settled) =>
        context.Plans.Where(p => !p.IsActive && p.SpreadAfter == null && p.BegunUnixMs > 0 && p.EndedUnixMs <= settled && p.EndedUnixMs > settled - LatestMs);

    private static async Task<int> MeasureAsync(ControlContext context, SchedulerView view, long settled)
    {
        foreach (PlanStepRow step in await Moves(context, settled).OrderBy(s => s.EndedUnixMs).Take(Batch).ToArrayAsync())
        {
            await MeasureAsync(context, step, view);
        }

        foreach (PlanRow plan in await Plans(context, settled).ToArrayAsync())
        {
            plan.SpreadAfter = view.Estates.TryGetValue(plan.Cluster, out Lazy<Planning.LiveEstate>? estate) ? ClusterFigures.Of(estate.Value.Cluster.Snapshot).RelativeSpread : null;
        }

        return await context.SaveChangesAsync();
    }

    private static async Task MeasureAsync(ControlContext context, PlanStepRow step, SchedulerView view)
    {
        PlanGoal goal = await context.Plans.Where(p => p.Id == step.PlanId).Select(p => p.Goal).SingleAsync();
        StepRow[] life = await context.Set<StepRow>().Where(s => s.DirectiveId == step.DirectiveId && s.HostTimeUnixMs > 0).OrderBy(s => s.Ordinal).ToArrayAsync();
        DirectiveRow? directive = await context.Directives.AsNoTracking().SingleOrDefaultAsync(d => d.Id == step.DirectiveId);
        bool isFresh = view.NowUnixMs - step.EndedUnixMs <= LatestMs;
        step.IsJudged = true;
        step.MeasuredSeconds = SecondsOf(life);
        (step.DowntimeMs, step.SentBytes) = (directive?.DowntimeMs, directive?.SentBytes);
        (step.FromCpuAfter, step.ToCpuAfter) = isFresh ? (LoadOf(view, step.FromId), LoadOf(view, step.ToId)) : (null, null);
        step.Verdict = MoveOutcome.VerdictOf(
            goal, step.State, step.ExpectedSeconds, step.MeasuredSeconds, new(step.FromCpuBefore, step.ToCpuBefore), new(step.FromCpuAfter, step.ToCpuAfter));
    }

    // By one clock, that of the host: news may come late.
    private static double? SecondsOf(StepRow[] life)
    {
        StepRow? begun = life.FirstOrDefault(s => s.State == DirectiveState.Running), done = life.LastOrDefault(s => s.State == DirectiveState.Done);
        return begun is not null && done is not null && done.HostTimeUnixMs >= begun.HostTimeUnixMs ? (done.HostTimeUnixMs - begun.HostTimeUnixMs) / 1000.0 : null;
    }

    private static double? LoadOf(SchedulerView view, Guid host) => StepSender.LoadOf(view.Hosts.GetValueOrDefault(host));
}
