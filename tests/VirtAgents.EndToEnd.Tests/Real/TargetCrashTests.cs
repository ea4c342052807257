using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>The target dies in the middle of a move: the VM stays where it was, runs once, and the directive says what was seen.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class TargetCrashTests(RealEstate estate)
{
    private const string Vm = "stays";

    [Fact]
    public async Task TargetDiesInMidMove_TheVmRunsOnceOnItsSource_AndTheDirectiveHasFailed()
    {
        await using TestbedHost target = await TestbedHost.StartAsync("h3", TestContext.Current.CancellationToken);
        await estate.First.StartVmAsync(Vm, new TestVmOptions { WaitUntilBooted = false }, TestContext.Current.CancellationToken);
        await estate.StateIsAsync(Vm, "running");

        SentDirective unserved = await MoveAsync(target);
        // Both at once: either of them, left alone, would end the other's part of the move in order.
        await target.InHostAsync("sh", "-c", $"kill -KILL $(cat /run/libvirt/libvirtd.pid) $(cat /run/libvirt/qemu/{Vm}.pid)");
        await FailsAsync(unserved);
        await target.StartDaemonAsync();
        await RunsOnceAsync(target);

        // A power cut sends no last word: the cable is out before anything dies.
        SentDirective unpowered = await MoveAsync(target);
        await target.CutNetworkAsync();
        await target.CrashAsync();
        await FailsAsync(unpowered);
        await target.RestartAsync();
        await RunsOnceAsync(target);
        await estate.First.VirshAsync("destroy", Vm);
    }

    /// <summary>Begins a move that takes long; returns when the target has taken it in.</summary>
    private async Task<SentDirective> MoveAsync(TestbedHost target)
    {
        SentDirective sent = await SentDirective.SendAsync(
            estate.Installation, "migrate", Vm, "--param", $"destination={target.TcpUri}", "--param", CrashCast.Slow);
        await sent.RunsAsync();
        await Eventually.HoldsAsync(RealEstate.Patience, async () =>
        {
            string job = await estate.First.VirshAsync("domjobinfo", Vm);
            return job.Contains("Memory remaining", StringComparison.Ordinal) ? null : $"no memory was sent yet:\n{job}";
        });
        return sent;
    }

    private static async Task FailsAsync(SentDirective sent)
    {
        EndedDirective end = await sent.EndsAsync();
        Assert.Equal("failed", end.State);
        Assert.Contains("virDomainMigrateToURI3 failed", end.Detail, StringComparison.Ordinal);
        Assert.Contains("the VM is Running", end.Detail, StringComparison.Ordinal);
        Assert.EndsWith("on its source", end.Detail, StringComparison.Ordinal);
        Assert.Equal(end, await sent.SendAgainAsync());
    }

    private async Task RunsOnceAsync(TestbedHost target)
    {
        Assert.Equal("running", (await estate.First.VirshAsync("domstate", Vm)).Trim());
        Assert.DoesNotContain(Vm, (await target.VirshAsync("list", "--all", "--name")).Split('\n'));
        Assert.Equal(estate.First.Name, (await estate.StateIsAsync(Vm, "running")).GetProperty("host").GetString());
        Assert.DoesNotContain(await estate.EventsOfAsync(Vm), e => e.Kind is "vm-crashed" or "vm-migrated" or "vm-stopped");
    }
}
