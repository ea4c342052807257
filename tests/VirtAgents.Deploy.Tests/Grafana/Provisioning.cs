using YamlDotNet.Serialization;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>The files by which Grafana finds the data source and the dashboards.</summary>
internal static class Provisioning
{
    public static string DataSourceUid => (string)DataSource["uid"];

    public static Dictionary<object, object> DataSource { get; } = Only("datasources", "datasources");

    public static Dictionary<object, object> Provider { get; } = Only("dashboards", "providers");

    public static Dictionary<object, object> ReadYaml(string path)
    {
        using StreamReader text = new(path);
        return new DeserializerBuilder().WithDuplicateKeyChecking().Build().Deserialize<Dictionary<object, object>>(text);
    }

    private static Dictionary<object, object> Only(string folder, string list)
    {
        string file = Assert.Single(Directory.GetFiles(Path.Combine(Repository.Grafana, "provisioning", folder)));
        Dictionary<object, object> root = ReadYaml(file);
        Assert.Equal("1", root["apiVersion"]);
        return (Dictionary<object, object>)Assert.Single((List<object>)root[list]);
    }
}
