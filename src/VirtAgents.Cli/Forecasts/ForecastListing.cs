using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Core.Forecasts;

namespace VirtAgents.Cli.Forecasts;

/// <summary>Forecasts, as people and programs read them.</summary>
internal static class ForecastListing
{
    private const string Never = "not foreseen";

    private sealed record Step(SeriesForecast Of, int Number, ForecastPoint Point);

    /// <summary>A line for each series; as json with every step, as csv a line for each step.</summary>
    public static void Write(CommandContext context, IReadOnlyList<SeriesForecast> forecasts) => context.Write(
        c => WriteJson(c, forecasts),
        c => c.WriteList(StepColumns(), [.. forecasts.SelectMany(Steps)], ""),
        c => c.WriteTable(TableLayout.Of(Shown(forecasts), forecasts)));

    private static void WriteJson(CommandContext context, IReadOnlyList<SeriesForecast> forecasts) => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartArray();
        foreach (var forecast in forecasts)
        {
            json.WriteStartObject();
            JsonOutput.WriteProperties(json, Labels().Concat(Facts()).ToArray(), forecast);
            json.WritePropertyName("points");
            JsonOutput.WriteRows(json, PointColumns(), Steps(forecast));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static IEnumerable<Step> Steps(SeriesForecast forecast) => forecast.Forecast.Points.Select((p, at) => new Step(forecast, at + 1, p));

    private static IEnumerable<Column<SeriesForecast>> Labels() =>
    [
        Columns.Data<SeriesForecast>("metric", f => Datum.Text(f.Series.Metric)),
        Columns.Text<SeriesForecast>("host", "HOST", f => f.Series.Host),
        Columns.Text<SeriesForecast>("vm", "VM", f => f.Series.Vm),
        Columns.Data<SeriesForecast>("vm_id", f => Datum.Text(f.Series.VmId)),
        Columns.Text<SeriesForecast>("device", "DEVICE", f => f.Series.Device),
        Columns.Data<SeriesForecast>("unit", f => Datum.Text(f.Unit)),
    ];

    private static IEnumerable<Column<SeriesForecast>> Facts() =>
    [
        Columns.Data<SeriesForecast>("model", f => Datum.Text(NameOf(f.Forecast.Model))),
        Columns.Data<SeriesForecast>("mase", f => Datum.Of(f.Forecast.Mase)),
        Columns.Data<SeriesForecast>("origins", f => Datum.Whole(f.Forecast.Origins)),
        Columns.Data<SeriesForecast>("last_time", f => Datum.Time(f.LastUnixMs)),
        Columns.Data<SeriesForecast>("last", f => Datum.Of(f.Last)),
        Columns.Data<SeriesForecast>("level", f => Datum.Of(f.Level)),
        Columns.Data<SeriesForecast>("reached_earliest", f => Moment(f, f.Reaches?.Earliest)),
        Columns.Data<SeriesForecast>("reached_expected", f => Moment(f, f.Reaches?.Expected)),
        Columns.Data<SeriesForecast>("reached_latest", f => Moment(f, f.Reaches?.Latest)),
    ];

    private static Column<SeriesForecast>[] Shown(IReadOnlyList<SeriesForecast> forecasts) =>
    [
        .. Labels().Where(c => c.Header.Length > 0 && forecasts.Any(f => c.Value(f).ToCsv().Length > 0)),
        Columns.Shown<SeriesForecast>("NOW", f => Units.Value(f.Last, f.Unit), alignRight: true),
        Columns.Shown<SeriesForecast>("THEN", f => Units.Value(f.AtEnd.Expected, f.Unit), alignRight: true),
        Columns.Shown<SeriesForecast>("80 %", f => Between(f.AtEnd.Low80, f.AtEnd.High80, f.Unit), rank: 1),
        Columns.Shown<SeriesForecast>("95 %", f => Between(f.AtEnd.Low95, f.AtEnd.High95, f.Unit), rank: 2),
        .. forecasts.Any(f => f.Level is not null) ? Reached() : [],
        Columns.Shown<SeriesForecast>("MODEL", f => NameOf(f.Forecast.Model), rank: 3),
        Columns.Shown<SeriesForecast>("MASE", f => f.Forecast.Mase is { } mase ? mase.ToString("0.00", CultureInfo.InvariantCulture) : "-", rank: 3, alignRight: true),
    ];

    private static Column<SeriesForecast>[] Reached() =>
    [
        Columns.Shown<SeriesForecast>("REACHES", f => f.Level is { } level ? Units.Value(level, f.Unit) : "-", alignRight: true),
        Columns.Shown<SeriesForecast>("IN", f => In(f, f.Reaches?.Expected), alignRight: true),
        Columns.Shown<SeriesForecast>("EARLIEST", f => In(f, f.Reaches?.Earliest), alignRight: true),
    ];

    private static Column<Step>[] PointColumns() =>
    [
        Columns.Data<Step>("time", s => Datum.Time(s.Of.TimeOf(s.Number))),
        Columns.Data<Step>("expected", s => Datum.Of(s.Point.Expected)),
        Columns.Data<Step>("low80", s => Datum.Of(s.Point.Low80)),
        Columns.Data<Step>("high80", s => Datum.Of(s.Point.High80)),
        Columns.Data<Step>("low95", s => Datum.Of(s.Point.Low95)),
        Columns.Data<Step>("high95", s => Datum.Of(s.Point.High95)),
    ];

    private static Column<Step>[] StepColumns() => [.. Labels().Select(c => Columns.Data<Step>(c.Key, s => c.Value(s.Of))), .. PointColumns()];

    private static string NameOf(ForecastModel model) => model switch
    {
        ForecastModel.SeasonalNaive => "seasonal-naive",
        ForecastModel.Drift => "drift",
        ForecastModel.SeasonalTrend => "seasonal-trend",
        _ => "naive",
    };

    private static Datum Moment(SeriesForecast forecast, int? step) => step is { } at ? Datum.Time(forecast.TimeOf(at)) : Datum.Unknown;

    private static string In(SeriesForecast forecast, int? step) =>
        forecast.Level is null ? "-" : step is { } at ? Durations.Format(TimeSpan.FromMilliseconds(at * forecast.StepMs)) : Never;

    private static string Between(double low, double high, string unit) => $"{Units.Value(low, unit)} to {Units.Value(high, unit)}";
}
