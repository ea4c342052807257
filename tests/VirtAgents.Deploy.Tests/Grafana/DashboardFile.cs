using System.Text.Json;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>One dashboard as Grafana finds it on disk. What is tested is the file, however it was written.</summary>
internal sealed record DashboardFile(string Name, string Text, JsonElement Root)
{
    public static IReadOnlyList<DashboardFile> All { get; } = [.. Directory.GetFiles(Repository.Dashboards, "*.json").Order().Select(Read)];

    public static TheoryData<string> Names => [.. All.Select(d => d.Name)];

    public string Uid => Root.GetProperty("uid").GetString()!;

    /// <summary>Panels without the rows that title them.</summary>
    public IEnumerable<PanelFile> Panels => AllPanels.Where(p => p.Type != "row");

    public IEnumerable<PanelFile> AllPanels => Root.GetProperty("panels").EnumerateArray().Select(p => new PanelFile(p));

    public IReadOnlyList<VariableFile> Variables =>
        [.. Root.GetProperty("templating").GetProperty("list").EnumerateArray().Select(v => new VariableFile(v))];

    public static DashboardFile Of(string name) => All.Single(d => d.Name == name);

    public override string ToString() => Name;

    private static DashboardFile Read(string path)
    {
        string text = File.ReadAllText(path);
        return new(Path.GetFileName(path), text, JsonDocument.Parse(text).RootElement);
    }
}

/// <summary>One panel of a file.</summary>
internal sealed record PanelFile(JsonElement Json)
{
    public string Title => Json.GetProperty("title").GetString()!;

    public string Type => Json.GetProperty("type").GetString()!;

    public IEnumerable<TargetFile> Targets => Json.GetProperty("targets").EnumerateArray().Select(t => new TargetFile(t));

    public JsonElement Defaults => Json.GetProperty("fieldConfig").GetProperty("defaults");

    public string Interval => Json.GetProperty("interval").GetString()!;

    /// <summary>Most points that it asks for; without a limit of its own as many as a wide one has room for.</summary>
    public int MaxDataPoints => Json.TryGetProperty("maxDataPoints", out JsonElement most) ? most.GetInt32() : 1000;

    /// <summary>Time to look back instead of that of the dashboard; empty = the dashboard's.</summary>
    public string TimeFrom => Json.TryGetProperty("timeFrom", out JsonElement from) ? from.GetString()! : "";

    public (int X, int Y, int W, int H) Place
    {
        get
        {
            JsonElement place = Json.GetProperty("gridPos");
            return (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
        }
    }
}

/// <summary>One query of a panel.</summary>
internal sealed record TargetFile(JsonElement Json)
{
    public string Query => Json.GetProperty("query").GetString()!;

    public string Format => Json.GetProperty("resultFormat").GetString()!;

    public string Alias => Json.TryGetProperty("alias", out JsonElement alias) ? alias.GetString()! : "";
}

/// <summary>One variable of a dashboard.</summary>
internal sealed record VariableFile(JsonElement Json)
{
    public string Name => Json.GetProperty("name").GetString()!;

    public string Query => Json.GetProperty("query").GetString()!;

    /// <summary>What stands for all values; null where all cannot be chosen.</summary>
    public string? AllValue => Json.GetProperty("includeAll").GetBoolean() ? Json.GetProperty("allValue").GetString() : null;
}
