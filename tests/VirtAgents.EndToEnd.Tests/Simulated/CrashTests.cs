using System.Text.Json;
using VirtAgents.Core.Model;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>kill -9 of collector and agent in the middle of traffic: nothing that was sampled is lost, nothing is stored twice.</summary>
public sealed class CrashTests
{
    private const int Hosts = 5;
    private const long FastIntervalMs = 1000;
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(60);
    private static readonly string[] Rhythm = ["--set", "Sampling:FastInterval=1s", "--set", "Sampling:SlowInterval=5s"];

    [Fact]
    public async Task KillBoth_InTraffic_EveryTickIsStoredExactlyOnce()
    {
        await using var installation = new Installation();
        RunningProgram collector = await installation.StartCollectorAsync();
        RunningProgram agent = await installation.StartSimulatedAgentAsync(Hosts, Rhythm);
        await ReportsFlowAsync(installation, after: 0);
        await PassAsync(TimeSpan.FromSeconds(5));

        await collector.KillAsync();
        await PassAsync(Outage);
        Assert.False(agent.HasExited, $"the agent did not outlive its collector:\n{agent.Output}");
        collector = await installation.StartCollectorAsync();
        long healed = await ReportsFlowAsync(installation, after: await NewestAsync(installation));

        await agent.KillAsync();
        agent = await installation.StartSimulatedAgentAsync(Hosts, Rhythm);
        await ReportsFlowAsync(installation, after: healed);
        await PassAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(0, await agent.StopAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, await collector.StopAsync(TimeSpan.FromSeconds(30)));
        await AssertEverythingOnceAsync(installation.StorePath);
    }

    private static async Task AssertEverythingOnceAsync(string path)
    {
        await using var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = path }, TimeProvider.System);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        IReadOnlyList<HostSnapshot> hosts = await store.HostsAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Hosts, hosts.Count);
        foreach (HostSnapshot host in hosts)
        {
            HostId id = host.Inventory.Host.Id;
            StreamPosition position = Assert.Single(await store.PositionsAsync(id, TestContext.Current.CancellationToken));
            Assert.Empty(position.Beyond);
            Assert.True(position.Contiguous > 80, $"only {position.Contiguous} messages of {host.Inventory.Host.Name}");
            await AssertTicksAsync(store, id);
        }
    }

    private static async Task AssertTicksAsync(EmbeddedStore store, HostId host)
    {
        var query = new RangeQuery(Metric.HostLoad1, [host.Value], null, 0, long.MaxValue);
        List<SeriesPoints> series = [];
        await foreach (SeriesPoints found in store.RangeAsync(query, TestContext.Current.CancellationToken))
        {
            series.Add(found);
        }

        long[] times = Assert.Single(series).TimesUnixMs;
        Assert.True(times.Length > 70, $"only {times.Length} fast ticks");
        long[] gaps = [.. times.Zip(times.Skip(1), (a, b) => b - a)];
        Assert.All(gaps, g => Assert.True(g > 0, "a tick is stored twice or out of order"));

        // The agent's own death leaves one hole; the collector's must leave none. A busy machine may skip a tick, which the agent counts.
        Assert.InRange(gaps.Count(g => g > 3 * FastIntervalMs), 0, 1);
    }

    private static async Task<long> ReportsFlowAsync(Installation installation, long after)
    {
        long newest = 0;
        await Eventually.HoldsAsync(TimeSpan.FromSeconds(90), async () =>
        {
            newest = await NewestAsync(installation);
            return newest > after ? null : $"the oldest of the newest reports is of {newest}, wanted is one after {after}";
        });
        return newest;
    }

    /// <summary>Time of the newest report of the host whose newest report is oldest; 0 until every host has one.</summary>
    private static async Task<long> NewestAsync(Installation installation)
    {
        JsonElement hosts = await installation.VirtctlAsync("hosts");
        return hosts.GetArrayLength() < Hosts ? 0 : hosts.EnumerateArray().Min(h =>
            h.GetProperty("last_report") is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset().ToUnixTimeMilliseconds() : 0);
    }

    private static async Task PassAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
