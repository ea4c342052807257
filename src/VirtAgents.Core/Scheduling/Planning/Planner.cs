using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Plans migrations. Pure: equal snapshot and options give an equal plan, unless time ends the search.</summary>
/// <remarks>
/// A plan without limits is continued from its own result until nothing more is to be moved, since a smaller budget or a fuller host
/// may have ended it; so planning its result anew gives no moves. That is seldom more than the look that finds nothing.
/// </remarks>
public static class Planner
{
    private const int MostRounds = 4;

    /// <summary>Makes a plan.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="options">What is asked for; its hosts are in the snapshot.</param>
    /// <param name="explain">Id of a VM to explain in <see cref="MigrationPlan.Explanation"/>; null = none.</param>
    /// <param name="isOver">Whether the time is over; null = there is no limit.</param>
    public static MigrationPlan Plan(ClusterSnapshot snapshot, PlanOptions options, string? explain = null, Func<bool>? isOver = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(options);
        MigrationPlan plan = PlanOnce(snapshot, options, explain, isOver);
        for (int round = 0; round < MostRounds && plan is { WasCut: false, Moves.IsEmpty: false } && options is { MaxMoves: null, MaxGb: null }; round++)
        {
            MigrationPlan more = PlanOnce(After(snapshot, plan), options, explain, isOver);
            if (more.Moves.IsEmpty)
            {
                break;
            }

            plan = Join(plan, more, explain);
        }

        return plan;
    }

    private static MigrationPlan PlanOnce(ClusterSnapshot snapshot, PlanOptions options, string? explain, Func<bool>? isOver)
    {
        var draft = new PlanDraft(new ClusterLayout(Drained(snapshot, options)), options);
        draft.Make(isOver ?? (static () => false));
        return draft.Finish(explain);
    }

    private static ClusterSnapshot After(ClusterSnapshot snapshot, MigrationPlan plan)
    {
        ILookup<string, string> at = plan.Moves.ToLookup(m => m.Vm, m => m.To);
        return snapshot with { Vms = [.. snapshot.Vms.Select(v => at[v.Id].LastOrDefault() is { } to ? v with { Host = to } : v)] };
    }

    private static MigrationPlan Join(MigrationPlan first, MigrationPlan then, string? explain)
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
    private static ClusterSnapshot Drained(ClusterSnapshot snapshot, PlanOptions options) => snapshot with
    {
        Hosts = [.. snapshot.Hosts.Select(h => options.Hosts.Contains(h.Id) && h.Availability != HostAvailability.Unknown ? h with { Availability = HostAvailability.Drain } : h)],
    };
}
