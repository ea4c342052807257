using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>The disk below the collector's store becomes full in the middle of traffic.</summary>
[Trait("needs", "root")]
public sealed class FullDiskTests
{
    private const int Hosts = 3;
    private const long FastIntervalMs = 1000;
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20), Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task FullDisk_UnderTheStore_IsSaidAndNothingIsLost()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(mib: 24);
        await using var installation = new Installation { StorePath = Path.Combine(disk.Path, "store") };
        RunningProgram collector = await installation.StartCollectorAsync();
        RunningProgram agent = await installation.StartSimulatedAgentAsync(Hosts, "--set", "Sampling:FastInterval=1s", "--set", "Sampling:SlowInterval=5s");
        await HostsAreWellAsync(installation);
        Assert.Equal((true, "ready\n"), await installation.ReadyAsync());

        disk.Fill();
        await Eventually.HoldsAsync(TimeSpan.FromSeconds(90), async () =>
        {
            // What the store frees for itself meanwhile is taken as well.
            disk.Fill();
            return (await installation.ReadyAsync()).Ready ? "the collector is still ready" : null;
        });
        Assert.Matches("^not ready\nstore: no space left for .*", (await installation.ReadyAsync()).Text);
        await collector.SaysAsync("The store cannot be written: ", Patience);
        await PassAsync(Outage);
        Assert.False((await installation.ReadyAsync()).Ready);
        Assert.False(agent.HasExited || collector.HasExited, "agent or collector ended");
        await HostsAreWellAsync(installation);

        disk.Free();
        await Eventually.HoldsAsync(TimeSpan.FromSeconds(60), async () => await installation.ReadyAsync() is (false, { } why) ? why : null);
        await collector.SaysAsync("The store can be written again.", Patience);
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(0, await agent.StopAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, await collector.StopAsync(TimeSpan.FromSeconds(30)));
        await StoredTicks.AreCompleteAsync(installation.StorePath, Hosts, FastIntervalMs, least: 25, mostHoles: 0);
    }

    [Fact]
    public async Task FullDisk_UnderTheControlDatabaseAtTheStart_IsSaidInOneLine()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(mib: 1);
        await using var installation = new Installation();
        string control = $"--Control:Path={Path.Combine(disk.Path, "control.db")}";
        RunningProgram first = await installation.StartCollectorAsync(control);
        Assert.Equal(0, await first.StopAsync(TimeSpan.FromSeconds(30)));

        disk.Fill();
        (int exitCode, string output) = await RunningProgram.RunAsync(
            Repository.Collector, TimeSpan.FromSeconds(60), "--insecure", "--Listen:Grpc=127.0.0.1:0", "--Listen:Http=127.0.0.1:0",
            $"--Store:Embedded:Path={installation.StorePath}", control);
        Assert.True(exitCode == 3, output);
        Assert.Contains(output.Split('\n'), line => line.Contains("the control database", StringComparison.Ordinal));
        Assert.DoesNotContain("Unhandled exception", output, StringComparison.Ordinal);
    }

    /// <summary>Detection goes on without a store: every host is connected, and each of its VMs runs.</summary>
    private static Task<TimeSpan> HostsAreWellAsync(Installation installation) => Eventually.HoldsAsync(TimeSpan.FromSeconds(60), async () =>
    {
        JsonElement hosts = await installation.VirtctlAsync("hosts");
        int well = hosts.EnumerateArray().Count(h => h.GetProperty("agent_status").GetString() == "connected"
            && h.GetProperty("running_vm_count") is { ValueKind: JsonValueKind.Number } running && running.GetInt32() == 20);
        return well == Hosts ? null : $"{well} of {Hosts} hosts are well";
    });

    private static async Task PassAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
