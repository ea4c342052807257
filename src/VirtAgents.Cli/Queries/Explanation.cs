using System.Globalization;
using System.Text.Json;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>What an answer was made of.</summary>
internal static class Explanation
{
    public static IEnumerable<string> Lines(MetricQuery query, MetricAnswer answer, QueryTrailer trailer, TimeZoneInfo zone) =>
    [
        Text($"Read         {trailer.Samples} samples, {trailer.MinuteRollups} rollups of a minute, {trailer.HourRollups} rollups of an hour"),
        Text($"Percentiles  {(trailer.PercentileRelativeError > 0 ? Text($"within {trailer.PercentileRelativeError * 100:0.##} %; --exact makes them exact") : query.HasPercentiles ? "exact" : "none")}"),
        Text($"Range        {Instants.Local(answer.FromUnixMs, zone)} to {Instants.Local(answer.ToUnixMs, zone)}"),
        Text($"Step         {Durations.Exact(TimeSpan.FromMilliseconds(answer.StepMs))}"),
        Text($"Series       {trailer.SeriesMatched} matched, {trailer.SeriesAnswered} shown, {trailer.SeriesLeftOut} left out, {trailer.Points} points"),
    ];

    public static void WriteJson(Utf8JsonWriter json, QueryTrailer trailer)
    {
        json.WriteStartObject("explain");
        json.WriteNumber("samples", trailer.Samples);
        json.WriteNumber("minute_rollups", trailer.MinuteRollups);
        json.WriteNumber("hour_rollups", trailer.HourRollups);
        json.WritePropertyName("percentile_relative_error");
        Datum.Of(trailer.PercentileRelativeError).Write(json);
        json.WriteNumber("series_matched", trailer.SeriesMatched);
        json.WriteNumber("series_answered", trailer.SeriesAnswered);
        json.WriteNumber("series_left_out", trailer.SeriesLeftOut);
        json.WriteNumber("points", trailer.Points);
        json.WriteEndObject();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
