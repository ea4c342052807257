using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;

namespace VirtAgents.Cli.Backtests;

/// <summary>The summary of a backtest, as people and programs read it.</summary>
internal static class BacktestListing
{
    private static readonly Column<BacktestTotals>[] Columns =
    [
        Output.Columns.Number<BacktestTotals>("files", "FILES", totals => Datum.Whole(totals.Files), Units.Number),
        Output.Columns.Number<BacktestTotals>("skipped", "SKIPPED", totals => Datum.Whole(totals.Skipped), Units.Number),
        Output.Columns.Number<BacktestTotals>("failed", "FAILED", totals => Datum.Whole(totals.Failed), Units.Number),
        Output.Columns.Number<BacktestTotals>("rows", "ROWS", totals => Datum.Whole(totals.Rows), Units.Number),
        Output.Columns.Number<BacktestTotals>("points", "POINTS", totals => Datum.Whole(totals.Points), Units.Number),
        Output.Columns.Number<BacktestTotals>("alarms", "ALARMS", totals => Datum.Whole(totals.Alarms), Units.Number),
        Output.Columns.Number<BacktestTotals>("points_per_second", "POINTS/S", totals => Datum.Of(totals.PointsPerSecond), Units.Number),
    ];

    public static void Write(CommandContext context, BacktestTotals totals)
    {
        if (context.Format == OutputFormat.Json)
        {
            JsonOutput.WriteDocument(context.Output, json => JsonOutput.WriteObject(json, Columns, totals));
        }
        else
        {
            context.WriteList(Columns, [totals], "");
        }
    }
}
