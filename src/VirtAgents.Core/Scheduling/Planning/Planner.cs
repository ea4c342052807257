using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Plans migrations. Pure: equal snapshot and options give an equal plan, unless time ends the search.</summary>
public static class Planner
{
    /// <summary>Makes a plan.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="options">What is asked for; its hosts are in the snapshot.</param>
    /// <param name="explain">Id of a VM to explain in <see cref="MigrationPlan.Explanation"/>; null = none.</param>
    /// <param name="isOver">Whether the time is over; null = there is no limit.</param>
    public static MigrationPlan Plan(ClusterSnapshot snapshot, PlanOptions options, string? explain = null, Func<bool>? isOver = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(options);
        return new PlanCourse(snapshot, options, explain, isOver ?? (static () => false)).Run();
    }
}
