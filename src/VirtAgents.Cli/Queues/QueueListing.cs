using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;

namespace VirtAgents.Cli.Queues;

/// <summary>The figures of a replayed queue, as people and programs read them.</summary>
internal static class QueueListing
{
    private static readonly Column<QueueRun>[] Columns =
    [
        Output.Columns.Text<QueueRun>("trace", "TRACE", run => Path.GetFileName(run.Settings.Trace), rank: 3),
        Output.Columns.Number<QueueRun>("procs", "PROCS", run => Datum.Whole(run.Settings.Processors), Units.Number),
        Output.Columns.Text<QueueRun>("policy", "POLICY", run => run.Settings.Discipline.Name),
        Output.Columns.Text<QueueRun>("backfill", "BACKFILL", run => QueueSettings.Backfillings.Of(run.Settings.Backfilling)),
        Output.Columns.Number<QueueRun>("load", "LOAD", run => Datum.Of(run.Settings.Load), Units.Number, rank: 2),
        Output.Columns.Number<QueueRun>("jobs", "JOBS", run => Datum.Whole(run.Figures.Jobs), Units.Number),
        Seconds("wait_mean", "WAIT MEAN", run => Math.Round(run.Figures.WaitMeanSeconds, 2)),
        Seconds("wait_p50", "P50", run => run.Figures.WaitMedianSeconds),
        Seconds("wait_p95", "P95", run => run.Figures.WaitP95Seconds),
        Seconds("wait_max", "MAX", run => run.Figures.WaitMaxSeconds),
        Rounded("bsld_mean", "SLOWDOWN", run => run.Figures.BoundedSlowdownMean, digits: 3),
        Rounded("bsld_p95", "P95", run => run.Figures.BoundedSlowdownP95, digits: 3, rank: 1),
        Rounded("util", "USED", run => run.Figures.Utilisation, digits: 4),
        Output.Columns.Data<QueueRun>("sim_cpu_s", run => Datum.Of(Math.Round(run.CpuSeconds, 2))),
        Rounded("jain", "JAIN", run => run.Figures.Jain, digits: 4),
        Output.Columns.Data<QueueRun>("users", run => Datum.WholeOrUnknown((ulong)run.Figures.Tenants)),
        Output.Columns.Data<QueueRun>("makespan", run => Datum.Of(run.Figures.MakespanSeconds)),
        Output.Columns.Number<QueueRun>("left_out", "LEFT OUT", run => Datum.Whole(run.Trace.LeftOut), Units.Number, rank: 2),
    ];

    public static void Write(CommandContext context, QueueRun run)
    {
        if (context.Format == OutputFormat.Json)
        {
            JsonOutput.WriteLine(context.Output, Columns, run);
        }
        else
        {
            context.WriteList(Columns, [run], "");
        }
    }

    private static Column<QueueRun> Seconds(string key, string header, Func<QueueRun, double> value) =>
        Output.Columns.Number<QueueRun>(key, header, run => Datum.Of(value(run)), number => Units.Number(number) + " s");

    private static Column<QueueRun> Rounded(string key, string header, Func<QueueRun, double?> value, int digits, int rank = 0) =>
        Output.Columns.Number<QueueRun>(key, header, run => Datum.Of(value(run) is { } known ? Math.Round(known, digits) : null), Units.Number, rank);
}
