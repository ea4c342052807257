using System.CommandLine;
using VirtAgents.Cli.Backtests;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Cli.Commands;

internal static class BacktestCommand
{
    public static Command Create(CommandBinder binder)
    {
        var input = new Option<string>("--input") { Description = "File of series, or a folder of such files.", HelpName = "PATH", Required = true };

        // The form of the summary is still told by -o, of which this long name is the usual alias.
        var output = new Option<string>("--output") { Description = "File for the scores, or a folder in which they get the same names.", HelpName = "PATH", Required = true };
        var command = new CliCommand(
            "backtest",
            "Says what the anomaly detector would have said of recorded series. It is the detector of the collector, with the same figures for every file.",
            ("virtctl backtest --input cpu.csv --output scores.csv", "one file"),
            ("virtctl backtest --input series --output scores -o json", "every file in a folder, and a summary for a script"))
        {
            input, output,
        };
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
