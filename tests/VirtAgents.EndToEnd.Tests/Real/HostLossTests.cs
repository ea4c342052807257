using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>
/// The collector does not hear a host: a cut network, a dead agent, a dead hypervisor and a dead host are told apart, with
/// real networks, processes and kernels. Each test leaves all hosts well.
/// </summary>
[Trait("needs", "libvirt")]
public sealed class HostLossTests(ThreeHosts hosts) : IClassFixture<ThreeHosts>
{
    [Fact]
    public async Task CutBetweenCollectorAndHost_PeersReachIt_IsPartitioned()
    {
        long start = await hosts.NewestEventAsync();

        // What the host sends to the collector goes to nobody, without a word; all else arrives.
        await hosts["w1"].InHostAsync("ip", "neigh", "replace", ThreeHosts.CollectorAddress, "lladdr", "02:00:00:00:00:99", "dev", "br0", "nud", "permanent");
        SeenEvent told;
        try
        {
            told = await hosts.ToldAsync("w1", "host-partitioned", start);
            await AssertOneIncidentAsync("host-partitioned", "w1");
        }
        finally
        {
            await hosts["w1"].InHostAsync("ip", "neigh", "del", ThreeHosts.CollectorAddress, "dev", "br0");
        }

        Assert.Contains("is answered by its agent", told.Evidence, StringComparison.Ordinal);
        await hosts.ToldAsync("w1", "host-recovered", start);
        Assert.Equal(["w1 host-partitioned"], await hosts.VerdictsAsync(start));
    }

    [Fact]
    public async Task AgentKilled_ItsHostRefusesConnections_IsADeadAgent()
    {
        long start = await hosts.NewestEventAsync();
        await hosts.KillAgentAsync("w2");

        SeenEvent told = await hosts.ToldAsync("w2", "agent-dead", start);
        await AssertOneIncidentAsync("agent-dead", "w2");

        await hosts.StartAgentAsync("w2");
        await hosts.ToldAsync("w2", "host-recovered", start);
        Assert.Contains("is refused by its kernel", told.Evidence, StringComparison.Ordinal);
        Assert.Equal(["w2 agent-dead"], await hosts.VerdictsAsync(start));
    }

    [Fact]
    public async Task LibvirtdKilled_IsALostHypervisorOnly()
    {
        long start = await hosts.NewestEventAsync();
        await hosts["w2"].KillDaemonAsync();
        await hosts.ToldAsync("w2", "hypervisor-lost", start);
        await AssertOneIncidentAsync("hypervisor-lost", "w2");

        await hosts["w2"].StartDaemonAsync();
        await hosts.ToldAsync("w2", "hypervisor-restored", start);
        Assert.Empty(await hosts.VerdictsAsync(start));
        Assert.DoesNotContain(await hosts.Installation.EventsAsync("--since", "1h"), e => e.Id > start && (e.Kind is "host-suspected" or "agent-lost"));
    }

    [Fact]
    public async Task HostDead_NobodySeesIt_IsLostUntilItIsHeardAgain()
    {
        long start = await hosts.NewestEventAsync();

        // A power cut sends no farewell, so the cable goes first.
        await hosts["w3"].CutNetworkAsync();
        await hosts["w3"].CrashAsync();

        SeenEvent told = await hosts.ToldAsync("w3", "host-lost", start);
        await AssertOneIncidentAsync("host-lost", "w3");

        await hosts["w3"].RestartAsync();
        await hosts.StartAgentAsync("w3");
        await hosts.ToldAsync("w3", "host-recovered", start);
        Assert.StartsWith("nobody sees it, asked twice: ", told.Evidence, StringComparison.Ordinal);
        Assert.All(["w1", "w2"], witness => Assert.Contains($"{witness} ", told.Evidence, StringComparison.Ordinal));

        // When it boots its kernel lives before its agent does, and somebody may have looked just then.
        string[] verdicts = await hosts.VerdictsAsync(start);
        Assert.Equal("w3 host-lost", verdicts[0]);
        Assert.All(verdicts.Skip(1), verdict => Assert.Equal("w3 agent-dead", verdict));
    }

    [Fact]
    public async Task CableOut_ItsHeartbeatMovesOnSharedStorage_IsPartitionedAndNotLost()
    {
        long start = await hosts.NewestEventAsync();
        await hosts["w1"].CutNetworkAsync();
        SeenEvent told;
        try
        {
            told = await hosts.ToldAsync("w1", "host-partitioned", start);
            await AssertOneIncidentAsync("host-partitioned", "w1");
        }
        finally
        {
            await hosts["w1"].HealNetworkAsync();
        }

        Assert.EndsWith("; its heartbeat on shared storage moves", told.Evidence, StringComparison.Ordinal);
        await hosts.ToldAsync("w1", "host-recovered", start);
        Assert.Equal(["w1 host-partitioned"], await hosts.VerdictsAsync(start));
    }

    private async Task AssertOneIncidentAsync(string kind, string host) => await Eventually.HoldsAsync(ThreeHosts.Patience, async () =>
    {
        JsonElement[] active = [.. (await hosts.Installation.VirtctlAsync("incidents", "--active")).EnumerateArray()];
        return active.Length == 1 && active[0].ToString().Contains($"\"{kind}\"", StringComparison.Ordinal) && active[0].ToString().Contains($"\"{host}\"", StringComparison.Ordinal)
            ? null
            : $"wanted is one incident, {kind} of {host}, but there are: {string.Join('\n', active)}";
    });
}
