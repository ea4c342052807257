using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Tests.Configuration;

public sealed class ConfigurationTests
{
    [Fact]
    public void Apply_NothingSaid_GivesDefaultsWithoutErrors()
    {
        (AgentOptions options, string[] errors) = Read("{}");
        Assert.Empty(errors);
        Assert.Equal([new Uri("http://127.0.0.1:7443")], options.Collector.Endpoints);
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15)), (options.Sampling.FastInterval, options.Sampling.SlowInterval));
        Assert.Equal((256L << 20, TimeSpan.FromHours(24)), (options.Spool.MaxBytes, options.Spool.MaxAge));
        Assert.Equal(HypervisorChoice.Auto, options.Hypervisor);
    }

    [Fact]
    public void Apply_WholeFile_IsUnderstood()
    {
        (AgentOptions options, string[] errors) = Read("""
            {
              // Where to report.
              "Collector": { "Endpoints": ["https://a.example:7443", "https://b.example:7443"] },
              "Hypervisor": "libvirt",
              "Witness": { "Listen": "[fd00::7]:7447" },
              "Libvirt": { "Uri": "qemu:///system" },
              "Sampling": { "FastInterval": "1.5s", "SlowInterval": "00:00:30" },
              "Spool": { "MaxBytes": "1 GiB", "MaxAge": "7d" },
              "Simulation": { "Hosts": 3, "Spool": false, "Speed": 2.5, },
            }
            """);
        Assert.Empty(errors);
        Assert.Equal(2, options.Collector.Endpoints.Count);
        Assert.Equal((HypervisorChoice.Libvirt, "qemu:///system"), (options.Hypervisor, options.LibvirtUri));
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(30)), (options.Sampling.FastInterval, options.Sampling.SlowInterval));
        Assert.Equal((1L << 30, TimeSpan.FromDays(7)), (options.Spool.MaxBytes, options.Spool.MaxAge));
        Assert.Equal(System.Net.IPEndPoint.Parse("[fd00::7]:7447"), options.Witness.Listen);
        Assert.Equal((3, false, 2.5), (options.Simulation.Hosts, options.Simulation.Spool, options.Simulation.Speed));
    }

    [Theory]
    [InlineData("""{ "Sampling": { "FastIntervall": "1s" } }""", "Sampling:FastIntervall: is not a key of the agent; did you mean Sampling:FastInterval? (test)")]
    [InlineData("""{ "endpoints": "x" }""", "endpoints: is not a key of the agent; did you mean Collector:Endpoints? (test)")]
    [InlineData("""{ "Zzzzzzzzzzzz": 1 }""", "Zzzzzzzzzzzz: is not a key of the agent; see virtagent --help (test)")]
    [InlineData("""{ "Sampling": { "FastInterval": "fast" } }""", "Sampling:FastInterval = \"fast\": is not a duration such as 500ms, 2s, 1m or 24h; allowed: 100ms to 10m (test)")]
    [InlineData("""{ "Sampling": { "SlowInterval": "2h", "SlowMax": "1h" } }""", "Sampling:SlowInterval = \"2h\": is out of range; allowed: 1s to 1h (test)")]
    [InlineData("""{ "Sampling": { "FastInterval": "500ms" } }""", "Sampling:FastInterval = \"500ms\": is outside of Sampling:FastMin and Sampling:FastMax; allowed: 1s to 1m (rule)")]
    [InlineData("""{ "Sampling": { "FastMin": "2m" } }""", "Sampling:FastMin = \"2m\": is longer than Sampling:FastMax; allowed: up to 1m (rule)")]
    [InlineData("""{ "Sampling": { "FastInterval": "20s" } }""", "Sampling:SlowInterval = \"15s\": is shorter than Sampling:FastInterval; allowed: 20s or more (rule)")]
    [InlineData("""{ "Spool": { "MaxBytes": "many" } }""", "Spool:MaxBytes = \"many\": is not a size such as 256 MiB or 1 GB; allowed: 1 MiB to 1 TiB (test)")]
    [InlineData("""{ "Spool": { "MaxBytes": 1000 } }""", "Spool:MaxBytes = \"1000\": is out of range; allowed: 1 MiB to 1 TiB (test)")]
    [InlineData("""{ "Spool": { "MaxAge": "1s" } }""", "Spool:MaxAge = \"1s\": is out of range; allowed: 1m to 30d (test)")]
    [InlineData("""{ "Spool": { "Path": "spool" } }""", "Spool:Path = \"spool\": must be an absolute path (rule)")]
    [InlineData("""{ "Hypervisor": "Xen" }""", "Hypervisor = \"Xen\": is not one of the choices; allowed: Auto, Libvirt, Simulated (test)")]
    [InlineData("""{ "Hypervisor": ["Auto"] }""", "Hypervisor = \"Auto\": is a list, but one value is wanted; allowed: Auto, Libvirt, Simulated (test)")]
    [InlineData("""{ "Simulation": { "Hosts": 1001 } }""", "Simulation:Hosts = \"1001\": is out of range; allowed: 1 to 1000 (test)")]
    [InlineData("""{ "Simulation": { "Hosts": "some" } }""", "Simulation:Hosts = \"some\": is not a whole number; allowed: 1 to 1000 (test)")]
    [InlineData("""{ "Simulation": { "Speed": 0 } }""", "Simulation:Speed = \"0\": is out of range; allowed: 0.01 to 1000 (test)")]
    [InlineData("""{ "Simulation": { "Spool": "maybe" } }""", "Simulation:Spool = \"maybe\": is neither true nor false (test)")]
    [InlineData("""{ "Simulation": { "Hosts": null } }""", "Simulation:Hosts = \"null\": is not a text, number or flag; leave the key out for its default (test)")]
    [InlineData("""{ "Cluster": "a", "cluster": "b" }""", "cluster: is written twice (test)")]
    [InlineData("[]", "test: must hold one JSON object { ... } (file)")]
    [InlineData("""{ "Acting": { "SharedDirectories": ["/srv/vms", "vms"] } }""", "Acting:SharedDirectories = \"/srv/vms, vms\": is not allowed; allowed: up to 64 absolute paths (test)")]
    [InlineData("""{ "Witness": { "Listen": "somewhere:7447" } }""", "Witness:Listen = \"somewhere:7447\": is not an address with a port from 1 to 65535; allowed: IP address and port, such as 0.0.0.0:7447 or [fd00::7]:7447; empty = no port (test)")]
    [InlineData("""{ "Witness": { "Listen": "7447" } }""", "Witness:Listen = \"7447\": is not an address with a port from 1 to 65535; allowed: IP address and port, such as 0.0.0.0:7447 or [fd00::7]:7447; empty = no port (test)")]
    [InlineData("""{ "Witness": { "Listen": "10.0.0.7" } }""", "Witness:Listen = \"10.0.0.7\": is not an address with a port from 1 to 65535; allowed: IP address and port, such as 0.0.0.0:7447 or [fd00::7]:7447; empty = no port (test)")]
    [InlineData("""{ "Hypervisor": "Simulated", "Witness": { "Listen": "10.0.0.7:7447" } }""", "Witness:Listen = \"10.0.0.7:7447\": is for real hosts; simulated ones share one machine (rule)")]
    [InlineData("""{ "Witness": { "HeartbeatDirectories": ["/srv/vms", "vms"] } }""", "Witness:HeartbeatDirectories = \"/srv/vms, vms\": is not allowed; allowed: up to 16 absolute paths, each once (test)")]
    [InlineData("""{ "Hypervisor": "Simulated", "Witness": { "HeartbeatDirectories": ["/srv/vms"] } }""", "Witness:HeartbeatDirectories = \"/srv/vms\": is for real hosts; simulated ones share one machine (rule)")]
    [InlineData("""{ "Collector": { "Endpoints": [] } }""", "Collector:Endpoints = \"\": has 0 addresses; allowed: 1 to 16 (test)")]
    [InlineData("""{ "Collector": { "Endpoints": "collector:7443" } }""", "Collector:Endpoints = \"collector:7443\": \"collector:7443\" is not an address; allowed: https://HOST:PORT, or http://127.0.0.1:PORT on this machine (test)")]
    [InlineData("""{ "Collector": { "Endpoints": ["http://127.0.0.1:1", "http://127.0.0.1:1"] } }""", "Collector:Endpoints = \"http://127.0.0.1:1, http://127.0.0.1:1\": \"http://127.0.0.1:1\" is named twice (test)")]
    [InlineData("""{ "Collector": { "KeyFile": "/dev/null", "Endpoints": "https://c:1" } }""", "Collector:CertificateFile: is missing; allowed: certificate and key together, or neither (rule)")]
    [InlineData("""{ "Collector": { "CaFile": "/dev/null" } }""", "Collector:Endpoints = \"http://127.0.0.1:7443/\": has no https:// address, but certificates are configured, which only https uses (rule)")]
    [InlineData("""{ "Log": { "Level": "Loud" } }""", "Log:Level = \"Loud\": is not one of the choices; allowed: Debug, Information, Warning, Error (test)")]
    public void Apply_OneThingWrong_SaysKeyValueAndWhatIsAllowed(string json, string expected) =>
        Assert.Equal(expected, Assert.Single(Read(json).Errors));

    [Theory]
    [InlineData("{ ", "test: is not JSON: line 1")]
    [InlineData("""{ "Collector": { "Endpoints": "http://collector.example:7443" } }""", "Collector:Endpoints = \"http://collector.example:7443/\": is plain http to another machine")]
    [InlineData("""{ "Simulation": { "Scenario": "/no/such/file" } }""", "Simulation:Scenario = \"/no/such/file\": cannot be read: ")]
    [InlineData("""{ "HostName": "a\u0007b" }""", "HostName = \"a\u0007b\": is not allowed; allowed: a name, up to 253 characters")]
    public void Apply_OneThingWrong_BeginsWithKeyValueAndProblem(string json, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Read(json).Errors), StringComparison.Ordinal);

    [Fact]
    public void Apply_ManyThingsWrong_NamesAll()
    {
        (_, string[] errors) = Read("""{ "Hypervisor": "Xen", "Sampling": { "FastInterval": "0s" }, "Spoool": { "Path": "/x" }, "Simulation": { "Hosts": 0 } }""");
        Assert.Equal(4, errors.Length);
    }

    [Fact]
    public void Apply_PlaintextAllowed_AcceptsOtherMachines()
    {
        (_, string[] errors) = Read("""{ "Collector": { "AllowPlaintext": true, "Endpoints": "http://collector.example:7443" } }""");
        Assert.Empty(errors);
    }

    [Fact]
    public void Apply_SeveralSources_LaterOnesWin()
    {
        List<ConfigurationError> errors = [];
        IReadOnlyList<ConfigurationValue> file = JsonSource.Read("""{ "Cluster": "file", "HostName": "file", "Collector": { "Endpoints": ["http://127.0.0.1:1"] } }""", "file", errors);
        IEnumerable<ConfigurationValue> environment = ConfigurationReader.FromEnvironment(
            [new("VIRTAGENT__Cluster", "environment"), new("virtagent__hostname", "environment"), new("OTHER__Cluster", "no")]);
        IEnumerable<ConfigurationValue> line = ConfigurationReader.FromCommandLine(
            ["Cluster=line", "Collector:Endpoints:0=http://127.0.0.1:2", "Collector:Endpoints:1=http://127.0.0.1:3"], errors);
        AgentOptions options = ConfigurationReader.Apply([.. file, .. environment, .. line], errors);
        Assert.Empty(errors);
        Assert.Equal(("line", "environment"), (options.Cluster, options.HostName));
        Assert.Equal([2, 3], options.Collector.Endpoints.Select(e => e.Port));
    }

    [Fact]
    public void FromEnvironment_UnknownKey_IsAnErrorThatNamesTheVariable()
    {
        List<ConfigurationError> errors = [];
        ConfigurationReader.Apply(ConfigurationReader.FromEnvironment([new("VIRTAGENT__Sampling__Fastinterval2", "1s")]), errors);
        Assert.Contains("environment VIRTAGENT__Sampling__Fastinterval2", Assert.Single(errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FromCommandLine_WithoutEquals_IsAnError()
    {
        List<ConfigurationError> errors = [];
        Assert.Empty(ConfigurationReader.FromCommandLine(["Cluster"], errors));
        Assert.Equal("--set = \"Cluster\": must be Key=Value (command line)", Assert.Single(errors).ToString());
    }

    [Fact]
    public void Defaults_OfEveryKey_AreAllowed()
    {
        var options = new AgentOptions();
        Assert.All(AgentKeys.All, k => Assert.Null(k.Apply(options, [k.Default])));
    }

    private static (AgentOptions Options, string[] Errors) Read(string json)
    {
        List<ConfigurationError> errors = [];
        AgentOptions options = ConfigurationReader.Apply(JsonSource.Read(json, "test", errors), errors);
        return (options, [.. errors.Select(e => e.ToString())]);
    }
}
