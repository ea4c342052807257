using System.Text.Json.Nodes;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>A titled part of a dashboard.</summary>
internal sealed record Part(string Title, params Panel[] Panels);

/// <summary>One dashboard.</summary>
/// <param name="Name">Last part of its uid, and name of its file.</param>
/// <param name="Title">Title.</param>
/// <param name="About">What it is for.</param>
/// <param name="Variables">What can be chosen.</param>
/// <param name="Parts">Its panels.</param>
internal sealed record Board(string Name, string Title, string About, Variable[] Variables, Part[] Parts)
{
    public const string DataSourceUid = "virtagents-influxdb";
    private const int Columns = 24;

    /// <summary>How often it asks again by itself.</summary>
    public string Refresh { get; init; } = "30s";

    public string Uid => UidOf(Name);

    public static IReadOnlyList<Board> All { get; } = [FleetBoard.Make(), HostBoard.Make(), VmBoard.Make(), StorageBoard.Make(), AgentsBoard.Make()];

    public static string UidOf(string name) => "virtagents-" + name;

    public static JsonObject DataSource() => new() { ["type"] = "influxdb", ["uid"] = DataSourceUid };

    public JsonObject ToJson() => new()
    {
        ["uid"] = Uid,
        ["title"] = Title,
        ["description"] = About,
        ["tags"] = new JsonArray("virtagents"),
        ["schemaVersion"] = 39,
        ["editable"] = true,
        ["graphTooltip"] = 1,
        ["timezone"] = "browser",
        ["time"] = new JsonObject { ["from"] = "now-1h", ["to"] = "now" },
        ["refresh"] = Refresh,
        ["links"] = new JsonArray(Links()),
        ["templating"] = new JsonObject
        {
            ["list"] = new JsonArray([.. Variables.Select((v, i) => v.ToJson(Variables.Take(i).Select(b => b.Name)))]),
        },
        ["panels"] = new JsonArray([.. Placed()]),
    };

    private static JsonObject Links() => new()
    {
        ["title"] = "VirtAgents",
        ["type"] = "dashboards",
        ["tags"] = new JsonArray("virtagents"),
        ["icon"] = "external link",
        ["tooltip"] = "",
        ["url"] = "",
        ["asDropdown"] = false,
        ["includeVars"] = true,
        ["keepTime"] = true,
        ["targetBlank"] = false,
    };

    private IEnumerable<JsonObject> Placed()
    {
        int id = 0;
        int top = 0;
        foreach (Part part in Parts)
        {
            yield return new JsonObject
            {
                ["id"] = ++id,
                ["type"] = "row",
                ["title"] = part.Title,
                ["collapsed"] = false,
                ["gridPos"] = Place(0, top++, Columns, 1),
                ["panels"] = new JsonArray(),
            };
            int left = 0;
            int height = 0;
            foreach (Panel panel in part.Panels)
            {
                if (left + panel.Width > Columns)
                {
                    (left, top, height) = (0, top + height, 0);
                }

                yield return PanelJson.Of(panel, ++id, Place(left, top, panel.Width, panel.Height));
                left += panel.Width;
                height = Math.Max(height, panel.Height);
            }

            top += height;
        }
    }

    private static JsonObject Place(int x, int y, int w, int h) => new() { ["x"] = x, ["y"] = y, ["w"] = w, ["h"] = h };
}
