using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Where moving one VM at a time ends.</summary>
/// <param name="Score">The cluster score.</param>
/// <param name="Moves">Moves.</param>
/// <param name="UsedGb">Memory in use that was sent, GiB.</param>
public sealed record DescentResult(double Score, int Moves, double UsedGb);

/// <summary>Something to measure plans by.</summary>
public static class PlanComparison
{
    /// <summary>Moves one VM at a time, each time the one that lowers the score most, as Ganeti's hbal does; rules are kept.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="most">Most moves; null = as many as it takes.</param>
    public static DescentResult Descend(ClusterSnapshot snapshot, int? most = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var layout = new ClusterLayout(snapshot);
        var draft = new PlanDraft(layout, new PlanOptions(PlanGoal.Constraints) { MaxMoves = most });
        return draft.Descend();
    }
}
