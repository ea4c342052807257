using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Planning;

/// <summary>Asks the collector for a pool, and shows what it answers.</summary>
internal static class VolumePlacement
{
    // Forecasts of many pools, and others that ask, come before the answer.
    private static readonly TimeSpan Reckoning = TimeSpan.FromSeconds(20);

    private static readonly Column<PlaceVolumeResponse>[] Columns =
    [
        Output.Columns.Text<PlaceVolumeResponse>("pool", "POOL", answer => Text(answer.Pool)),
        Output.Columns.Text<PlaceVolumeResponse>("host", "HOST", answer => Text(answer.Host)),
        Output.Columns.Data<PlaceVolumeResponse>("cluster", answer => Datum.Text(answer.Cluster)),
        Output.Columns.Data<PlaceVolumeResponse>("pool_name", answer => Datum.Text(Text(answer.PoolName))),
        Output.Columns.Data<PlaceVolumeResponse>("host_id", answer => Datum.Text(Text(answer.HostId))),
        Output.Columns.Number<PlaceVolumeResponse>("capacity_bytes", "SIZE", answer => Datum.Of(answer.HasCapacityBytes ? answer.CapacityBytes : null), Units.Bytes),
        Output.Columns.Number<PlaceVolumeResponse>("free_bytes", "FREE", answer => Datum.Of(answer.HasFreeBytes ? answer.FreeBytes : null), Units.Bytes),
        Output.Columns.Number<PlaceVolumeResponse>("promised_bytes", "PROMISED", answer => Datum.Of(answer.HasPromisedBytes ? answer.PromisedBytes : null), Units.Bytes),
        Output.Columns.Number<PlaceVolumeResponse>("latency_ms", "LATENCY MS", answer => Datum.Of(answer.HasLatencyMs ? answer.LatencyMs : null), Units.Number),
        Output.Columns.Data<PlaceVolumeResponse>("hours_to_full", answer => Datum.Of(answer.HasHoursToFull ? answer.HoursToFull : null)),
        Output.Columns.Text<PlaceVolumeResponse>("second_best", "SECOND BEST", answer => Text(answer.SecondBest)),
        Output.Columns.Data<PlaceVolumeResponse>("reason", answer => Datum.Text(answer.Reason)),
        Output.Columns.Data<PlaceVolumeResponse>("tags", answer => Datum.List(answer.Tags)),
        Output.Columns.Data<PlaceVolumeResponse>("notes", answer => Datum.List(answer.Notes)),
    ];

    private static readonly Column<RefusedPool>[] RefusedColumns =
    [
        Output.Columns.Text<RefusedPool>("pool", "POOL", refused => refused.Pool),
        Output.Columns.Text<RefusedPool>("obstacle", "REFUSED BY", refused => refused.Obstacle),
        Output.Columns.Text<RefusedPool>("reason", "WHY", refused => refused.Reason),
    ];

    public static Task<PlaceVolumeResponse> AskAsync(CommandContext context, PlaceVolumeRequest request, CancellationToken cancel) =>
        context.Client.CallAsync(call => context.Client.Planning.PlaceVolumeAsync(request, call), Reckoning, cancel);

    public static void Write(CommandContext context, PlaceVolumeResponse answer) =>
        context.Write(json => WriteJson(json, answer), csv => csv.WriteList(Columns, [answer], ""), text => WriteText(text, answer));

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static void WriteText(CommandContext context, PlaceVolumeResponse answer)
    {
        context.WriteTable(Columns, [answer], "");
        if (answer.Refused.Count > 0)
        {
            context.WriteHeading("Pools that are refused");
            context.WriteTable(RefusedColumns, answer.Refused, "");
        }

        foreach (var note in answer.Notes.Prepend(answer.Reason))
        {
            context.Notice(SafeText.Line(note));
        }
    }

    private static void WriteJson(CommandContext context, PlaceVolumeResponse answer) => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartObject();
        JsonOutput.WriteProperties(json, Columns, answer);
        json.WriteStartArray("refused");
        foreach (var refused in answer.Refused)
        {
            json.WriteStartObject();
            JsonOutput.WriteProperties(json, RefusedColumns, refused);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
