using System.Text.RegularExpressions;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>How Grafana finds the data source and the dashboards.</summary>
public sealed partial class ProvisioningTests
{
    [Fact]
    public void DataSource_Always_IsInfluxQlThroughGrafana()
    {
        var settings = (Dictionary<object, object>)Provisioning.DataSource["jsonData"];

        Assert.Equal(("influxdb", "proxy"), (Provisioning.DataSource["type"], Provisioning.DataSource["access"]));
        Assert.Equal(("InfluxQL", "POST"), (settings["version"], settings["httpMode"]));
        Assert.Equal("Authorization", settings["httpHeaderName1"]);
    }

    [Fact]
    public void DataSource_Secret_ComesFromAFileOnly()
    {
        var secrets = (Dictionary<object, object>)Provisioning.DataSource["secureJsonData"];

        (object name, object value) = Assert.Single(secrets);
        Assert.Equal("httpHeaderValue1", name);
        Assert.Matches(@"^\$__file\{/[\w/.-]+\}$", (string)value);
    }

    [Fact]
    public void DataSource_EnvironmentVariables_HaveDefaults()
    {
        string file = File.ReadAllText(Path.Combine(Repository.Grafana, "provisioning", "datasources", "virtagents.yaml"));
        string[] used = [.. Variable().Matches(file).Select(m => m.Groups[1].Value).Where(v => v != "NAME").Order()];
        string[] set = [.. File.ReadAllLines(Path.Combine(Repository.Grafana, "grafana.env")).Where(l => !l.StartsWith('#')).Select(l => l.Split('=')[0]).Order()];

        Assert.Equal(["VIRTAGENTS_INFLUX_DATABASE", "VIRTAGENTS_INFLUX_URL"], used);
        Assert.Equal(used, set);
    }

    [Fact]
    public void Provider_Path_IsWhereTheDocumentationPutsTheDashboards()
    {
        string path = (string)((Dictionary<object, object>)Provisioning.Provider["options"])["path"];

        Assert.Equal("file", Provisioning.Provider["type"]);
        Assert.Contains(Path.GetDirectoryName(path)!, File.ReadAllText(Path.Combine(Repository.Root, "docs", "grafana.md")), StringComparison.Ordinal);
        Assert.Equal("dashboards", Path.GetFileName(path));
    }

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Variable();
}
