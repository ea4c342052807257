using VirtAgents.Agent.Configuration;
using VirtAgents.Agent.Hosting;

namespace VirtAgents.Agent.Tests.Hosting;

public sealed class SimulatedHostsTests : IDisposable
{
    private const string TwoClusters =
        """
        {
          "duration": "1m",
          "estate": { "hosts": 1, "vmsPerHost": 1, "cluster": "east" },
          "hosts": [ { "name": "a", "cluster": "west" }, { "name": "b" } ]
        }
        """;

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("", "east,west,sim")]
    [InlineData("berlin", "east,west,berlin")]
    public void Cluster_OfScenarioThenOfConfigurationThenSim(string configured, string expected)
    {
        File.WriteAllText(_file, TwoClusters);
        Assert.Equal(expected, ClustersOf($"Cluster={configured}", $"Simulation:Scenario={_file}"));
    }

    [Fact]
    public void Cluster_GeneratedHosts_Sim() => Assert.Equal("sim,sim", ClustersOf("Simulation:Hosts=2"));

    private static string ClustersOf(params string[] settings)
    {
        var errors = new List<ConfigurationError>();
        AgentOptions options = ConfigurationReader.Apply(
            ConfigurationReader.FromCommandLine(["Hypervisor=Simulated", .. settings], errors), errors);
        Assert.Empty(errors);
        using var hosts = new SimulatedHosts(options, TimeProvider.System);
        return string.Join(',', hosts.Hosts.Select(h => h.Cluster));
    }
}
