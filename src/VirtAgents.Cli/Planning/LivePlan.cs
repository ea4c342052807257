using System.CommandLine;
using VirtAgents.Core.Scheduling.Planning;
using VirtAgents.Protocol.V1;
using PlanGoal = VirtAgents.Core.Scheduling.Planning.PlanGoal;
using WireGoal = VirtAgents.Protocol.V1.PlanGoal;

namespace VirtAgents.Cli.Planning;

/// <summary>Asks the collector for a plan.</summary>
internal static class LivePlan
{
    // How long the collector may search, and wait for its turn behind one other plan.
    private static readonly TimeSpan Reckoning = TimeSpan.FromSeconds(40);

    public static async Task<MadePlan> AskAsync(CommandContext context, PlanCommandOptions options, ParseResult parse, CancellationToken cancel)
    {
        var request = Request(options, parse);
        var answer = await context.Client.CallAsync(call => context.Client.Planning.PlanAsync(request, call), Reckoning, cancel);
        var plan = new MigrationPlan(
            options.Read(parse).Goal, [.. answer.Moves.Select(MoveOf)], FiguresOf(answer.Before), FiguresOf(answer.After),
            [.. answer.Unsatisfied.Select(unsatisfied => new Unsatisfied(unsatisfied.Subject, unsatisfied.Reason))])
        {
            WasCut = answer.CutByTimeLimit,
            HostsNeeded = answer.HasHostsNeededAtLeast ? answer.HostsNeededAtLeast : null,
            Explanation = answer.Explanation.Length == 0 ? null : answer.Explanation,
        };
        return new MadePlan(plan, answer.Seed, answer.Notes);
    }

    private static PlanRequest Request(PlanCommandOptions options, ParseResult parse)
    {
        var asked = options.Read(parse);
        var request = new PlanRequest
        {
            Goal = GoalOf(asked.Goal),
            Hosts = { asked.Hosts },
            Cluster = parse.GetValue(options.Source.Cluster) ?? "",
            MaxConcurrent = asked.MaxConcurrent,
            Seed = (int)asked.Seed,
            NoForecast = parse.GetValue(options.NoForecast),
            Explain = parse.GetValue(options.Explain) ?? "",
        };
        Set(asked.MaxMoves, moves => request.MaxMoves = moves);
        Set(asked.MaxGb, gb => request.MaxGb = gb);
        Set(asked.MinGain, gain => request.MinGain = gain);
        Set(parse.GetValue(options.Ceiling), ceiling => request.Ceiling = ceiling);
        Set(parse.GetValue(options.TimeLimit), seconds => request.TimeLimitSeconds = seconds);
        Set(parse.GetValue(options.Source.VcpuRatio), ratio => request.VcpuRatio = ratio);
        Set(parse.GetValue(options.Source.FailoverHosts), failing => request.FailoverHosts = failing);
        return request;
    }

    private static void Set<T>(T? value, Action<T> set)
        where T : struct
    {
        if (value is { } given)
        {
            set(given);
        }
    }

    private static WireGoal GoalOf(PlanGoal goal) => goal switch
    {
        PlanGoal.Balance => WireGoal.Balance,
        PlanGoal.Evacuate => WireGoal.Evacuate,
        PlanGoal.Consolidate => WireGoal.Consolidate,
        PlanGoal.Relieve => WireGoal.Relieve,
        _ => WireGoal.Constraints,
    };

    private static PlannedMove MoveOf(PlanMove move) => new(
        move.Vm, move.From, move.To, move.Wave, move.Reason, move.Gain, move.SecondBest.Length == 0 ? null : move.SecondBest,
        move.HasSecondGain ? move.SecondGain : null, move.UsedGb, move.Seconds);

    private static ClusterFigures FiguresOf(PlanFigures figures) => new(
        figures.Score, figures.RelativeSpread, figures.HighestCpuRatio, figures.Conflicts, figures.VmsOnDrainedHosts, figures.HostsInUse, figures.HostsOverLimit);
}
