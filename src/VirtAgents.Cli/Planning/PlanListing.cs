using System.Globalization;
using VirtAgents.Cli.Output;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Cli.Planning;

/// <summary>A plan as people read it.</summary>
internal static class PlanListing
{
    private static readonly Column<PlannedMove>[] Columns =
    [
        Output.Columns.Number<PlannedMove>("wave", "WAVE", move => Datum.Whole(move.Wave), wave => Number(wave)),
        Output.Columns.Text<PlannedMove>("vm", "VM", move => move.Vm),
        Output.Columns.Text<PlannedMove>("from", "FROM", move => move.From),
        Output.Columns.Text<PlannedMove>("to", "TO", move => move.To),
        Output.Columns.Number<PlannedMove>("gain", "GAIN", move => Datum.Of(move.Gain), gain => gain.ToString("0.0000", CultureInfo.InvariantCulture)),
        Output.Columns.Text<PlannedMove>("second_best", "SECOND BEST", move => move.SecondBest, rank: 2),
        Output.Columns.Number<PlannedMove>("used_gb", "GB", move => Datum.Of(move.UsedGb), Number, rank: 1),
        Output.Columns.Number<PlannedMove>("seconds", "SECONDS", move => Datum.Of(move.Seconds), Number, rank: 1),
        Output.Columns.Text<PlannedMove>("reason", "REASON", move => move.Reason, rank: 3),
    ];

    public static void WriteMoves(CommandContext context, MigrationPlan plan) => context.WriteList(Columns, plan.Moves, "nothing is to be moved.");

    /// <summary>What the plan comes to, in one line each.</summary>
    public static IEnumerable<string> Summary(MigrationPlan plan)
    {
        yield return Text($"{plan.Moves.Length} moves in {plan.Moves.Select(move => move.Wave).Distinct().Count()} waves, {plan.Moves.Sum(move => move.UsedGb):0.#} GB; score {plan.Before.Score:0.#####} to {plan.After.Score:0.#####}; hosts in use {plan.Before.HostsInUse} to {plan.After.HostsInUse}{(plan.HostsNeeded is { } needed ? Text($" (at least {needed} are needed)") : "")}");
        if (plan.WasCut)
        {
            yield return "the time limit ended the search; without it the plan may differ.";
        }

        foreach (var unsatisfied in plan.Unsatisfied)
        {
            yield return $"{unsatisfied.Subject}: {unsatisfied.Reason}";
        }
    }

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
