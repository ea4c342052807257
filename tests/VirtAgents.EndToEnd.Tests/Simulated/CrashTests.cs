using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

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

        // The agent's own death leaves one hole; the collector's must leave none.
        await StoredTicks.AreCompleteAsync(installation.StorePath, Hosts, FastIntervalMs, least: 70, mostHoles: 1);
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
