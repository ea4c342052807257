using VirtAgents.Deploy.Tests.Grafana;
using static VirtAgents.Deploy.Tests.Docker.ComposeFile;

namespace VirtAgents.Deploy.Tests.Docker;

/// <summary>compose.yaml: everything it refers to is there, and nothing is open that need not be.</summary>
public sealed class ComposeTests
{
    private static readonly ComposeFile Compose = new();

    private static readonly HashSet<string> KnownKeys =
    [
        "build", "cap_drop", "depends_on", "env_file", "environment", "healthcheck", "image", "networks", "ports", "read_only", "restart", "secrets",
        "security_opt", "stop_grace_period", "tmpfs", "user", "volumes",
    ];

    public static TheoryData<string> Services => [.. Compose.Services.Keys];

    [Fact]
    public void File_Sections_AreThose()
    {
        Assert.Equal(["name", "services", "networks", "volumes", "secrets"], Compose.TopLevel);
        Assert.Equal(["influxdb", "collector", "grafana"], Compose.Services.Keys);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_References_AreDeclared(string name)
    {
        Dictionary<object, object> service = Compose.Services[name];

        Assert.All(service.Keys.Cast<string>(), k => Assert.Contains(k, KnownKeys));
        Assert.All(SecretFiles(service).Keys, s => Assert.Contains(s, Compose.Secrets.Keys));
        Assert.All(List(service, "networks").Cast<string>(), n => Assert.Contains(n, Compose.Networks));
        Assert.All(Section(service, "depends_on"), d =>
        {
            Assert.Contains((string)d.Key, Compose.Services.Keys);
            Assert.Equal("service_healthy", ((Dictionary<object, object>)d.Value)["condition"]);
            Assert.True(Compose.Services[(string)d.Key].ContainsKey("healthcheck"));
        });
        Assert.All(List(service, "env_file").Cast<string>(), f => Assert.True(File.Exists(Path.Combine(Repository.Docker, f)), f));
        Assert.All(Mounts(service), mount =>
        {
            bool isPath = mount.Source.StartsWith('.');
            Assert.True(isPath ? Path.Exists(Path.Combine(Repository.Docker, mount.Source)) : Compose.Volumes.Contains(mount.Source), mount.Source);
            Assert.Equal(isPath, mount.IsReadOnly);
        });
        Assert.DoesNotContain("latest", WithDefaults((string)service["image"]).Replace("virtagents/collector:latest", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Declarations_All_AreUsed()
    {
        Assert.Equal(Compose.Secrets.Keys.Order(), Compose.Services.Values.SelectMany(s => SecretFiles(s).Keys).Distinct().Order());
        Assert.Equal(Compose.Volumes.Order(), Compose.Services.Values.SelectMany(Mounts).Select(m => m.Source).Where(s => !s.StartsWith('.')).Order());
        Assert.Equal(Compose.Networks.Order(), Compose.Services.Values.SelectMany(s => List(s, "networks")).Cast<string>().Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_Rights_AreFew(string name)
    {
        Dictionary<object, object> service = Compose.Services[name];

        Assert.Matches("^[1-9][0-9]*:[0-9]+$", (string)service["user"]);
        Assert.Equal("true", service["read_only"]);
        Assert.Equal(["ALL"], List(service, "cap_drop"));
        Assert.Contains("no-new-privileges:true", List(service, "security_opt"));
        Assert.NotEmpty(List(Section(service, "healthcheck"), "test"));

        // Only agents come from outside.
        Assert.All(List(service, "ports").Cast<string>(), p => Assert.True(p == "7443:7443" || p.StartsWith("127.0.0.1:", StringComparison.Ordinal), p));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_Secrets_AreNoValuesOfTheEnvironment(string name)
    {
        Dictionary<object, object> service = Compose.Services[name];
        IEnumerable<(string Key, string Value)> environment = Section(service, "environment").Select(e => ((string)e.Key, (string)e.Value));

        Assert.All(environment.Where(e => e.Key.Contains("PASSWORD", StringComparison.Ordinal) || e.Key.Contains("TOKEN", StringComparison.Ordinal)), e =>
        {
            Assert.EndsWith("_FILE", e.Key, StringComparison.Ordinal);
            Assert.Contains(e.Value, SecretFiles(service).Values);
        });
    }

    [Fact]
    public void Grafana_Provisioning_IsWhereGrafanaLooks()
    {
        Dictionary<object, object> grafana = Compose.Services["grafana"];
        string dashboards = (string)((Dictionary<object, object>)Provisioning.Provider["options"])["path"];
        var secret = (Dictionary<object, object>)Provisioning.DataSource["secureJsonData"];

        Assert.Equal("../grafana/dashboards", Assert.Single(Mounts(grafana), m => m.Target == dashboards).Source);
        Assert.All(["datasources", "dashboards"], folder =>
            Assert.Equal($"../grafana/provisioning/{folder}", Assert.Single(Mounts(grafana), m => m.Target == $"/etc/grafana/provisioning/{folder}").Source));
        Assert.Equal($"$__file{{{SecretFiles(grafana)["grafana-influxdb-authorization"]}}}", secret["httpHeaderValue1"]);
        Assert.Equal("http://influxdb:8086", Section(grafana, "environment")["VIRTAGENTS_INFLUX_URL"]);
    }

    [Fact]
    public void Dockerfile_Everything_FitsCompose()
    {
        string[] lines = [.. File.ReadAllLines(Path.Combine(Repository.Docker, "Dockerfile")).Where(l => l.Length > 0 && l[0] is not ('#' or ' '))];
        string[] known = ["ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "ENTRYPOINT", "CMD"];
        Dictionary<object, object> collector = Compose.Services["collector"];

        Assert.All(lines, l => Assert.Contains(l.Split(' ')[0], known));
        Assert.Equal(2, lines.Count(l => l.StartsWith("FROM ", StringComparison.Ordinal)));
        Assert.Contains($"USER {collector["user"]}", lines);
        Assert.Contains("EXPOSE 7443 7480", lines);
        Assert.Contains("CMD [\"--config\", \"/etc/virtagents/collector.json\"]", lines);
        Assert.Contains("/etc/virtagents/collector.json", Mounts(collector).Select(m => m.Target));
        Assert.Contains(lines, l => l.StartsWith("RUN install -d ", StringComparison.Ordinal) && l.EndsWith(" " + Mounts(collector).Single(m => m.Source == "collector-data").Target, StringComparison.Ordinal));
        Dictionary<object, object> build = Section(collector, "build");
        Assert.Equal(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Docker, (string)build["context"])));
        Assert.True(File.Exists(Path.Combine(Repository.Root, (string)build["dockerfile"])));
        string[] kept = [.. File.ReadAllLines(Path.Combine(Repository.Docker, "Dockerfile.dockerignore")).Where(l => l.StartsWith('!')).Select(l => l[1..])];
        Assert.All(kept, k => Assert.NotEmpty(Directory.GetFileSystemEntries(Repository.Root, k)));
    }
}
