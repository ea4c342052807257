using System.Text.Json;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Model;
using VirtAgents.Testbed;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;

namespace VirtAgents.Collector.Tests.Influx;

/// <summary>A whole collector on an InfluxDB whose disk is full, or that is far away.</summary>
[Trait("needs", "influxdb")]
public sealed class InfluxTroubleTests
{
    private const int QueueBytes = 1 << 20;

    [Fact]
    [Trait("needs", "root")]
    public async Task InfluxDb_DiskFull_IsToldAndNothingIsLostWhenItStartsAgain()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(mib: 64);
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel, dataDirectory: disk.Path);
        await using RunningCollector collector = await StartAsync(server.Url);
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await SendAsync(agent, 1, 20);
        await agent.AcknowledgedAtLeastAsync(20);
        disk.Fill();
        int last = 20;

        await UntilAsync(async () =>
        {
            await SendAsync(agent, last + 1, last + 10);
            last += 10;
            return (await ReadyAsync(collector)).Contains("no space left on device): its disk is full, make room there and start it again", StringComparison.Ordinal);
        });

        // Conclusions do not wait for the store.
        await agent.SendAsync(agent.Report(++last, VmState.Paused));
        await UntilAsync(async () => (await collector.HostAsync()).Vms.Single().State == VmState.Paused);
        disk.Free();
        Assert.Contains("not ready", await ReadyAsync(collector), StringComparison.Ordinal);
        await server.StopAsync();
        await server.StartAgainAsync(Cancel);
        await agent.AcknowledgedAtLeastAsync(last);

        await UntilAsync(async () => await ReadyAsync(collector) == "ready\n");
        Assert.Equal(Enumerable.Range(1, last).Select(i => AgentUnderTest.Time(i)), await collector.StoredTimesAsync(Metric.VmBalloonCurrent, agent.Vm.Value));
        Assert.Equal(last, await CountAsync(server));
        await collector.StopAsync();
    }

    [Fact]
    public async Task InfluxDb_BehindASlowWay_BoundsMemoryAndStoresEachSampleOnce()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel);
        await using var way = new SlowProxy(server.Url, 64 << 10);
        await using RunningCollector collector = await StartAsync(way.Url, $"Ingest:QueueBytes={QueueBytes}", "Store:Influx:Timeout=1s");
        using AgentUnderTest agent = collector.Agent();
        await agent.OpenAsync();
        await SendAsync(agent, 1, 1);
        await agent.AcknowledgedAtLeastAsync(1);
        way.BytesPerSecond = 1 << 10;
        const int Last = 3_000;
        long most = 0;
        Task sending = SendAsync(agent, 2, Last);

        await UntilAsync(async () =>
        {
            most = Math.Max(most, collector.Figures.Gauge("virtcollector.queue"));
            return (await ReadyAsync(collector)).Contains("did not answer within 1 s", StringComparison.Ordinal);
        });
        way.BytesPerSecond = 64 << 10;
        await sending.WaitAsync(Patience, Cancel);
        await agent.AcknowledgedAtLeastAsync(Last);

        Assert.InRange(most, 1, QueueBytes + (64 << 10));
        Assert.Equal(Enumerable.Range(1, Last).Select(i => AgentUnderTest.Time(i)), await collector.StoredTimesAsync(Metric.VmBalloonCurrent, agent.Vm.Value));
        Assert.Equal(Last, await CountAsync(server));
        await collector.StopAsync();
    }

    private static Task<RunningCollector> StartAsync(Uri server, params string[] more)
    {
        string directory = Directory.CreateTempSubdirectory("virtcollector-influx-").FullName;
        return RunningCollector.StartAsync(
            directory,
            null,
            ["Store:Kind=Influx", $"Store:Influx:Url={server}", "Store:Influx:Database=vms", "Store:Retention=0", $"Store:Influx:Path={Path.Combine(directory, "influx.db")}", .. more]);
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

    private static async Task<long> CountAsync(InfluxServer server)
    {
        using JsonDocument answer = JsonDocument.Parse(await server.QueryAsync("SELECT count(vm_memory_balloon_bytes) FROM vm", "vms"));
        return answer.RootElement.GetProperty("results")[0].GetProperty("series")[0].GetProperty("values")[0][1].GetInt64();
    }
}
