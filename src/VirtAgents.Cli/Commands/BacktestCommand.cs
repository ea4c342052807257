using System.CommandLine;
using VirtAgents.Cli.Backtests;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Cli.Commands;

internal static class BacktestCommand
{
    public static Command Create(CommandBinder binder)
    {
        var input = new Option<string>("--input") { Description = "File of series, or a folder of such files.", HelpName = "PATH" };

        // The long name of the option for the form of the output means something else here: only -o is left for that.
        var output = new Option<string>("--output") { Description = "File for the scores, or a folder in which they get the same names.", HelpName = "PATH" };
        var history = new HistoryBacktest(binder.Environment.Time);
        var command = new CliCommand(
            "backtest",
            "Says what the anomaly detector would have said of series in files, or which incidents the rules of now would have opened in the collector's past.",
            ("virtctl backtest --input cpu.csv --output scores.csv", "one file"),
            ("virtctl backtest --input series --output scores -o json", "every file in a folder, and a summary for a script"),
            ("virtctl backtest --from 7d", "the incidents of a week, as they were and as they would be now"),
            ("virtctl backtest --from 7d --cluster rack-1 --thresholds new.json", "other thresholds, before they are used"))
        {
            Remarks =
            [
                "Files: --input and --output. The detector has the same figures for every file. Input: a head 'timestamp,NAME,...', then a row for each instant in order of time; times in UTC as 2025-06-01 12:00:00 or 2025-06-01T12:00:00Z, also with fractions; an empty cell where a value is missing. Several columns are judged together, as signals of one VM. In a folder, files with another first line are left out.",
                "Output: 'timestamp,anomaly_score,is_alarm,explanation', a row for each row of the input. The score is from 0 to 1; 0.5 and more is an alarm (1). The explanation names the signal and what stood out, its value, and what was expected.",
                "Here --output is the place of the scores; the form of the summary is told by -o alone.",
                "Past: --from. The events of the feed go through the rules again, and means of minutes through the thresholds. What is learnt of VMs (unusual, memory leak, thrashing, balloon, periodic spikes) is learnt anew from the stored samples, from two weeks before; by it VMs are looked at together (unlike their peers, noisy neighbours, saturation, boot storms), and pools are forecast from their hours. Where samples are gone what was recorded counts, which is told. What agents told stays as it was. Incidents that began before are not compared. What depended on what is as it is now.",
            ],
        };
        command.Add(input);
        command.Add(output);
        history.AddTo(command);
        binder.Run(command, async (parse, context, cancel) =>
        {
            var files = (Input: parse.GetValue(input), Output: parse.GetValue(output));
            Check(files.Input, files.Output, history.IsAsked(parse), history.Stray(parse));
            if (!history.IsAsked(parse))
            {
                return Run(context, files.Input!, files.Output!, cancel);
            }

            await history.RunAsync(parse, context, cancel);
            return ExitCode.Success;
        });
        return command;
    }

    // Either files or the past: what belongs to the other would silently be left aside.
    private static void Check(string? input, string? output, bool isPast, string? ofPast)
    {
        var problem = isPast
            ? input is null && output is null ? null : "--from judges what the collector has recorded, and --input and --output files; give one of both."
            : input is null || output is null ? "give --input and --output for files, or --from for what the collector has recorded."
            : ofPast is null ? null : $"{ofPast} says something only with --from.";
        if (problem is not null)
        {
            throw new CliFailureException(ExitCode.Usage, problem);
        }
    }

    private static ExitCode Run(CommandContext context, string input, string output, CancellationToken cancel)
    {
        var backtest = new Backtest(context, AnomalyTuning.Shipped);
        backtest.Run(BacktestPaths.Of(input, output), cancel);
        BacktestListing.Write(context, backtest.Totals);
        return backtest.Totals.Failed == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
