using System.Diagnostics;
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

    /// <summary>The tap of a VM has the same address on both hosts; their bridges must not take it over, though it is the lowest.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Hosts_WithHighAddresses_ReachEachOtherWhileAVmMoves()
    {
        await using TestbedHost first = await TestbedHost.StartAsync("bed1", Cancellation);
        await using TestbedHost second = await TestbedHost.StartAsync("bed2", Cancellation);
        await first.InHostAsync("ip", "link", "set", "eth0", "address", "fe:fe:00:00:00:01");
        await second.InHostAsync("ip", "link", "set", "eth0", "address", "fe:fe:00:00:00:02");
        await first.StartVmAsync("bvm1", new TestVmOptions { Halted = true }, Cancellation);
        await first.VirshAsync("migrate", "--live", "--p2p", "--persistent", "--undefinesource", "--unsafe", "bvm1", second.TcpUri);
        Assert.Equal("running", await second.VirshAsync("domstate", "bvm1"));
    }

    [Fact(Timeout = 300_000)]
    public async Task NamespaceEnter_ProgramInsideAHost_SeesOnlyTheHostAndDiesWithItsStarter()
    {
        await using TestbedHost host = await TestbedHost.StartAsync("bed1", Cancellation);
        ProcessStartInfo start = new(
            host.NamespaceEnter[0], [.. host.NamespaceEnter.Skip(1), "sh", "-c", "hostname; ls -d /proc/[0-9]* | wc -l; exec sleep 600"])
        {
            RedirectStandardOutput = true,
        };
        using Process starter = Process.Start(start)!;
        Assert.Equal("bed1", await starter.StandardOutput.ReadLineAsync(Cancellation));
        Assert.InRange(int.Parse((await starter.StandardOutput.ReadLineAsync(Cancellation))!, CultureInfo.InvariantCulture), 2, 20);
        int child = TestbedHost.ChildOf(starter.Id);

        starter.Kill();

        // Its end of the pipe closes when it dies, and only then.
        Assert.Null(await starter.StandardOutput.ReadLineAsync(Cancellation));
        Assert.NotEqual(starter.Id, child);
    }
}
