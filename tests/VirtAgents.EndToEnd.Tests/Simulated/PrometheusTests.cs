using System.Text.RegularExpressions;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>A real Prometheus that scrapes the collector as docs/prometheus.md says.</summary>
[Trait("needs", "prometheus")]
public sealed partial class PrometheusTests
{
    private const int Hosts = 2, VmsPerHost = 3, Vms = Hosts * VmsPerHost;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "prometheus.md"));

    [Fact]
    public async Task Prometheus_SimulatedHosts_SeesVmsAndTheirEndAtOnce()
    {
        await using var installation = new Installation();
        await installation.StartCollectorAsync();
        RunningProgram agent = await installation.StartSimulatedAgentAsync(Hosts, "--set", $"Simulation:VmsPerHost={VmsPerHost}");
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(Configuration(installation.Http));

        await HoldsAsync(prometheus, """up{job="virtagents"} == 1""", 1);
        await HoldsAsync(prometheus, "vm_state == 1", Vms);
        await HoldsAsync(prometheus, "count by (vm_id) (vm_disk_capacity_bytes)", Vms);
        await HoldsAsync(prometheus, "rate(vm_cpu_seconds_total[1m]) > 0", Vms);
        await HoldsAsync(prometheus, "host_cpu_usage_ratio > 0 and host_cpu_usage_ratio <= 1", Hosts);
        string[] examples = [.. Expressions().Matches(Document).Select(m => m.Groups["text"].Value)];
        Assert.NotEmpty(examples);
        foreach (string expression in examples)
        {
            await prometheus.QueryAsync(expression); // what the document says is at least understood
        }

        Assert.Equal(VmsPerHost, (await prometheus.QueryAsync("""vm_cpu_usage_ratio * on (vm_id) group_left (vcpus) vm_info{host="sim-host-001"}""")).Count);
        using var http = new HttpClient();
        await Promtool.CheckMetricsAsync(await http.GetStringAsync(new Uri(installation.Http, "/metrics")), TestContext.Current.CancellationToken, "dotnet_");

        Assert.Equal(0, await agent.StopAsync(Limit));
        await HoldsAsync(prometheus, "vm_state == 0", Vms);
        await HoldsAsync(prometheus, "vm_cpu_seconds_total", 0);
        await HoldsAsync(prometheus, "vm_cpu_usage_ratio", 0);
        await HoldsAsync(prometheus, "virtagents_agent_status == 2", Hosts);
        await HoldsAsync(prometheus, "host_info", Hosts);
        Assert.DoesNotContain("level=", prometheus.Log, StringComparison.Ordinal); // such as samples that are there twice
    }

    /// <summary>The configuration of the document, with the address of this collector and no patience.</summary>
    private static string Configuration(Uri http) =>
        Yaml().Match(Document).Groups["text"].Value
            .Replace("collector.example:7480", $"{http.Host}:{http.Port}", StringComparison.Ordinal)
            .Replace("scrape_interval: 15s", "scrape_interval: 1s", StringComparison.Ordinal);

    private static Task<TimeSpan> HoldsAsync(PrometheusServer prometheus, string expression, int series) => Eventually.HoldsAsync(Limit, async () =>
    {
        int found = (await prometheus.QueryAsync(expression)).Count;
        return found == series ? null : $"'{expression}' gives {found} series instead of {series}\n{prometheus.Log}";
    });

    [GeneratedRegex("```yaml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();

    [GeneratedRegex("(?<=```promql\n([^`]*\n)?)(?<text>[^#`\n][^`\n]*)\n")]
    private static partial Regex Expressions();
}
