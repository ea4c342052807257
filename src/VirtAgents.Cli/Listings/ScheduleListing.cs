using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of plans of the scheduler, and of their moves.</summary>
internal static class ScheduleListing
{
    private const double Percent = 100;

    public static IReadOnlyList<Column<PlanRecord>> Plans(DateTimeOffset now) =>
    [
        Columns.Text<PlanRecord>("id", "ID", plan => plan.Id),
        Columns.Text<PlanRecord>("state", "STATE", plan => EnumNames.Plans.Of(plan.State)),
        Columns.Text<PlanRecord>("goal", "GOAL", plan => EnumNames.Goals.Of(plan.Goal)),
        Columns.Text<PlanRecord>("rule", "RULE", plan => plan.Rule, rank: 2),
        Columns.Text<PlanRecord>("cluster", "CLUSTER", plan => plan.Cluster, rank: 4),
        Columns.Shown<PlanRecord>("MOVES", plan => string.Create(CultureInfo.InvariantCulture, $"{Done(plan)}/{plan.Moves.Count}"), alignRight: true),
        Columns.Data<PlanRecord>("moves", plan => Datum.Whole(plan.Moves.Count)),
        Columns.Data<PlanRecord>("moves_done", plan => Datum.Whole(Done(plan))),
        Columns.Number<PlanRecord>("spread_before", "SPREAD", plan => Datum.Of(plan.SpreadBefore), Spread, rank: 1),
        Columns.Number<PlanRecord>("spread_expected", "EXPECTED", plan => Datum.Of(plan.SpreadExpected), Spread, rank: 1),
        Columns.Number<PlanRecord>("spread_after", "MEASURED", plan => Datum.Of(plan.HasSpreadAfter ? plan.SpreadAfter : null), Spread, rank: 1),
        Columns.Shown<PlanRecord>("AGE", plan => Instants.Age(plan.MadeUnixMs, now), alignRight: true),
        Columns.Data<PlanRecord>("made", plan => Datum.Time(plan.MadeUnixMs)),
        Columns.Data<PlanRecord>("begun", plan => Datum.Time(plan.BegunUnixMs)),
        Columns.Data<PlanRecord>("ended", plan => Datum.Time(plan.EndedUnixMs)),
        Columns.Text<PlanRecord>("actor", "BY", plan => plan.Actor, rank: 5),
        Columns.Data<PlanRecord>("note", plan => Datum.Text(plan.Note)),
        Columns.Data<PlanRecord>("why", plan => Datum.Text(plan.Why)),
        Columns.Data<PlanRecord>("detail", plan => Datum.Text(plan.Detail)),
        Columns.Shown<PlanRecord>("WHY", plan => plan.Detail.Length > 0 ? plan.Detail : plan.Why, rank: 3),
    ];

    public static IReadOnlyList<Column<MoveRecord>> Moves(DateTimeOffset now) =>
    [
        Columns.Number<MoveRecord>("wave", "WAVE", move => Datum.Whole(move.Wave), wave => wave.ToString("0", CultureInfo.InvariantCulture)),
        .. Journey(),
        .. Measured(),
        Columns.Shown<MoveRecord>("AGE", move => move.SentUnixMs == 0 ? "-" : Instants.Age(move.SentUnixMs, now), rank: 4, alignRight: true),
        .. Facts(),
        Columns.Shown<MoveRecord>("WHY", move => move.Detail.Length > 0 ? move.Detail : move.Reason, rank: 5),
    ];

    public static IReadOnlyList<Column<MoveRecord>> Ledger(DateTimeOffset now) =>
    [
        Columns.Shown<MoveRecord>("AGE", move => Instants.Age(move.SentUnixMs, now), alignRight: true),
        .. Journey(),
        .. Measured(),
        Columns.Data<MoveRecord>("wave", move => Datum.Whole(move.Wave)),
        Columns.Text<MoveRecord>("rule", "RULE", move => move.Rule, rank: 4),
        Columns.Data<MoveRecord>("plan_id", move => Datum.Text(move.PlanId)),
        .. Facts(),
    ];

    private static Column<MoveRecord>[] Journey() =>
    [
        Columns.Text<MoveRecord>("vm", "VM", move => move.Vm),
        Columns.Text<MoveRecord>("from", "FROM", move => move.From),
        Columns.Text<MoveRecord>("to", "TO", move => move.To),
        Columns.Text<MoveRecord>("state", "STATE", move => EnumNames.Moves.Of(move.State)),
    ];

    private static Column<MoveRecord>[] Measured() =>
    [
        Columns.Number<MoveRecord>("used_gib", "GIB", move => Datum.Of(move.UsedGb), gib => gib.ToString("0.0", CultureInfo.InvariantCulture), rank: 2),
        Columns.Number<MoveRecord>("expected_seconds", "EXPECTED", move => Datum.Of(move.ExpectedSeconds), Seconds, rank: 1),
        Columns.Number<MoveRecord>("measured_seconds", "TOOK", move => Datum.Of(move.HasMeasuredSeconds ? move.MeasuredSeconds : null), Seconds, rank: 1),
        Columns.Number<MoveRecord>("downtime_seconds", "DOWN", move => Datum.Of(move.HasDowntimeSeconds ? move.DowntimeSeconds : null), Downtime, rank: 2),
        Columns.Shown<MoveRecord>("CPU BEFORE", move => Loads(move.HasFromCpuBefore ? move.FromCpuBefore : null, move.HasToCpuBefore ? move.ToCpuBefore : null), rank: 3),
        Columns.Shown<MoveRecord>("CPU AFTER", move => Loads(move.HasFromCpuAfter ? move.FromCpuAfter : null, move.HasToCpuAfter ? move.ToCpuAfter : null), rank: 3),
        Columns.Text<MoveRecord>("verdict", "VERDICT", move => EnumNames.Verdicts.OrNull(move.Verdict)),
    ];

    private static Column<MoveRecord>[] Facts() =>
    [
        Columns.Data<MoveRecord>("expected_downtime_seconds", move => Datum.Of(move.HasExpectedDowntimeSeconds ? move.ExpectedDowntimeSeconds : null)),
        Columns.Data<MoveRecord>("sent_gib", move => Datum.Of(move.HasSentGb ? move.SentGb : null)),
        Columns.Data<MoveRecord>("from_cpu_before", move => Datum.Of(move.HasFromCpuBefore ? move.FromCpuBefore : null)),
        Columns.Data<MoveRecord>("to_cpu_before", move => Datum.Of(move.HasToCpuBefore ? move.ToCpuBefore : null)),
        Columns.Data<MoveRecord>("from_cpu_after", move => Datum.Of(move.HasFromCpuAfter ? move.FromCpuAfter : null)),
        Columns.Data<MoveRecord>("to_cpu_after", move => Datum.Of(move.HasToCpuAfter ? move.ToCpuAfter : null)),
        Columns.Data<MoveRecord>("vm_id", move => Datum.Text(move.VmId)),
        Columns.Data<MoveRecord>("directive_id", move => Datum.Text(move.DirectiveId)),
        Columns.Data<MoveRecord>("sent", move => Datum.Time(move.SentUnixMs)),
        Columns.Data<MoveRecord>("ended", move => Datum.Time(move.EndedUnixMs)),
        Columns.Data<MoveRecord>("reason", move => Datum.Text(move.Reason)),
        Columns.Data<MoveRecord>("detail", move => Datum.Text(move.Detail)),
    ];

    private static int Done(PlanRecord plan) => plan.Moves.Count(move => move.State == MoveStage.Done);

    private static string Spread(double spread) => spread.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Downtime(double seconds) => (seconds * 1000).ToString("0", CultureInfo.InvariantCulture) + " ms";

    private static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";

    // From the source to the target: "92% > 31%".
    private static string Loads(double? from, double? to) => $"{Share(from)} > {Share(to)}";

    private static string Share(double? share) => share is { } known ? (known * Percent).ToString("0", CultureInfo.InvariantCulture) + "%" : "-";
}
