using System.Text.Json.Nodes;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>A variable of a dashboard: values of one tag, of what the variables before it choose.</summary>
/// <param name="Name">Name of the variable and of the tag.</param>
/// <param name="Kind">Where the values are looked for.</param>
/// <param name="HasAll">Whether all may be chosen. It is then the default, and also means what has no such tag.</param>
internal sealed record Variable(string Name, SubjectKind Kind, bool HasAll = true)
{
    public JsonObject ToJson(IEnumerable<string> before)
    {
        string filter = new Scope(Kind, [.. before]).Filter;
        string query = $"SHOW TAG VALUES FROM \"{Layout.MeasurementOf(Kind)}\" WITH KEY = \"{Name}\"{(filter.Length > 0 ? " WHERE " + filter : "")}";
        JsonObject json = new()
        {
            ["name"] = Name,
            ["label"] = Name switch { "vm" => "VM", _ => char.ToUpperInvariant(Name[0]) + Name[1..] },
            ["type"] = "query",
            ["datasource"] = Board.DataSource(),
            ["query"] = query,
            ["refresh"] = 1,
            ["sort"] = 5,
            ["multi"] = true,
            ["includeAll"] = HasAll,
        };
        if (HasAll)
        {
            json["allValue"] = ".*";
            json["current"] = new JsonObject { ["text"] = new JsonArray("All"), ["value"] = new JsonArray("$__all") };
        }

        return json;
    }
}
