using System.Text.Json;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Cli.Planning;

/// <summary>A plan as JSON; docs/planning.md has every key. Nothing in it is of this moment or machine.</summary>
internal static class PlanFile
{
    /// <param name="json">Where to.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="seed">Seed that it was made with.</param>
    /// <param name="notes">What takes no part, and why; null = the cluster is from a file, where all does.</param>
    public static void Write(Utf8JsonWriter json, MigrationPlan plan, long seed, IReadOnlyList<string>? notes)
    {
        json.WriteStartObject();
        json.WriteString("goal", PlanGoals.Names.Of(plan.Goal));
        json.WriteNumber("seed", seed);
        json.WriteBoolean("cut_by_time_limit", plan.WasCut);
        WriteMoves(json, plan);
        WriteFigures(json, "before", plan.Before);
        WriteFigures(json, "after", plan.After);
        WriteUnsatisfied(json, plan);
        if (plan.HostsNeeded is { } needed)
        {
            json.WriteNumber("hosts_needed_at_least", needed);
        }

        if (plan.Explanation is not null)
        {
            json.WriteString("explanation", plan.Explanation);
        }

        WriteNotes(json, notes);
        json.WriteEndObject();
    }

    public static void WriteNotes(Utf8JsonWriter json, IReadOnlyList<string>? notes)
    {
        if (notes is null)
        {
            return;
        }

        json.WriteStartArray("notes");
        foreach (var note in notes)
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
    }

    private static void WriteMoves(Utf8JsonWriter json, MigrationPlan plan)
    {
        json.WriteStartArray("moves");
        foreach (var move in plan.Moves)
        {
            json.WriteStartObject();
            json.WriteString("vm", move.Vm);
            json.WriteString("from", move.From);
            json.WriteString("to", move.To);
            json.WriteNumber("wave", move.Wave);
            json.WriteString("reason", move.Reason);
            json.WriteNumber("gain", move.Gain);
            json.WriteString("second_best", move.SecondBest);
            WriteNumber(json, "second_gain", move.SecondGain);
            json.WriteNumber("used_gb", move.UsedGb);
            json.WriteNumber("seconds", move.Seconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFigures(Utf8JsonWriter json, string name, ClusterFigures figures)
    {
        json.WriteStartObject(name);
        json.WriteNumber("score", Math.Round(figures.Score, 8));
        json.WriteNumber("relative_spread", Math.Round(figures.RelativeSpread, 8));
        json.WriteNumber("highest_cpu_ratio", Math.Round(figures.HighestCpu, 6));
        json.WriteNumber("conflicts", figures.Conflicts);
        json.WriteNumber("vms_on_drained_hosts", figures.OnDrained);
        json.WriteNumber("hosts_in_use", figures.HostsInUse);
        json.WriteNumber("hosts_over_limit", figures.HostsOverLimit);
        json.WriteEndObject();
    }

    private static void WriteUnsatisfied(Utf8JsonWriter json, MigrationPlan plan)
    {
        json.WriteStartArray("unsatisfied");
        foreach (var unsatisfied in plan.Unsatisfied)
        {
            json.WriteStartObject();
            json.WriteString("subject", unsatisfied.Subject);
            json.WriteString("reason", unsatisfied.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
