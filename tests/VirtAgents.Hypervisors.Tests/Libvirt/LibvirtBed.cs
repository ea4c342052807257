using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>One real host for the tests of a class.</summary>
public sealed class LibvirtBed : IAsyncLifetime
{
    /// <summary>How long tests follow up what is not seen to go on.</summary>
    internal static readonly TimeSpan FollowUpTime = TimeSpan.FromMilliseconds(500);

    private TestbedHost? _host;

    public TestbedHost Host => _host ?? throw new InvalidOperationException("the host is not up");

    public async ValueTask InitializeAsync() => _host = await TestbedHost.StartAsync("lvone", TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    /// <summary>Settings for a host; its processes are found by their command lines, since their pids are seen from outside.</summary>
    internal static LibvirtOptions OptionsFor(TestbedHost host) => new()
    {
        Uri = host.ReadOnlyUri,
        HostId = new HostId(Guid.NewGuid()),
        HostName = host.Name,
        RunDirectory = "/nonexistent",
        PoolRefreshInterval = TimeSpan.FromSeconds(1),
        RetryDelay = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)),
    };

    /// <summary>Has a VM run, whatever an earlier test left of it; not waiting for its operating system.</summary>
    internal async Task RunVmAsync(string vm, CancellationToken token)
    {
        if (!(await Host.VirshAsync("list", "--name")).Split('\n').Contains(vm))
        {
            await Host.StartVmAsync(vm, new TestVmOptions { WaitUntilBooted = false }, token);
        }
    }

    /// <summary>Makes a pool of files with volumes of 1 MiB, unless an earlier test has.</summary>
    internal async Task MakePoolAsync(string pool, params string[] volumes)
    {
        // virsh fills names up to the longest.
        if ((await Host.VirshAsync("pool-list", "--name")).Split('\n', StringSplitOptions.TrimEntries).Contains(pool))
        {
            return;
        }

        await Host.VirshAsync("pool-define-as", pool, "dir", "--target", $"{TestbedHost.SharedDirectory}/{pool}");
        await Host.VirshAsync("pool-build", pool);
        await Host.VirshAsync("pool-start", pool);
        foreach (string volume in volumes)
        {
            await Host.VirshAsync("vol-create-as", pool, volume, "1MiB", "--allocation", "64KiB");
        }
    }

    internal static LibvirtHypervisor Create(TestbedHost host, LibvirtOptions? options = null, Action<string>? note = null)
    {
        string space = PidSpace(host.Pid);
        return new LibvirtHypervisor(
            options ?? OptionsFor(host), TimeProvider.System, note ?? (text => TestContext.Current.TestOutputHelper?.WriteLine(text)), pid => PidSpace(pid) == space);
    }

    /// <summary>Acts on a host, with little patience for what does not answer.</summary>
    internal static LibvirtControl CreateControl(TestbedHost host) => new(
        new LibvirtControlOptions
        {
            Uri = host.Uri,
            FollowUpTime = FollowUpTime,
            LookTimeout = TimeSpan.FromSeconds(40), // a libvirtd that was just started looks at every QEMU first
            LookInterval = TimeSpan.FromMilliseconds(100),
            SharedDirectories = [TestbedHost.SharedDirectory],
        },
        TimeProvider.System);

    internal async Task<VmId> IdOfAsync(string vm) => new(Guid.Parse((await Host.VirshAsync("domuuid", vm)).Trim()));

    /// <summary>State of a VM as virsh shows it.</summary>
    internal async Task<VmState> StateOfAsync(VmId vm) => (await Host.VirshAsync("domstate", vm.ToString())).Trim() switch
    {
        "running" => VmState.Running,
        "paused" => VmState.Paused,
        "shut off" => VmState.ShutOff,
        "crashed" => VmState.Crashed,
        _ => VmState.Unknown,
    };

    private static string PidSpace(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/pid").LinkTarget ?? "";
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
    }
}
