using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Placement;
using VirtAgents.Core.Scheduling.Planning;
using VirtAgents.Protocol.V1;
using PlanGoal = VirtAgents.Protocol.V1.PlanGoal;

namespace VirtAgents.Collector.Planning;

/// <summary>Plans and placements as messages.</summary>
internal static class PlanMessages
{
    public static PlanResponse ToMessage(LiveEstate estate, MigrationPlan plan, PlanGoal goal, int seed)
    {
        PlanResponse message = new()
        {
            Cluster = estate.Name,
            Goal = goal,
            Seed = seed,
            Moves = { plan.Moves.Select(m => ToMessage(estate, m)) },
            Before = ToMessage(plan.Before),
            After = ToMessage(plan.After),
            Unsatisfied = { plan.Unsatisfied.Select(u => new PlanUnsatisfied { Subject = u.Subject, Reason = u.Reason }) },
            CutByTimeLimit = plan.WasCut,
            Explanation = plan.Explanation ?? "",
            Notes = { estate.Notes.Concat(estate.IdleRules()) },
        };
        if (plan.HostsNeeded is { } needed)
        {
            message.HostsNeededAtLeast = needed;
        }

        return message;
    }

    public static PlaceResponse ToMessage(LiveEstate estate, PlacementDecision decision, IEnumerable<string> poolNotes)
    {
        PlaceResponse message = new()
        {
            Cluster = estate.Name,
            Host = decision.Host ?? "",
            HostId = decision.Host is { } host ? $"{estate.Cluster.HostIds[host]}" : "",
            Pool = decision.Pool ?? "",
            SecondBest = decision.SecondBest ?? "",
            Reason = decision.Reason,
            Notes = { estate.Notes.Concat(poolNotes) },
        };
        if (decision.Score is { } score)
        {
            message.Score = score;
        }

        if (decision.SecondScore is { } second)
        {
            message.SecondScore = second;
        }

        foreach ((Obstacle obstacle, int hosts) in decision.Rejected)
        {
            message.Rejected[ObstacleNames.Of(obstacle)] = hosts;
        }

        return message;
    }

    private static PlanMove ToMessage(LiveEstate estate, PlannedMove move)
    {
        PlanMove message = new()
        {
            Vm = move.Vm,
            From = move.From,
            To = move.To,
            Wave = move.Wave,
            Reason = move.Reason,
            Gain = move.Gain,
            SecondBest = move.SecondBest ?? "",
            UsedGb = move.UsedGb,
            Seconds = move.Seconds,
            VmId = $"{estate.Cluster.VmIds[move.Vm]}",
            FromId = $"{estate.Cluster.HostIds[move.From]}",
            ToId = $"{estate.Cluster.HostIds[move.To]}",
        };
        if (move.SecondGain is { } second)
        {
            message.SecondGain = second;
        }

        return message;
    }

    private static PlanFigures ToMessage(ClusterFigures figures) => new()
    {
        Score = figures.Score,
        RelativeSpread = figures.RelativeSpread,
        HighestCpuRatio = figures.HighestCpu,
        Conflicts = figures.Conflicts,
        VmsOnDrainedHosts = figures.OnDrained,
        HostsInUse = figures.HostsInUse,
        HostsOverLimit = figures.HostsOverLimit,
    };
}
