using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Benchmarks.Week;

/// <summary>
/// The scheduler of the collector: its policy, judges and planner, in the same order. It looks each five minutes, and with news of moves at those that go on; the
/// collector looks each five seconds.
/// </summary>
internal sealed class ScheduledBalancer(string name, SchedulePolicy policy, bool looksAhead) : IWeekBalancer
{
    private readonly WantedGoals _wanted = new();
    private readonly List<Made> _plans = [];
    private int _vain;
    private TimeSpan _searched, _longest;

    public string Name => name;

    public string Told
    {
        get
        {
            IEnumerable<string> rules = _plans.GroupBy(p => p.Rule.Name, StringComparer.Ordinal).Select(
                g => $"{g.Count()} plans '{g.Key}' ({string.Join(", ", g.CountBy(p => p.Plan.State).OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key.ToString().ToLowerInvariant()}"))})");
            return string.Create(CultureInfo.InvariantCulture, $"{string.Join("; ", rules)}; {_vain} searches in vain; {_searched.TotalSeconds:F0} s of planning, {_longest.TotalSeconds:F1} s at most");
        }
    }

    private Made? Running => _plans.Count > 0 && !_plans[^1].Plan.IsEnded ? _plans[^1] : null;

    public void Look(WeekWorld world, bool isNews)
    {
        if (Running is { } running)
        {
            Advance(world, running);
        }

        if (Running is null && !isNews)
        {
            LookAtGoals(world);
        }
    }

    private void Advance(WeekWorld world, Made made)
    {
        LiveCluster cluster = world.Sight();
        ScheduleRule? rule = policy.RuleOf(made.Rule.Name, made.Rule.Goal, WeekEstate.Cluster, made.Plan.State);
        PlanTurn turn = PlanJudge.Next(
            made.Plan, new(cluster, rule, world.Moves.States, world.Moves.UnderWay, world.Moves.BegunInHour, policy.Budget, null, world.NowMs));
        ScheduledPlan plan = turn.Plan;
        foreach (int at in turn.Begin)
        {
            ScheduledStep step = plan.Steps[at];
            Guid directive = world.Moves.Send(step.Vm, step.From, step.To, made.Seconds[at]);
            plan = plan with { Steps = plan.Steps.SetItem(at, step with { State = StepState.Sent, Directive = directive }) };
        }

        made.Plan = plan.State == PlanState.Failed ? plan with { State = ScheduleJudge.FailedAfter(made.Rule, Past(made.Rule)) } : plan;
        made.EndedMs = plan.IsEnded ? world.NowMs : 0;
    }

    private void LookAtGoals(WeekWorld world)
    {
        LiveCluster cluster = looksAhead ? world.Ahead() : world.Loaded();
        ClusterFigures figures = ClusterFigures.Of(cluster.Snapshot);
        foreach (ScheduleRule rule in policy.Rules)
        {
            string? why = rule.Hours?.Contain(world.Now) == false ? null : ScheduleJudge.Wants(rule, figures);
            if (_wanted.IsDue(rule, cluster.Snapshot, why, world.NowMs) && Running is null && ScheduleJudge.WhyResting(rule, Past(rule), world.NowMs) is null)
            {
                Plan(world, cluster, rule, why!);
            }
        }
    }

    private void Plan(WeekWorld world, LiveCluster cluster, ScheduleRule rule, string why)
    {
        long started = Stopwatch.GetTimestamp();
        HashSet<Guid> moved = world.Moves.MovedSince(world.NowMs - (long)policy.Budget.VmCooldown.TotalMilliseconds);
        MigrationPlan plan = Planner.Plan(ScheduleJudge.Of(cluster, rule, moved), ScheduleJudge.OptionsOf(rule, policy.Budget));
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        (_searched, _longest) = (_searched + took, took > _longest ? took : _longest);
        if (plan.Moves.IsEmpty)
        {
            _vain++;
            _wanted.FoundNothing(rule, cluster.Snapshot, why, world.NowMs);
            return;
        }

        ImmutableArray<ScheduledStep> steps =
            [.. plan.Moves.Select(m => new ScheduledStep(new VmId(cluster.VmIds[m.Vm]), new HostId(cluster.HostIds[m.From]), new HostId(cluster.HostIds[m.To]), m.Wave, StepState.Waiting))];
        _plans.Add(new(rule, new(rule.Goal, PlanState.Running, steps, world.NowMs), [.. plan.Moves.Select(m => m.Seconds)]));
        Advance(world, _plans[^1]);
    }

    private PastPlan[] Past(ScheduleRule rule) =>
        [.. _plans.AsEnumerable().Reverse().Where(p => p.Rule == rule && p.Plan.IsEnded).Take(20).Select(p => new PastPlan(p.Plan.State, p.EndedMs))];

    /// <summary>A plan that was made.</summary>
    private sealed class Made(ScheduleRule rule, ScheduledPlan plan, ImmutableArray<double> seconds)
    {
        public ScheduleRule Rule => rule;

        public ImmutableArray<double> Seconds => seconds;

        public ScheduledPlan Plan { get; set; } = plan;

        public long EndedMs { get; set; }
    }
}
