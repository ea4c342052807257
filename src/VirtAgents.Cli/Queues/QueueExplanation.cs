using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Cli.Queues;

/// <summary>Why a job of a trace waited, from its submission to its start: one row each time the reason changes.</summary>
internal sealed class QueueExplanation
{
    private static readonly EnumNames<QueueVerdict> Verdicts = new("starts-as-head");

    private static readonly Column<(double Seconds, QueueDecision Decision)>[] Columns =
    [
        Output.Columns.Number<(double Seconds, QueueDecision Decision)>("time", "TIME", row => Datum.Of(row.Seconds), number => Units.Number(number) + " s"),
        Output.Columns.Text<(double Seconds, QueueDecision Decision)>("verdict", "VERDICT", row => Verdicts.Of(row.Decision.Verdict)),
        Output.Columns.Data<(double Seconds, QueueDecision Decision)>("reservation", row => Datum.Of(row.Decision.ReservationSeconds)),
        Output.Columns.Text<(double Seconds, QueueDecision Decision)>("reason", "REASON", row => row.Decision.Describe()),
    ];

    private readonly List<(double Seconds, QueueDecision Decision)> _rows = [];
    private readonly int _job;

    private QueueExplanation(int job) => _job = job;

    /// <summary>Replays a trace and writes the decisions for one of its jobs.</summary>
    /// <exception cref="CliFailureException">No job that can run has that number.</exception>
    public static void Write(CommandContext context, QueueSettings settings, QueueTrace trace, int number)
    {
        var job = trace.Numbers.ToList().IndexOf(number);
        if (job < 0)
        {
            throw new CliFailureException(ExitCode.NotFound, $"--explain: no job that can run has number {number}; {Units.Count(trace.Jobs.Count, "job")} can.");
        }

        var explanation = new QueueExplanation(job);
        new QueueReplay(new Resources(settings.Processors), settings.Discipline, settings.Backfilling) { Told = explanation.Add }.Run(trace.Jobs);
        context.WriteList(Columns, explanation._rows, "");
    }

    private void Add(double seconds, IReadOnlyList<QueueDecision> decisions)
    {
        if (_rows.Count > 0 && _rows[^1].Decision.Starts)
        {
            return;
        }

        foreach (var decision in decisions)
        {
            if (decision.Request.Id == _job && (_rows.Count == 0 || IsNews(_rows[^1].Decision, decision)))
            {
                _rows.Add((seconds, decision));
            }
        }
    }

    private static bool IsNews(QueueDecision before, QueueDecision now) =>
        (before.Verdict, before.ReservationSeconds) != (now.Verdict, now.ReservationSeconds);
}
