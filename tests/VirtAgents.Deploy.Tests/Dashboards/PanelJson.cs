using System.Text.Json.Nodes;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>A panel as Grafana reads it. What is as Grafana has it by default is left out.</summary>
internal static class PanelJson
{
    public static JsonObject Of(Panel panel, int id, JsonObject place)
    {
        JsonObject json = new()
        {
            ["id"] = id,
            ["type"] = panel.Kind switch
            {
                PanelKind.Table => "table",
                PanelKind.Number => "stat",
                PanelKind.States => "state-timeline",
                _ => "timeseries",
            },
            ["title"] = panel.Title,
            ["description"] = panel.About,
            ["datasource"] = Board.DataSource(),
            ["gridPos"] = place,
            ["interval"] = panel.Interval,
            ["fieldConfig"] = new JsonObject { ["defaults"] = Defaults(panel), ["overrides"] = new JsonArray([.. Overrides(panel)]) },
            ["options"] = Options(panel),
            ["targets"] = new JsonArray([.. panel.Targets.Select((t, i) => Target(panel, t, i))]),
        };
        if (panel.Intervals is int intervals)
        {
            json["maxDataPoints"] = intervals;
        }

        if (panel.LookBack.Length > 0)
        {
            json["timeFrom"] = panel.LookBack;
        }

        if (panel.Kind == PanelKind.Table)
        {
            json["transformations"] = Transformations(panel);
        }

        return json;
    }

    private static JsonObject Target(Panel panel, Target target, int number)
    {
        JsonObject json = new()
        {
            ["refId"] = $"{(char)('A' + number)}",
            ["datasource"] = Board.DataSource(),
            ["rawQuery"] = true,
            ["resultFormat"] = panel.Kind == PanelKind.Table ? "table" : "time_series",
            ["query"] = target.Query,
        };
        if (target.Legend.Length > 0)
        {
            json["alias"] = target.Legend;
        }

        return json;
    }

    private static JsonObject Defaults(Panel panel)
    {
        JsonObject json = new() { ["unit"] = panel.Unit, ["noValue"] = "unknown" };
        if (panel.Unit != "dateTimeFromNow")
        {
            json["min"] = 0;
        }

        if (panel.IsShare)
        {
            json["max"] = 100;
        }

        if (panel.RedFrom is double red)
        {
            json["thresholds"] = new JsonObject
            {
                ["mode"] = "absolute",
                ["steps"] = new JsonArray(
                    new JsonObject { ["color"] = "green", ["value"] = null }, new JsonObject { ["color"] = "red", ["value"] = red }),
            };
        }

        if (panel.States.Length > 0)
        {
            json["mappings"] = new JsonArray(Mapping(panel.States));
        }

        if (panel.Kind == PanelKind.Graph)
        {
            json["custom"] = GraphStyle(panel);
            json["links"] = new JsonArray([.. panel.LinksTo.Select(to => Link(to, "__field.labels"))]);
        }

        return json;
    }

    private static JsonObject GraphStyle(Panel panel)
    {
        JsonObject json = new()
        {
            ["drawStyle"] = "line",
            ["lineWidth"] = 1,
            ["fillOpacity"] = panel.IsStacked ? 40 : 0,
            ["showPoints"] = "auto",
            ["spanNulls"] = false,
            ["stacking"] = new JsonObject { ["mode"] = panel.IsStacked ? "normal" : "none", ["group"] = "A" },
        };
        if (panel.RedFrom is not null)
        {
            json["thresholdsStyle"] = new JsonObject { ["mode"] = "line" };
        }

        return json;
    }

    private static JsonObject Mapping((int Value, string Text, string Color)[] states)
    {
        JsonObject options = [];
        foreach ((int value, string text, string color) in states)
        {
            options[$"{value}"] = new JsonObject { ["text"] = text, ["color"] = color, ["index"] = value };
        }

        return new JsonObject { ["type"] = "value", ["options"] = options };
    }

    private static IEnumerable<JsonObject> Overrides(Panel panel)
    {
        foreach ((string name, string unit) in panel.Units)
        {
            yield return Override(name, "unit", unit);
        }

        if (panel.Kind == PanelKind.Table)
        {
            foreach (string to in panel.LinksTo)
            {
                yield return Override(to, "links", new JsonArray(Link(to, "__data.fields")));
            }
        }
    }

    private static JsonObject Override(string name, string id, JsonNode value) => new()
    {
        ["matcher"] = new JsonObject { ["id"] = "byName", ["options"] = name },
        ["properties"] = new JsonArray(new JsonObject { ["id"] = id, ["value"] = value }),
    };

    private static JsonObject Link(string to, string source) => new()
    {
        ["title"] = to == "vm" ? "The VM" : "The host",
        ["url"] = $"/d/{Board.UidOf(to)}?${{__url_time_range}}&${{cluster:queryparam}}&var-{to}=${{{source}.{to}:percentencode}}",
    };

    private static JsonObject Options(Panel panel) => panel.Kind switch
    {
        PanelKind.Table => new() { ["showHeader"] = true, ["cellHeight"] = "sm" },
        PanelKind.Number => new()
        {
            ["colorMode"] = "value",
            ["graphMode"] = "none",
            ["reduceOptions"] = new JsonObject { ["calcs"] = new JsonArray("last"), ["values"] = false },
        },
        PanelKind.States => new()
        {
            ["mergeValues"] = true, ["showValue"] = "never", ["rowHeight"] = 0.8, ["legend"] = new JsonObject { ["showLegend"] = true, ["displayMode"] = "list", ["placement"] = "bottom" },
        },
        _ => new()
        {
            ["legend"] = new JsonObject { ["showLegend"] = true, ["displayMode"] = "table", ["placement"] = "right", ["calcs"] = new JsonArray("mean", "max"), ["sortBy"] = "Mean", ["sortDesc"] = true },
            ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" },
        },
    };

    private static JsonArray Transformations(Panel panel)
    {
        bool byTime = panel.SortBy == "Time";
        JsonObject hidden = new() { ["host_id"] = true, ["vm_id"] = true };
        if (!byTime)
        {
            hidden["Time"] = true;
        }

        // Grafana has the columns of tags in any order, another one each time.
        JsonObject places = [];
        foreach (string column in (string[])["Time", "host", "pool", "volume", "vm", "disk", "nic"])
        {
            places[column] = places.Count;
        }

        JsonObject order = new() { ["field"] = panel.SortBy, ["desc"] = !panel.IsAscending };
        return
        [
            new JsonObject { ["id"] = "sortBy", ["options"] = new JsonObject { ["sort"] = new JsonArray(order) } },
            new JsonObject { ["id"] = "limit", ["options"] = new JsonObject { ["limitField"] = panel.Rows } },
            new JsonObject { ["id"] = "organize", ["options"] = new JsonObject { ["excludeByName"] = hidden, ["indexByName"] = places } },
        ];
    }
}
