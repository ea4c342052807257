using VirtAgents.Cli.Output;
using VirtAgents.Core.Scheduling.Consolidation;

namespace VirtAgents.Cli.Consolidating;

/// <summary>What a replayed day cost, as one line of JSON.</summary>
internal static class ConsolidationListing
{
    private static readonly Column<ConsolidationFigures>[] Columns =
    [
        Data("vms", figures => figures.Vms, digits: 0),
        Data("kwh", figures => figures.KilowattHours, digits: 2),
        Data("migrations", figures => figures.Migrations, digits: 0),
        Data("slatah_pct", figures => 100 * figures.OverloadedRatio, digits: 4),
        Data("pdm_pct", figures => 100 * figures.LostRatio, digits: 5),
        Data("slav_pct", figures => 100 * figures.ViolationRatio, digits: 7),
        Data("esv", figures => figures.EnergyTimesViolation, digits: 15),
        Data("mean_active_hosts", figures => figures.MeanHosts, digits: 1),
    ];

    public static void Write(CommandContext context, ConsolidationFigures figures) => JsonOutput.WriteLine(context.Output, Columns, figures);

    private static Column<ConsolidationFigures> Data(string key, Func<ConsolidationFigures, double> value, int digits) =>
        Output.Columns.Data<ConsolidationFigures>(key, figures => Datum.Of(Math.Round(value(figures), digits)));
}
