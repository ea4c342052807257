using System.CommandLine;
using VirtAgents.Cli.Backtests;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Cli.Commands;

internal static class BacktestCommand
{
    public static Command Create(CommandBinder binder)
    {
        var input = new Option<string>("--input") { Description = "File of series, or a folder of such files.", HelpName = "PATH", Required = true };

        // The long name of the option for the form of the output means something else here: only -o is left for that.
        var output = new Option<string>("--output") { Description = "File for the scores, or a folder in which they get the same names.", HelpName = "PATH", Required = true };
        var command = new CliCommand(
            "backtest",
            "Says what the anomaly detector would have said of recorded series. It has the same figures for every file.",
            ("virtctl backtest --input cpu.csv --output scores.csv", "one file"),
            ("virtctl backtest --input series --output scores -o json", "every file in a folder, and a summary for a script"))
        {
            Remarks =
            [
                "Input: a head 'timestamp,NAME,...', then a row for each instant in order of time; times in UTC as 2025-06-01 12:00:00 or 2025-06-01T12:00:00Z, also with fractions; an empty cell where a value is missing. Several columns are judged together, as signals of one VM. In a folder, files with another first line are left out.",
                "Output: 'timestamp,anomaly_score,is_alarm,explanation', a row for each row of the input. The score is from 0 to 1; 0.5 and more is an alarm (1). The explanation names the signal and what stood out, its value, and what was expected.",
                "Here --output is the place of the scores; the form of the summary is told by -o alone.",
            ],
        };
        command.Add(input);
        command.Add(output);
        binder.Run(command, (parse, context, cancel) => Task.FromResult(Run(context, parse.GetRequiredValue(input), parse.GetRequiredValue(output), cancel)));
        return command;
    }

    private static ExitCode Run(CommandContext context, string input, string output, CancellationToken cancel)
    {
        var backtest = new Backtest(context, AnomalyTuning.Shipped);
        backtest.Run(BacktestPaths.Of(input, output), cancel);
        BacktestListing.Write(context, backtest.Totals);
        return backtest.Totals.Failed == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
