using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A VM that crashes again and again is started once after each crash, however often each order is sent.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class CrashLoopTests(RealEstate estate)
{
    private const int Crashes = 3;
    private const string Vm = "phoenix";

    [Fact]
    public async Task CrashedVm_IsStartedOncePerCrash_AndAnOldOrderStartsNothing()
    {
        await estate.First.StartVmAsync(Vm, new TestVmOptions { Halted = true }, TestContext.Current.CancellationToken);
        await estate.StateIsAsync(Vm, "running");
        string? old = null;
        for (int crash = 1; crash <= Crashes; crash++)
        {
            await estate.First.SignalQemuAsync(Vm, "KILL");
            await CrashesAreAsync(crash);
            await estate.StateIsAsync(Vm, "crashed", "crashed");
            if (old is not null)
            {
                await StartAsync(old);
                Assert.Equal("shut off", (await estate.First.VirshAsync("domstate", Vm)).Trim());
            }

            old = Guid.NewGuid().ToString();
            await Task.WhenAll(StartAsync(old), StartAsync(old));
            await StartAsync(old);
            Assert.Equal("running", (await estate.First.VirshAsync("domstate", Vm)).Trim());
            await estate.StateIsAsync(Vm, "running");
        }

        Assert.Equal(1 + Crashes, await StartsAsync());
        Assert.Equal(Crashes, (await estate.EventsOfAsync(Vm)).Count(e => e.Kind == "vm-crashed"));
        await estate.First.VirshAsync("destroy", Vm);
    }

    private async Task StartAsync(string id)
    {
        (int exitCode, string output) = await estate.Installation.TryVirtctlAsync("vm", "start", Vm, "--id", id, "--wait", "80s", "--reason", "test");
        Assert.True(exitCode == 0, output);
    }

    private Task<TimeSpan> CrashesAreAsync(int count) => Eventually.HoldsAsync(RealEstate.Patience, async () =>
        (await estate.EventsOfAsync(Vm)).Count(e => e.Kind == "vm-crashed") is var seen && seen == count ? null : $"{Vm} was said to have crashed {seen} times, not {count}");

    /// <summary>Starts in libvirt's own log of the VM.</summary>
    private async Task<int> StartsAsync() =>
        (await estate.First.InHostAsync("cat", $"/var/log/libvirt/qemu/{Vm}.log")).Split("starting up libvirt").Length - 1;
}
