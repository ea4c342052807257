using System.Text.Json.Nodes;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>
/// Holds the dashboards against Grafana's own types, by the compiler of TypeScript. They do not reach into the options of panels and
/// the queries of a data source.
/// </summary>
[Trait("needs", "node")]
public sealed class SchemaTests(SchemaTypes types) : IClassFixture<SchemaTypes>
{
    [Fact]
    public async Task Dashboards_All_HaveTheTypesOfGrafana()
    {
        string problems = await types.CheckAsync(DashboardFile.All.ToDictionary(d => Path.GetFileNameWithoutExtension(d.Name), d => d.Text));

        Assert.Equal("", problems);
    }

    [Fact]
    public async Task Dashboards_BrokenOnes_AreAllRefused()
    {
        Dictionary<string, string> broken = new()
        {
            ["width"] = Broken(root => root["panels"]![1]!["gridPos"]!["w"] = "12"),
            ["tooltip"] = Broken(root => root["graphTooltip"] = 7),
            ["unknown"] = Broken(root => root["panel"] = new JsonArray()),
            ["title"] = Broken(root => root["panels"]![1]!["title"] = 5),
            ["variable"] = Broken(root => root["templating"]!["list"]![0]!["refresh"] = "always"),
            ["unit"] = Broken(root => root["panels"]![1]!["fieldConfig"]!["defaults"]!["unit"] = 1),
            ["mapping"] = Broken(root => Panel(root, "VMs that do not run")["fieldConfig"]!["defaults"]!["mappings"]![0]!["type"] = "values"),
        };

        string problems = await types.CheckAsync(broken);

        Assert.All(broken.Keys, name => Assert.Contains($"{name}.ts(", problems, StringComparison.Ordinal));
    }

    private static JsonNode Panel(JsonNode root, string title) => root["panels"]!.AsArray().Single(p => (string)p!["title"]! == title)!;

    private static string Broken(Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(DashboardFile.Of("fleet.json").Text)!;
        change(root);
        return root.ToJsonString();
    }
}
