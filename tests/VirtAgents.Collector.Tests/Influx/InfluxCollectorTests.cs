using System.Text.Json;
using VirtAgents.Collector.Hosting;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Testbed;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;

namespace VirtAgents.Collector.Tests.Influx;

/// <summary>A whole collector on a real InfluxDB.</summary>
[Trait("needs", "influxdb")]
public sealed class InfluxCollectorTests
{
    [Fact]
    public async Task InfluxDb_KilledInMidStream_NothingIsLostNorStoredTwice()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel);
        string[] settings = ["Store:Kind=Influx", $"Store:Influx:Url={server.Url}", "Store:Influx:Database=vms", "Store:Retention=0"];
        string directory = Directory.CreateTempSubdirectory("virtcollector-influx-").FullName;
        settings = [.. settings, $"Store:Influx:Path={Path.Combine(directory, "influx.db")}"];
        await using RunningCollector collector = await StartAsync(directory, null, settings);
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await SendAsync(agent, 1, 20);
        await agent.AcknowledgedAtLeastAsync(20);

        await server.KillAsync();
        await SendAsync(agent, 21, 60);
        await UntilAsync(async () => (await ReadyAsync(collector)).Contains("not ready\nstore: InfluxDB at", StringComparison.Ordinal));
        Assert.Contains("cannot be reached", await ReadyAsync(collector), StringComparison.Ordinal);
        await server.StartAgainAsync(Cancel);
        await agent.AcknowledgedAtLeastAsync(60);

        await UntilAsync(async () => await ReadyAsync(collector) == "ready\n");
        Assert.Equal(Enumerable.Range(1, 60).Select(i => AgentUnderTest.Time(i)), await collector.StoredTimesAsync(Metric.VmBalloonCurrent, agent.Vm.Value));
        Assert.Equal(60, await CountAsync(server, "WHERE vm = 'vm1' AND host = 'host1'"));
        Assert.Equal(60, await CountAsync(server, ""));
        await collector.StopAsync();
    }

    [Fact]
    public async Task RunAsync_WrongPassword_ExitsWithThreeAndSaysWhatToCheck()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel, "auth-enabled = true");
        await server.QueryAsync("CREATE USER root WITH PASSWORD 'right' WITH ALL PRIVILEGES");
        string directory = Directory.CreateTempSubdirectory("virtcollector-influx-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "secret"), "s3cret-wrong\n", Cancel);
        using StringWriter output = new(), errors = new();

        int code = await CollectorProgram.RunAsync(
            [
                "--insecure", "--Listen:Grpc=127.0.0.1:0", "--Listen:Http=127.0.0.1:0", $"--Store:Embedded:Path={directory}/store.db", "--Store:Kind=Influx",
                $"--Store:Influx:Url={server.Url}", "--Store:Influx:Username=root", $"--Store:Influx:PasswordFile={directory}/secret",
            ],
            output,
            errors,
            Cancel).WaitAsync(Patience, Cancel);

        Assert.Equal(3, code);
        Assert.Contains("the store cannot be used: InfluxDB at", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("401 (authorization failed): it does not know these credentials, check Store:Influx:Username", errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", $"{errors}{output}", StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    private static async Task SendAsync(AgentUnderTest agent, int first, int last)
    {
        for (int sequence = first; sequence <= last; sequence++)
        {
            await agent.SendAsync(agent.Report(sequence));
        }
    }

    private static async Task<string> ReadyAsync(RunningCollector collector)
    {
        using HttpResponseMessage answer = await collector.Http.GetAsync(new Uri("/readyz", UriKind.Relative), Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task<long> CountAsync(InfluxServer server, string where)
    {
        using JsonDocument answer = JsonDocument.Parse(await server.QueryAsync($"SELECT count(vm_memory_balloon_bytes) FROM vm {where}", "vms"));
        return answer.RootElement.GetProperty("results")[0].GetProperty("series")[0].GetProperty("values")[0][1].GetInt64();
    }
}
