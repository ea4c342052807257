using System.CommandLine;
using VirtAgents.Cli.Queues;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Cli.Commands;

internal static class QueueCommand
{
    private const double Smallest = 1e-6, Largest = 1e6;

    public static Command Create(CommandBinder binder)
    {
        var options = new Options();
        var command = new CliCommand(
            "queue",
            "Replays a recorded trace of jobs through a queue, offline, and says how long they waited. See docs/queue.md.",
            ("virtctl queue trace.swf.gz --procs 256 --policy aging --backfill easy", "figures of one discipline"),
            ("virtctl queue trace.swf --procs 256 --policy sjf --load 1.2 --limit 10000 -o json", "with a heavier load, for a script"),
            ("virtctl queue trace.swf --procs 256 --backfill easy --explain 17", "why job 17 waited"))
        {
            Remarks =
            [
                "Input: Standard Workload Format 2.2, plain or packed by gzip. A job takes its requested processors (field 8, else 5) for its run time (4); its estimate is its requested time (9), at least its run time. Its tenant is its user (12). For --policy priority a smaller queue number (15) is served first, as the format has 0 for interactive jobs; unknown ones come last.",
                "Times are seconds after the first submission. Jobs without run time or processors, or with more processors than there are, are left out and counted. jain is Jain's index of the users' mean bounded slowdowns, unknown where the trace names no users.",
            ],
        };
        options.AddTo(command);
        binder.Run(command, (parse, context, cancel) => Task.FromResult(Run(context, options, parse, cancel)));
        return command;
    }

    private static ExitCode Run(CommandContext context, Options options, ParseResult parse, CancellationToken cancel)
    {
        var settings = options.Read(parse);
        var trace = QueueTrace.Read(settings, cancel);
        if (parse.GetValue(options.Explain) is { } number)
        {
            QueueExplanation.Write(context, settings, trace, number);
            return ExitCode.Success;
        }

        var run = QueueRun.Of(settings, trace);
        if (parse.GetValue(options.Schedule) is { } file)
        {
            run.WriteSchedule(file);
        }

        QueueListing.Write(context, run);
        return ExitCode.Success;
    }

    private sealed class Options
    {
        private readonly Argument<string> _trace = new("TRACE") { Description = "File in the Standard Workload Format." };
        private readonly Option<int?> _processors = Parsed.Count(new Option<int?>("--procs") { Description = "Processors that there are.", Required = true }, 1, int.MaxValue);
        private readonly Option<string> _policy = new Option<string>("--policy")
        {
            Description = "Order of the queue. Default: fcfs.", HelpName = string.Join('|', QueueDisciplines.Names), DefaultValueFactory = _ => "fcfs",
        }.AcceptOnlyFromAmong([.. QueueDisciplines.Names]);

        private readonly Option<Backfilling?> _backfilling = Parsed.Name(
            new Option<Backfilling?>("--backfill") { Description = "What may pass a head that does not fit: nothing, or what does not delay it. Default: none." }, QueueSettings.Backfillings);

        private readonly Option<int?> _limit = Parsed.Count(new Option<int?>("--limit") { Description = "Only the first so many jobs that can run; 0 = all. Default: 0." }, 0, int.MaxValue);
        private readonly Option<double?> _load = Parsed.Number(new Option<double?>("--load") { Description = "Divides the times between submissions. Default: 1." }, Smallest, Largest);
        private readonly Option<double?> _aging = Parsed.Number(
            new Option<double?>("--aging") { Description = "With --policy aging: seconds of estimate that a second of waiting makes up for. Default: 1." }, 0, Largest);

        private readonly Option<double?> _estimates = Parsed.Number(new Option<double?>("--est") { Description = "Multiplies the estimates. Default: 1." }, Smallest, Largest);

        public Option<string?> Schedule { get; } = new("--schedule") { Description = "File for a line for each job: its place, submission and start.", HelpName = "FILE" };

        public Option<int?> Explain { get; } = Parsed.Count(
            new Option<int?>("--explain") { Description = "Says instead why the job with this number (field 1) waited, and when that changed." }, 0, int.MaxValue);

        public void AddTo(Command command)
        {
            command.Add(_trace);
            foreach (var option in new Option[] { _processors, _policy, _backfilling, _limit, _load, _aging, _estimates, Schedule, Explain })
            {
                command.Add(option);
            }
        }

        public QueueSettings Read(ParseResult parse) => new(
            parse.GetRequiredValue(_trace),
            parse.GetRequiredValue(_processors)!.Value,
            QueueDisciplines.Named(parse.GetRequiredValue(_policy), parse.GetValue(_aging) ?? Aging.DefaultFactor)!,
            parse.GetValue(_backfilling) ?? Backfilling.None,
            parse.GetValue(_limit) ?? 0,
            parse.GetValue(_load) ?? 1,
            parse.GetValue(_estimates) ?? 1);
    }
}
