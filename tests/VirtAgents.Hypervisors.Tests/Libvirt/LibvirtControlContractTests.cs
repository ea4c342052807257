using System.Globalization;
using System.Text.RegularExpressions;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Tests.Contract;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

[Collection("testbed")]
[Trait("needs", "libvirt")]
public sealed class LibvirtControlContractTests(LibvirtBed bed) : ControlContract, IClassFixture<LibvirtBed>, IAsyncDisposable
{
    private const string Shared = "cshared";
    private static int _moved;
    private TestbedHost? _other;

    private const string Vm = "cvm";
    private const string Off = "coff";
    private const string Pool = "cpool";

    public ValueTask DisposeAsync() => _other?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override Task<IHypervisorControl> CreateAsync() => Task.FromResult<IHypervisorControl>(LibvirtBed.CreateControl(bed.Host));

    protected override async Task<VmId> RunningVmAsync()
    {
        await bed.RunVmAsync(Vm, Token);
        if ((await bed.Host.VirshAsync("domstate", Vm)).Trim() == "paused")
        {
            await bed.Host.VirshAsync("resume", Vm);
        }

        _ = await bed.Host.VmCommandAsync(Vm, "state", Token);
        return await bed.IdOfAsync(Vm);
    }

    protected override async Task<VmId> StoppedVmAsync()
    {
        // One without an operating system: it starts in no time, and the other need not boot again.
        if (!(await bed.Host.VirshAsync("list", "--name")).Split('\n').Contains(Off))
        {
            await bed.Host.StartVmAsync(Off, new TestVmOptions { Halted = true }, Token);
        }

        await bed.Host.VirshAsync("destroy", Off);
        return await bed.IdOfAsync(Off);
    }

    protected override async Task<(VmId Vm, string Address)> MovableVmAsync()
    {
        _other ??= await TestbedHost.StartAsync("lvtwo", Token);
        await bed.MakePoolAsync(Shared);
        if (!(await _other.VirshAsync("pool-list", "--name")).Contains(Shared, StringComparison.Ordinal))
        {
            await _other.VirshAsync("pool-define-as", Shared, "dir", "--target", DirectoryOf(Shared));
            await _other.VirshAsync("pool-start", Shared);
        }

        // Another one each time: the one before may have gone.
        string vm = $"cmove{_moved++}";
        await bed.Host.StartVmAsync(vm, new TestVmOptions { Halted = true, Disk = $"{DirectoryOf(Shared)}/{vm}.raw" }, Token);
        await bed.Host.VirshAsync("destroy", vm);
        return (await bed.IdOfAsync(vm), _other.TcpUri);
    }

    protected override async Task<VmState?> StateElsewhereAsync(VmId vm) =>
        !(await _other!.VirshAsync("list", "--all", "--uuid")).Contains(vm.ToString(), StringComparison.Ordinal) ? null
        : (await _other.VirshAsync("domstate", vm.ToString())).Trim() == "shut off" ? VmState.ShutOff : VmState.Unknown;

    protected override Task<VmState> StateOfAsync(VmId vm) => bed.StateOfAsync(vm);

    protected override async Task<string> PoolAsync()
    {
        await bed.MakePoolAsync(Pool);
        foreach (string volume in (await bed.Host.VirshAsync("vol-list", Pool)).Split('\n').Skip(2).Select(line => line.Trim().Split(' ')[0]).Where(name => name.Length > 0))
        {
            await bed.Host.VirshAsync("vol-delete", volume, Pool);
        }

        return Pool;
    }

    protected override async Task<long> FreeAsync(string pool) =>
        long.Parse(await bed.Host.InHostAsync("sh", "-c", $"echo $(($(stat -f -c '%f * %S' {DirectoryOf(pool)})))"), CultureInfo.InvariantCulture);

    // What libvirt tells of its size, and the blocks of its file.
    protected override async Task<(long Size, long Taken)[]> VolumesAsync(string pool, params string[] volumes)
    {
        List<(long Size, long Taken)> seen = [];
        foreach (string volume in volumes)
        {
            string shown = await bed.Host.VirshAsync("vol-info", volume, pool, "--bytes"), blocks = await bed.Host.InHostAsync("stat", "-c", "%b", $"{DirectoryOf(pool)}/{volume}");
            seen.Add((long.Parse(Regex.Match(shown, @"Capacity:\s+(\d+)").Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(blocks, CultureInfo.InvariantCulture) * 512));
        }

        return [.. seen];
    }

    private static string DirectoryOf(string pool) => $"{TestbedHost.SharedDirectory}/{pool}";
}
