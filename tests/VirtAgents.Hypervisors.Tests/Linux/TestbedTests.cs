using System.Globalization;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Linux;

/// <summary>The testbed itself does what the tests that use it rely on.</summary>
[Collection("testbed")]
[Trait("needs", "libvirt")]
public class TestbedTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Host_WholeLife_BehavesLikeAMachine()
    {
        await using TestbedHost host = await TestbedHost.StartAsync("bed1", Cancellation);
        Assert.Equal("bed1", await host.InHostAsync("hostname"));
        await host.StartVmAsync("bvm1", new TestVmOptions { Tenant = "acme" }, Cancellation);
        Assert.Equal("running", await host.VirshAsync("domstate", "bvm1"));
        Assert.Contains("cpu=30", await Answer("cpu 30"), StringComparison.Ordinal);

        int qemu = await host.QemuPidAsync("bvm1", Cancellation);
        await host.KillDaemonAsync(Cancellation);
        await Assert.ThrowsAsync<TestbedException>(() => host.VirshAsync("list"));
        await host.StartDaemonAsync(Cancellation);
        Assert.Equal(qemu, await host.QemuPidAsync("bvm1", Cancellation));

        await host.CrashAsync(Cancellation);
        Assert.False(Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{qemu}")));
        await host.RestartAsync(Cancellation);
        Assert.Equal("shut off", await host.VirshAsync("domstate", "bvm1"));

        async Task<string> Answer(string order)
        {
            await host.VmCommandAsync("bvm1", order, Cancellation);
            return await host.VmCommandAsync("bvm1", "state", Cancellation);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task Hosts_TwoAtOnce_ReachEachOtherAndHaveTheirOwnIdentity()
    {
        await using TestbedHost first = await TestbedHost.StartAsync("bed1", Cancellation);
        await using TestbedHost second = await TestbedHost.StartAsync("bed2", Cancellation);

        Assert.NotEqual(await first.InHostAsync("cat", "/etc/machine-id"), await second.InHostAsync("cat", "/etc/machine-id"));
        await first.StartVmAsync("bvm1", new TestVmOptions { WaitUntilBooted = true }, Cancellation);
        await first.VirshAsync("migrate", "--live", "--p2p", "--persistent", "--undefinesource", "--unsafe", "bvm1", second.TcpUri);
        Assert.StartsWith("ok", await second.VmCommandAsync("bvm1", "state", Cancellation), StringComparison.Ordinal);
    }
}
