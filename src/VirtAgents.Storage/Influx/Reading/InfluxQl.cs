using System.Globalization;
using System.Text;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx.Lines;

namespace VirtAgents.Storage.Influx.Reading;

/// <summary>Writes InfluxQL. Whatever comes from outside goes through <see cref="Name"/> or <see cref="Text"/>.</summary>
internal static class InfluxQl
{
    /// <summary>An identifier in quotes.</summary>
    public static string Name(string name) => Quote(name, '"');

    /// <summary>A string in quotes.</summary>
    public static string Text(string text) => Quote(text, '\'');

    /// <summary>The values of one field, with the field that tells their epochs, by series.</summary>
    public static string Range(SubjectKind kind, MetricField field, IReadOnlyList<Guid> owners, string? device, long fromMs, long toMs) =>
        $"SELECT {Name(field.Name)},{Name(field.EpochName)} FROM {Name(Layout.MeasurementOf(kind))}{Where(kind, owners, device, fromMs, toMs)}{GroupBy(kind)}";

    /// <summary>The newest value of one field in each series.</summary>
    public static string Latest(SubjectKind kind, MetricField field, Guid? owner, long fromMs) =>
        $"SELECT last({Name(field.Name)}) FROM {Name(Layout.MeasurementOf(kind))}{Where(kind, owner is Guid id ? [id] : [], null, fromMs, long.MaxValue)}{GroupBy(kind)}";

    private static string GroupBy(SubjectKind kind) =>
        $" GROUP BY {string.Join(',', Layout.DeviceTagsOf(kind).Prepend(Layout.OwnerTagOf(kind)).Select(Name))}";

    private static string Where(SubjectKind kind, IReadOnlyList<Guid> owners, string? device, long fromMs, long toMs)
    {
        var conditions = new List<string>();
        AddTime(conditions, ">=", fromMs);
        AddTime(conditions, "<", toMs);
        if (owners.Count > 0)
        {
            string tag = Name(Layout.OwnerTagOf(kind));
            conditions.Add($"({string.Join(" OR ", owners.Select(o => $"{tag} = {Text(o.ToString("D"))}"))})");
        }

        if (device is not null)
        {
            conditions.AddRange(Layout.DeviceTagsOf(kind).Zip(Layout.Parts(kind, device), (tag, part) => $"{Name(tag)} = {Text(TagText.Store(part))}"));
        }

        return conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
    }

    // A bound that InfluxDB cannot express bounds nothing that it can hold.
    private static void AddTime(List<string> conditions, string relation, long timeMs)
    {
        if (timeMs is >= LineEncoder.FirstTimeMs and <= LineEncoder.LastTimeMs)
        {
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"time {relation} {timeMs}ms"));
        }
    }

    private static string Quote(string text, char quote)
    {
        var quoted = new StringBuilder(text.Length + 2).Append(quote);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => quoted.Append("\\n"),
                '\\' => quoted.Append("\\\\"),
                _ when c == quote => quoted.Append('\\').Append(c),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append(quote).ToString();
    }
}
