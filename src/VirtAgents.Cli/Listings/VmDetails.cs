using System.Globalization;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Everything known of one VM.</summary>
internal sealed class VmDetails(Vm vm, IReadOnlyList<LatestValue> values, IReadOnlyList<FeedEvent> events)
{
    private static readonly Column<LatestValue>[] ValueData =
    [
        Columns.Data<LatestValue>("metric", value => Datum.Text(value.Metric)),
        Columns.Data<LatestValue>("device", value => Datum.Text(value.Device)),
        Columns.Data<LatestValue>("value", value => Datum.Of(value.Value)),
        Columns.Data<LatestValue>("unit", value => Datum.Text(value.Unit)),
        Columns.Data<LatestValue>("time", value => Datum.Time(value.TimeUnixMs)),
    ];

    public void Write(CommandContext context) => context.Write(WriteJson, WriteCsv, WriteText);

    private void WriteJson(CommandContext context) => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartObject();
        JsonOutput.WriteProperties(json, VmListing.At(context.Now), vm);
        json.WritePropertyName("latest_values");
        JsonOutput.WriteRows(json, ValueData, values);
        json.WritePropertyName("last_events");
        JsonOutput.WriteRows(json, EventListing.DataColumns, events);
        json.WriteEndObject();
    });

    // One table for three kinds of facts: what it is, in which part, and when it was so.
    private void WriteCsv(CommandContext context)
    {
        CsvWriter.WriteFields(context.Output, ["section", "name", "device", "value", "unit", "time"]);
        foreach (var column in VmListing.At(context.Now).Where(column => column.Key.Length > 0))
        {
            CsvWriter.WriteFields(context.Output, ["vm", column.Key, "", column.Value(vm).ToCsv(), "", ""]);
        }

        foreach (var value in values)
        {
            CsvWriter.WriteFields(context.Output, ["latest", value.Metric, value.Device, Datum.Of(value.Value).ToCsv(), value.Unit, Datum.Time(value.TimeUnixMs).ToCsv()]);
        }

        foreach (var line in events)
        {
            CsvWriter.WriteFields(context.Output, ["event", EnumNames.Kinds.Of(line.Kind), line.Device, line.Evidence, "", Datum.Time(line.TimeUnixMs).ToCsv()]);
        }
    }

    private void WriteText(CommandContext context)
    {
        foreach (var (name, text) in Facts(context))
        {
            context.Output.Write(TextWidth.Pad(name, 13) + SafeText.Line(text) + "\n");
        }

        if (values.Count > 0)
        {
            context.WriteHeading("Newest values");
            context.WriteTable(ValueColumns(context), values, "");
        }

        if (events.Count > 0)
        {
            context.WriteHeading("Last events");
            new EventOutput(context).Write(events);
        }
    }

    private IEnumerable<(string Name, string Text)> Facts(CommandContext context)
    {
        yield return ("Name", vm.Name);
        yield return ("UUID", vm.Id);
        yield return ("Host", Known(vm.Host));
        yield return ("Tenant", Known(vm.Tenant));
        yield return ("State", VmListing.StateOf(vm) + (vm.SinceUnixMs == 0 ? "" : $" since {Instants.Local(vm.SinceUnixMs, context.Zone)} ({Instants.Age(vm.SinceUnixMs, context.Now)})"));
        if (vm.LastKnownState != VmState.Unspecified && vm.LastKnownState != vm.State)
        {
            yield return ("Last known", EnumNames.States.Of(vm.LastKnownState));
        }

        if (vm.Evidence.Length > 0)
        {
            yield return ("Evidence", vm.Evidence);
        }

        yield return ("CPU", $"{Figure(vm.CpuPercent, Units.Percent)} of {CountOf(vm.VcpuCount)} vCPUs, {Figure(vm.CpuHostPercent, Units.Percent)} of the host");
        yield return ("Contention", $"{Figure(vm.ContentionScore, Units.Number)} of 100, steal {Figure(vm.StealPercent, Units.Percent)}, throttled {Figure(vm.CpuThrottledPercent, Units.Percent)}");
        yield return ("Memory", $"{Figure(vm.MemoryUsedPercent, Units.Percent)} of {(vm.MemoryBytes == 0 ? "-" : Units.Bytes(vm.MemoryBytes))} used, {Figure(vm.MemoryRssBytes, Units.Bytes)} of the host's{SourceOf(vm.MemorySource)}");
        yield return ("Disk", $"read {Figure(vm.DiskReadBytesPerSecond, Units.BytesPerSecond)}, write {Figure(vm.DiskWriteBytesPerSecond, Units.BytesPerSecond)}");
        yield return ("Network", $"receive {Figure(vm.NetworkReceiveBytesPerSecond, Units.BytesPerSecond)}, transmit {Figure(vm.NetworkTransmitBytesPerSecond, Units.BytesPerSecond)}");
        yield return ("Disks", Known(string.Join(", ", vm.Disks)));
        yield return ("Interfaces", Known(string.Join(", ", vm.Interfaces)));
        yield return ("Limits", VmLimits.Show(vm));
        yield return ("Definition", vm.DefinitionDigest.Length == 0 ? "not known to be kept on shared storage" : $"kept on shared storage, SHA-256 {vm.DefinitionDigest}");
        yield return ("Autostart", !vm.HasAutostart ? "-" : vm.Autostart ? "it starts with its host" : "it does not start with its host");
        yield return ("Last report", Instants.Age(vm.LastReportUnixMs, context.Now) + (vm.LastReportUnixMs == 0 ? "" : " ago"));
    }

    private static Column<LatestValue>[] ValueColumns(CommandContext context) =>
    [
        Columns.Text<LatestValue>("", "METRIC", value => value.Metric),
        Columns.Text<LatestValue>("", "DEVICE", value => value.Device),
        Columns.Shown<LatestValue>("VALUE", value => ValueOf(value, context.Zone), alignRight: true),
        Columns.Shown<LatestValue>("AGE", value => Instants.Age(value.TimeUnixMs, context.Now), alignRight: true, rank: 1),
    ];

    private static string ValueOf(LatestValue value, TimeZoneInfo zone) => value.Metric switch
    {
        "vm_state" => EnumNames.States.Of((VmState)(int)value.Value),
        "vm_state_reason" => EnumNames.Reasons.OrNull((VmStateReason)(int)value.Value) ?? "-",
        _ when value.Metric.EndsWith("_unix_seconds", StringComparison.Ordinal) => value.Value > 0 ? Instants.Local((long)(value.Value * 1000), zone) : "-",
        _ => Units.Value(value.Value, value.Unit),
    };

    private static string Figure(Value? value, Func<double, string> format) =>
        value is { Known: true } ? format(value.Number) : EnumNames.Unknowns.OrNull(value?.UnknownReason ?? default) is { } reason ? $"unknown ({reason.Replace('-', ' ')})" : "-";

    private static string SourceOf(MemorySource source) => EnumNames.MemorySources.OrNull(source) is { } name ? $", source {name}" : "";

    private static string CountOf(uint count) => count == 0 ? "-" : count.ToString(CultureInfo.InvariantCulture);

    private static string Known(string text) => text.Length == 0 ? "-" : text;
}
