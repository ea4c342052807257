using System.Text.Json;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>Three libvirt hosts whose VMs the scheduler migrates live, by its policy alone.</summary>
[Trait("needs", "libvirt")]
public sealed class SchedulerTests : IAsyncLifetime
{
    private static readonly TestVmOptions Halted = new() { Halted = true };

    private ScheduledHosts? _started;

    private ScheduledHosts Estate => _started ?? throw new InvalidOperationException("the hosts are not up");

    public async ValueTask InitializeAsync() => _started = await ScheduledHosts.StartAsync();

    public ValueTask DisposeAsync() => _started?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task DrainedHost_CollectorKilledInMidPlan_IsEmptiedAndNothingIsDoneTwice()
    {
        string[] vms = ["d1", "d2", "d3", "d4"];
        await Estate.StartVmsAsync(Estate["s2"], Halted, vms);
        await Estate.DrainAsync("s2");

        // As long as it is only recommended nothing moves.
        JsonElement advice = await Estate.PlanAsync("recommended");
        Assert.Equal(vms.Length, advice.GetProperty("moves").GetInt32());
        Assert.Empty(await Estate.MigrationsAsync());

        await Estate.WriteScheduleAsync("auto");
        await ScheduledHosts.UntilAsync(async () => (await Estate.MigrationsAsync()).Length > 0 ? null : "nothing was moved yet");
        await Estate.RestartCollectorAfterKillAsync();

        await EmptyAsync("s2");
        await Estate.PlanAsync("done");
        await Estate.RunOnceAsync(vms);
        JsonElement[] moves = await Estate.MigrationsAsync();
        Assert.Equal(vms, moves.Select(m => m.GetProperty("vm").GetString()!).Order());
        Assert.All(moves, m => Assert.Equal("done", m.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task OverloadedHost_IsBalancedAndNothingMovesBack()
    {
        string[] busy = ["b1", "b2", "b3"], idle = ["i1", "i2", "i3", "i4", "i5", "i6"];
        await Estate.StartVmsAsync(Estate["s1"], Halted, idle[..2]);
        await Estate.StartVmsAsync(Estate["s2"], Halted, idle[2..4]);
        await Estate.StartVmsAsync(Estate["s3"], Halted, idle[4..]);
        await Estate.StartVmsAsync(Estate["s1"], new TestVmOptions { Load = "va.cpu=25" }, busy);
        await Estate.AreMeantAsync(busy);
        await Estate.WriteScheduleAsync("auto", "balance");

        await ScheduledHosts.UntilAsync(async () =>
        {
            (string Name, string Host, string State)[] loaded = [.. (await Estate.VmsAsync()).Where(v => busy.Contains(v.Name))];
            return loaded.Select(v => v.Host).Distinct().Count() == busy.Length ? null : $"not each on a host of its own: {string.Join(", ", loaded)} {await Estate.AdviceAsync()}";
        });
        int moved = (await Estate.MigrationsAsync()).Length;
        JsonElement[] ledger = await Estate.MeasuredAsync(moved);
        Assert.Equal(moved, ledger.Select(m => m.GetProperty("vm").GetString()).Distinct().Count());
        Assert.Equal(moved, (await Estate.MigrationsAsync()).Length);
        await Estate.RunOnceAsync([.. busy, .. idle]);
    }

    [Fact]
    public async Task TargetsDaemonDiesInMidMove_TheVmRunsOnce_AndThePlanAfterGoesElsewhere()
    {
        const string vm = "t1";
        TestbedHost source = Estate["s2"];
        await Estate.StartVmsAsync(source, new TestVmOptions(), vm);
        await source.VirshAsync("migrate-setspeed", vm, "1"); // MiB/s, so that the move does not end by itself
        await Estate.WriteScheduleAsync("auto");
        await Estate.DrainAsync(source.Name);
        await ScheduledHosts.UntilAsync(async () =>
        {
            string job = await source.VirshAsync("domjobinfo", vm);
            return job.Contains("Memory remaining", StringComparison.Ordinal) ? null : $"no memory was sent yet:\n{job}";
        });

        TestbedHost target = await TargetOfAsync(vm);
        await target.KillDaemonAsync();
        JsonElement failed = await Estate.PlanAsync("failed");
        Assert.StartsWith($"{vm}: failed: ", failed.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("running", (await source.VirshAsync("domstate", vm)).Trim());
        await source.VirshAsync("migrate-setspeed", vm, "1000");

        await EmptyAsync(source.Name);
        await Estate.PlanAsync("done");
        await target.StartDaemonAsync();
        await Estate.RunOnceAsync(vm);
        Assert.DoesNotContain((await Estate.VmsAsync()).Where(v => v.State == "running"), v => v.Host == target.Name || v.Host == source.Name);
    }

    /// <summary>The host that takes a VM in, by libvirt's word.</summary>
    private async Task<TestbedHost> TargetOfAsync(string vm)
    {
        foreach (TestbedHost host in new[] { Estate["s1"], Estate["s3"] })
        {
            if ((await host.VirshAsync("list", "--all", "--name")).Split('\n').Contains(vm))
            {
                return host;
            }
        }

        throw new InvalidOperationException($"no host takes {vm} in");
    }

    private Task EmptyAsync(string host) => ScheduledHosts.UntilAsync(async () =>
    {
        string left = await Estate[host].VirshAsync("list", "--all", "--name");
        return left.Trim().Length == 0 ? null : $"on {host} are still: {left.ReplaceLineEndings(" ")}";
    });
}
