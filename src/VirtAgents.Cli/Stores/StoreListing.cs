using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Storage;

namespace VirtAgents.Cli.Stores;

/// <summary>What a store file holds, as people and programs read it.</summary>
internal static class StoreListing
{
    public static void Write(CommandContext context, StoreContent content)
    {
        if (context.Format == OutputFormat.Table)
        {
            foreach (var (name, value) in Facts(content))
            {
                context.Output.Write($"{name,-16}{value}\n");
            }

            context.Output.Write("\n");
        }

        if (context.Format == OutputFormat.Json)
        {
            JsonOutput.WriteDocument(context.Output, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("schema_version", content.SchemaVersion);
                json.WriteNumber("file_bytes", content.FileBytes);
                json.WriteNumber("free_bytes", content.FreeBytes);
                json.WriteNumber("reports", content.Reports);
                json.WriteNumber("events", content.Events);
                json.WriteNumber("hosts", content.Hosts);
                json.WriteNumber("owners", content.Owners);
                json.WriteNumber("subjects", content.Subjects);
                json.WriteNumber("unsealed_hours", content.UnsealedHours);
                json.WritePropertyName("tiers");
                JsonOutput.WriteRows(json, ColumnsAt(context.Zone), content.Tiers);
                json.WriteEndObject();
            });
            return;
        }

        context.WriteList(ColumnsAt(context.Zone), content.Tiers, "nothing is stored.");
    }

    private static IEnumerable<(string Name, string Value)> Facts(StoreContent content) =>
    [
        ("Schema version", Number(content.SchemaVersion)),
        ("File", $"{Units.Value(content.FileBytes, "bytes")}, {Units.Value(content.FreeBytes, "bytes")} of it free"),
        ("Reports", Number(content.Reports)),
        ("Events", Number(content.Events)),
        ("Hosts", Number(content.Hosts)),
        ("Owners", $"{Number(content.Owners)} (hosts and VMs), {Number(content.Subjects)} with their devices"),
        ("Unsealed hours", Number(content.UnsealedHours)),
    ];

    private static Column<TierContent>[] ColumnsAt(TimeZoneInfo zone) =>
    [
        Columns.Text<TierContent>("tier", "TIER", tier => tier.Name),
        Columns.Number<TierContent>("parts", "PARTS", tier => Datum.Whole(tier.Parts), parts => Number((long)parts)),
        Columns.Number<TierContent>("bytes", "SIZE", tier => Datum.Whole(tier.Bytes), bytes => Units.Value(bytes, "bytes")),
        new() { Key = "from", Header = "FROM", Value = tier => Time(tier.FromUnixMs), Text = tier => Local(tier.FromUnixMs, zone) },
        new() { Key = "to", Header = "TO", Value = tier => Time(tier.ToUnixMs), Text = tier => Local(tier.ToUnixMs, zone) },
    ];

    private static Datum Time(long? unixMs) => unixMs is { } time ? Datum.Text(Instants.Utc(time)) : Datum.Unknown;

    private static string Local(long? unixMs, TimeZoneInfo zone) => unixMs is { } time ? Instants.Local(time, zone) : "-";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
