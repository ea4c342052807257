using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Makes a plan and goes on from its result until nothing more is to be moved.</summary>
/// <remarks>
/// A smaller budget or a fuller host may have ended a plan without limits, and planning its result anew is to give no moves. There is
/// seldom more than the look that finds nothing. What a balance moved is not to be moved by what follows, nor is a VM that was not free to leave at first, be it to
/// change places: to whoever plans from the middle of another plan it may be one that was moved. Where the continuation would do that
/// the plan is made once more with those VMs guarded, and if that disturbs others with all guarded that were not free to leave. That one ends only before it would
/// move a VM a second time. A plan goes on all the same for a VM that must leave and finds room now, and by exchanges where it was nothing else from the start.
/// </remarks>
/// <param name="snapshot">The cluster.</param>
/// <param name="options">What is asked for.</param>
/// <param name="explain">Id of a VM to explain; null = none.</param>
/// <param name="isOver">Whether the time is over.</param>
internal sealed class PlanCourse(ClusterSnapshot snapshot, PlanOptions options, string? explain, Func<bool> isOver)
{
    private const int MostRounds = 4;

    public MigrationPlan Run()
    {
        Course course = Follow([], isLast: false);
        course = course.Disturbed.Count > 0 ? Follow(course.Disturbed, isLast: false) : course;
        return course.Disturbed.Count > 0 ? Follow([.. snapshot.Vms.Select(v => v.Id).Where(vm => !course.Movers.Contains(vm))], isLast: true).Plan : course.Plan;
    }

    private Course Follow(HashSet<string> guarded, bool isLast)
    {
        (PlanDraft draft, MigrationPlan plan) = Make(snapshot, guarded);
        HashSet<string> movers = [.. draft.Movers], moved = [], disturbed = [];
        bool isAllExchange = draft.IsExchange;
        for (int round = 0; round < MostRounds && plan is { WasCut: false, Moves.IsEmpty: false } && options is { MaxMoves: null, MaxGb: null }; round++)
        {
            moved.UnionWith(plan.Moves.Select(m => m.Vm));
            (draft, MigrationPlan more) = GoOn(After(plan), [.. guarded, .. moved]);
            isAllExchange &= draft.IsExchange;
            disturbed = Disturbed(draft, more, vm => moved.Contains(vm) || !(isLast || isAllExchange || movers.Contains(vm)));
            if (more.Moves.IsEmpty || disturbed.Count > 0)
            {
                break;
            }

            plan = Join(plan, more);
        }

        return new(plan, movers, disturbed);
    }

    private HashSet<string> Disturbed(PlanDraft draft, MigrationPlan more, Func<string, bool> isToStay)
    {
        bool isFree = options.Goal != PlanGoal.Balance || more.Moves.Any(m => draft.MustLeave(m.Vm));
        return isFree ? [] : [.. more.Moves.Select(m => m.Vm).Where(isToStay)];
    }

    // Mostly there is nothing more to be found, and one look is enough to know.
    private (PlanDraft Draft, MigrationPlan Plan) GoOn(ClusterSnapshot cluster, HashSet<string> kept)
    {
        (PlanDraft Draft, MigrationPlan Plan) free = Make(cluster, []);
        if (free.Plan.Moves.IsEmpty || options.Goal != PlanGoal.Balance)
        {
            return free;
        }

        (PlanDraft Draft, MigrationPlan Plan) careful = Make(cluster, kept);
        return careful.Plan.Moves.IsEmpty ? free : careful;
    }

    private (PlanDraft Draft, MigrationPlan Plan) Make(ClusterSnapshot cluster, HashSet<string> guarded)
    {
        var layout = new ClusterLayout(Drained(cluster)) { IsGuarded = [.. cluster.Vms.Select(v => guarded.Contains(v.Id))] };
        var draft = new PlanDraft(layout, options);
        draft.Make(isOver);
        return (draft, draft.Finish(explain));
    }

    private ClusterSnapshot After(MigrationPlan plan)
    {
        ILookup<string, string> at = plan.Moves.ToLookup(m => m.Vm, m => m.To);
        return snapshot with { Vms = [.. snapshot.Vms.Select(v => at[v.Id].LastOrDefault() is { } to ? v with { Host = to } : v)] };
    }

    private MigrationPlan Join(MigrationPlan first, MigrationPlan then)
    {
        int waves = first.Moves[^1].Wave + 1;
        return then with
        {
            Moves = [.. first.Moves, .. then.Moves.Select(m => m with { Wave = m.Wave + waves })],
            Before = first.Before,
            Explanation = first.Moves.Any(m => m.Vm == explain) ? first.Explanation : then.Explanation,
        };
    }

    // A host that is to be emptied takes none. One that nothing is known of stays so: a request does not make its VMs safe to move.
    private ClusterSnapshot Drained(ClusterSnapshot cluster) => cluster with
    {
        Hosts = [.. cluster.Hosts.Select(h => options.Hosts.Contains(h.Id) && h.Availability != HostAvailability.Unknown ? h with { Availability = HostAvailability.Drain } : h)],
    };

    /// <summary>One way to go.</summary>
    /// <param name="Plan">All its moves.</param>
    /// <param name="Movers">VMs that were free to leave at first, or had to.</param>
    /// <param name="Disturbed">VMs that were to stay, and that it would have gone on with; it ends before.</param>
    private sealed record Course(MigrationPlan Plan, HashSet<string> Movers, HashSet<string> Disturbed);
}
