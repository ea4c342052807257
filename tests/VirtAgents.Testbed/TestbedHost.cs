using System.Globalization;

namespace VirtAgents.Testbed;

/// <summary>
/// A host of the testbed: its own network, mounts, PIDs, name and cgroups on this machine, with a real libvirtd and real
/// VMs under QEMU. Needs root and the packages of <c>tests/testbed/install.sh</c>. Disposing it removes all of it.
/// </summary>
public sealed class TestbedHost : IAsyncDisposable
{
    private const string JoinAndRun =
        "for list in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do [ ! -e \"$list\" ] || echo $$ >\"$list\" 2>/dev/null || :; done; exec \"$@\"";

    private int _pid;
    private bool _disposed;

    private TestbedHost(string name) => Name = name;

    /// <summary>Name of the host.</summary>
    public string Name { get; }

    /// <summary>Directory of the whole testbed.</summary>
    public static string Root => Environment.GetEnvironmentVariable("TESTBED_ROOT") ?? "/var/tmp/va-testbed";

    /// <summary>Directory that all hosts share.</summary>
    public static string SharedDirectory => $"{Root}/shared";

    /// <summary>Socket of its libvirtd, as seen from outside the host.</summary>
    public string SocketPath => $"{Root}/hosts/{Name}/run/libvirt-sock";

    /// <summary>Read-only socket of its libvirtd, as seen from outside the host.</summary>
    public string ReadOnlySocketPath => $"{SocketPath}-ro";

    /// <summary>Address for libvirt from outside the host, with the right to act.</summary>
    public string Uri => $"qemu+unix:///system?socket={SocketPath}";

    /// <summary>Address for libvirt from outside the host, for a read-only connection.</summary>
    public string ReadOnlyUri => $"qemu+unix:///system?socket={ReadOnlySocketPath}";

    /// <summary>Address for libvirt from another host, as migrations need it.</summary>
    public string TcpUri => $"qemu+tcp://{Address}/system";

    /// <summary>IPv4 address of the host.</summary>
    public string Address { get; private set; } = "";

    /// <summary>PID of the host's first process, seen from outside.</summary>
    public int Pid => _pid;

    /// <summary>
    /// What to put before a command so that it runs inside the host, sees its /proc, /sys and network and can reach
    /// <c>qemu:///system</c>. It dies with the process that is started so (the <c>nsenter</c>), of which it is the only
    /// child: see <see cref="ChildOf"/>.
    /// </summary>
    public IReadOnlyList<string> NamespaceEnter =>
    [
        "nsenter", "-t", _pid.ToString(CultureInfo.InvariantCulture), "-m", "-n", "-p", "-u", "-i", "-C", "--",
        "setpriv", "--pdeathsig", "KILL", "--", "sh", "-c", JoinAndRun, "inside",
    ];

    /// <summary>Brings a host up. Waits while another test program uses the testbed.</summary>
    /// <param name="name">1 to 9 of a-z and 0-9, a letter first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<TestbedHost> StartAsync(string name, CancellationToken cancellationToken = default) =>
        StartAsync(name, null, null, cancellationToken);

    /// <summary>Brings a host up that has only so many pCPUs (may be a fraction) and so much memory; null = no limit.</summary>
    public static async Task<TestbedHost> StartAsync(string name, double? cpus, int? memoryMib, CancellationToken cancellationToken = default)
    {
        await TestbedLock.EnterAsync(cancellationToken);
        TestbedHost host = new(name);
        try
        {
            await Command.ScriptAsync("image.sh", [], cancellationToken);
            await host.UpAsync(cpus, memoryMib, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>PID of the only child of a process: the command that was started through <see cref="NamespaceEnter"/>.</summary>
    public static int ChildOf(int pid)
    {
        string children = File.ReadAllText($"/proc/{pid}/task/{pid}/children").Trim();
        return int.TryParse(children, NumberStyles.None, CultureInfo.InvariantCulture, out int child)
            ? child
            : throw new TestbedException($"process {pid} has not exactly one child, but '{children}'");
    }

    /// <summary>Starts a VM (defining it anew) and waits until its operating system answers, unless told otherwise.</summary>
    /// <param name="vm">1 to 13 of a-z and 0-9, a letter first. Its UUID and MAC follow from the name.</param>
    /// <param name="options">How it is made; null = one idle vCPU and 96 MiB.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task StartVmAsync(string vm, TestVmOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new TestVmOptions();
        await Command.ScriptAsync("vm.sh", ["up", Name, vm, .. options.Arguments()], cancellationToken);
        if (options.WaitUntilBooted && !options.Halted)
        {
            await VmCommandAsync(vm, "state", cancellationToken);
        }
    }

    /// <summary>
    /// Gives the operating system of a VM an order and returns its answer: <c>cpu 50</c>, <c>disk 256</c> (KiB/s),
    /// <c>net 20</c> (pings/s), <c>memory 16</c> (MiB), <c>button hold</c> (or <c>obey</c>), <c>state</c>, <c>panic</c>, <c>off</c>, <c>reboot</c>.
    /// </summary>
    public async Task<string> VmCommandAsync(string vm, string order, CancellationToken cancellationToken = default)
    {
        string answer = await Command.ScriptAsync("vm.sh", ["order", Name, vm, order], cancellationToken);
        return answer.StartsWith("ok", StringComparison.Ordinal)
            ? answer
            : throw new TestbedException($"VM {vm} answered '{answer}' to '{order}'");
    }

    /// <summary>PID of a VM's QEMU, seen from outside the host.</summary>
    public async Task<int> QemuPidAsync(string vm, CancellationToken cancellationToken = default) =>
        int.Parse(await Command.ScriptAsync("vm.sh", ["pid", Name, vm], cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Sends a signal (KILL, STOP, CONT, TERM) to a VM's QEMU.</summary>
    public async Task SignalQemuAsync(string vm, string signal, CancellationToken cancellationToken = default)
    {
        int pid = await QemuPidAsync(vm, cancellationToken);
        await Command.RunAsync(["kill", $"-{signal}", pid.ToString(CultureInfo.InvariantCulture)], cancellationToken);
    }

    /// <summary>Kills libvirtd at once; the VMs live on.</summary>
    public Task KillDaemonAsync(CancellationToken cancellationToken = default) => HostAsync(["daemon", Name, "kill"], cancellationToken);

    /// <summary>Ends libvirtd in order; the VMs live on.</summary>
    public Task StopDaemonAsync(CancellationToken cancellationToken = default) => HostAsync(["daemon", Name, "stop"], cancellationToken);

    /// <summary>Starts libvirtd again and waits until it answers.</summary>
    public Task StartDaemonAsync(CancellationToken cancellationToken = default) => HostAsync(["daemon", Name, "start"], cancellationToken);

    /// <summary>Everything in the host dies at once, as in a power cut. <see cref="RestartAsync"/> brings it back.</summary>
    public Task CrashAsync(CancellationToken cancellationToken = default) => HostAsync(["crash", Name], cancellationToken);

    /// <summary>Brings a host up again that crashed; its VMs are defined but off.</summary>
    public Task RestartAsync(CancellationToken cancellationToken = default) => UpAsync(null, null, cancellationToken);

    /// <summary>Takes the network cable of the host out.</summary>
    public Task CutNetworkAsync(CancellationToken cancellationToken = default) => HostAsync(["cut", Name], cancellationToken);

    /// <summary>Puts the network cable back.</summary>
    public Task HealNetworkAsync(CancellationToken cancellationToken = default) => HostAsync(["heal", Name], cancellationToken);

    /// <summary>Makes a file system of a few MiB in the host, for images that outgrow it; returns its path.</summary>
    public Task<string> CreateSmallStorageAsync(string name, int mib, CancellationToken cancellationToken = default) =>
        Command.ScriptAsync("storage.sh", ["small", Name, name, mib.ToString(CultureInfo.InvariantCulture)], cancellationToken);

    /// <summary>Gives such a file system another size.</summary>
    public Task GrowStorageAsync(string name, int mib, CancellationToken cancellationToken = default) =>
        Command.ScriptAsync("storage.sh", ["grow", Name, name, mib.ToString(CultureInfo.InvariantCulture)], cancellationToken);

    /// <summary>Runs a command inside the host and returns what it prints.</summary>
    /// <exception cref="TestbedException">It failed or did not end within minutes.</exception>
    public Task<string> InHostAsync(params string[] command) => HostAsync(["inside", Name, .. command], CancellationToken.None);

    /// <summary>Runs virsh on the host's libvirtd, from outside, and returns what it prints.</summary>
    /// <exception cref="TestbedException">It failed or did not end within minutes.</exception>
    public Task<string> VirshAsync(params string[] arguments) =>
        Command.RunAsync(["virsh", "-q", "-c", Uri, .. arguments], CancellationToken.None);

    /// <summary>Takes the host down with everything in it, whatever state it is in.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            await HostAsync(["down", Name], CancellationToken.None);
        }
        finally
        {
            await TestbedLock.LeaveAsync();
        }
    }

    private static Task<string> HostAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Command.ScriptAsync("host.sh", arguments, cancellationToken);

    private async Task UpAsync(double? cpus, int? memoryMib, CancellationToken cancellationToken)
    {
        string[] limits = [cpus?.ToString(CultureInfo.InvariantCulture) ?? "", memoryMib?.ToString(CultureInfo.InvariantCulture) ?? ""];
        await HostAsync(["up", Name, .. limits], cancellationToken);
        _pid = int.Parse(await HostAsync(["pid", Name], cancellationToken), CultureInfo.InvariantCulture);
        Address = await HostAsync(["address", Name], cancellationToken);
    }
}
