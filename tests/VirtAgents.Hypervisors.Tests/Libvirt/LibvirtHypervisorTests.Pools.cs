using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Storage pools and their volumes.</summary>
public sealed partial class LibvirtHypervisorTests
{
    [Fact(Timeout = Limit)]
    public async Task Pools_DirectoryVanishes_IsAFailureThoughLibvirtSaysRunning()
    {
        string path = Path.Combine(TestbedHost.SharedDirectory, "vanish");
        Directory.CreateDirectory(path);
        await Host.VirshAsync("pool-create-as", "vanish", "dir", "--target", path);
        await Host.VirshAsync("vol-create-as", "vanish", "disk.raw", "1M");
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        PoolInfo pool = Assert.Single(hypervisor.Inventory.Pools);
        Assert.Equal(("vanish", "dir", path), (pool.Name, pool.Type, pool.Path));
        Assert.Equal((1, 1), await PoolAsync(hypervisor));

        Directory.Delete(path, recursive: true);
        HostEvent failed = await log.NextAsync(HostEventKind.PoolFailed);
        Assert.Equal("vanish", failed.Device);
        Assert.Contains("running", await Host.VirshAsync("pool-info", "vanish"), StringComparison.Ordinal);
        Assert.Equal((0, null), await PoolAsync(hypervisor));

        Directory.CreateDirectory(path);
        await log.NextAsync(HostEventKind.PoolRestored);
        await Host.VirshAsync("pool-destroy", "vanish");
    }

    [Fact(Timeout = Limit)]
    public async Task Pools_BelowADirectoryTheOperatorVouchesFor_AreShared()
    {
        await bed.MakePoolAsync("vouched");
        await bed.MakePoolAsync("own");
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host, LibvirtBed.OptionsFor(Host) with { SharedDirectories = [$"{TestbedHost.SharedDirectory}/vouched"] });
        await hypervisor.StartAsync(Token);

        Assert.Equal(
            [("own", false), ("vouched", true)],
            hypervisor.Inventory.Pools.Where(p => p.Name is "own" or "vouched").Select(p => (p.Name, p.Shared)).Order());
        foreach (string pool in new[] { "own", "vouched" })
        {
            await Host.VirshAsync("pool-destroy", pool);
            await Host.VirshAsync("pool-undefine", pool);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Pools_VolumesComeAndGo_InventoryAndFiguresFollow()
    {
        await bed.MakePoolAsync("flow", "stays", "goes");
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        await hypervisor.StartAsync(Token);
        Assert.Equal(["goes 1048576 65536", "stays 1048576 65536"], await VolumesAsync(hypervisor, 2));

        await Host.VirshAsync("vol-delete", "goes", "--pool", "flow");
        await Host.VirshAsync("vol-resize", "stays", "3MiB", "--pool", "flow");
        Assert.Equal(["stays 3145728 65536"], await VolumesAsync(hypervisor, 1));

        await Host.VirshAsync("pool-destroy", "flow");
        await Host.VirshAsync("pool-undefine", "flow");
        while (hypervisor.Inventory.Volumes.Length > 0)
        {
            await hypervisor.SampleSlowAsync(new SampleSet(), Token);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Pools_MoreVolumesThanAreListed_TheRestIsCountedAndSaidOnce()
    {
        string path = Directory.CreateDirectory(Path.Combine(TestbedHost.SharedDirectory, "crowd")).FullName;
        for (int i = 0; i < VolumeInfo.MostOfPool + 3; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(path, $"v{i:D5}"), [1], Token);
        }

        await Host.VirshAsync("pool-create-as", "crowd", "dir", "--target", path);
        List<string> notes = [];
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host, note: notes.Add);
        await hypervisor.StartAsync(Token);
        string[] read = await VolumesAsync(hypervisor, VolumeInfo.MostOfPool);
        Assert.Equal(("v00000 1 ", "v00999 1 "), (read[0][..9], read[^1][..9]));
        SampleSet samples = await NextAsync(hypervisor, SubjectKind.Pool);
        SampleTable pools = samples.Find(SubjectKind.Pool)!;
        Assert.Equal((1_003, 3), (pools.Get(0, Metric.PoolVolumes), pools.Get(0, Metric.PoolVolumesLeftOut)));
        await NextAsync(hypervisor, SubjectKind.Volume);
        Assert.Equal("pool crowd has too many volumes: the last 3 by name are only counted", Assert.Single(notes));
        await Host.VirshAsync("pool-destroy", "crowd");
        Directory.Delete(path, recursive: true);
    }

    /// <summary>Whether the pool works and its volumes, from the next sample that has a reading of it.</summary>
    private static async Task<(long? Active, long? Volumes)> PoolAsync(LibvirtHypervisor hypervisor)
    {
        SampleTable pools = (await NextAsync(hypervisor, SubjectKind.Pool)).Find(SubjectKind.Pool)!;
        return (pools.Get(0, Metric.PoolActive), pools.Get(0, Metric.PoolVolumes));
    }

    private static async Task<SampleSet> NextAsync(LibvirtHypervisor hypervisor, SubjectKind kind)
    {
        var samples = new SampleSet();
        while (samples.Find(kind) is null)
        {
            samples.Reset();
            await hypervisor.SampleSlowAsync(samples, Token);
        }

        return samples;
    }

    /// <summary>Name, size and use of each volume, from the next sample that has so many.</summary>
    private static async Task<string[]> VolumesAsync(LibvirtHypervisor hypervisor, int count)
    {
        SampleTable table;
        do
        {
            table = (await NextAsync(hypervisor, SubjectKind.Volume)).Find(SubjectKind.Volume)!;
        }
        while (table.RowCount != count || hypervisor.Inventory.Volumes.Length != count);

        Dictionary<int, string> names = hypervisor.Inventory.Volumes.ToDictionary(volume => volume.Index, volume => volume.Name);
        return [.. Enumerable.Range(0, count).Select(row =>
            $"{names[table.Subjects[row]]} {table.Get(row, Metric.VolumeCapacity)} {table.Get(row, Metric.VolumeAllocation)}")];
    }
}
