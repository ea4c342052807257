using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Tests.Contract;

/// <summary>What every adapter keeps. Deriving classes give it a host with at least one running VM that has a disk, and a pool with a volume.</summary>
public abstract class HypervisorContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A reachable host, not started yet; the suite disposes it.</summary>
    protected abstract Task<IHypervisor> CreateAsync();

    /// <summary>Lets some time of the host pass, so that counters move.</summary>
    protected abstract Task PassTimeAsync();

    /// <summary>Whether there is a process, and so a fast sample, behind the running VMs.</summary>
    protected virtual bool HasFastVmFigures => true;

    [Fact]
    public Task StartAsync_ReachableHost_InventoryIsCompleteAndEachVmIsTold() => OnHostAsync(async (host, token) =>
    {
        Assert.NotEqual(default, host.Inventory.Host.Id);
        Assert.NotEmpty(host.Inventory.Host.Name);
        Assert.True(host.Inventory.Version > 0);
        Assert.NotEmpty(host.Inventory.Vms);
        HashSet<VmId> told = [];
        while (told.Count < host.Inventory.Vms.Length)
        {
            HostEvent happened = await host.Events.ReadAsync(token);
            if (happened.Kind == HostEventKind.VmObserved)
            {
                told.Add(happened.Vm!.Value);
                Assert.NotEqual(VmState.Unknown, happened.State);
            }
        }

        Assert.Equal(host.Inventory.Vms.Select(vm => vm.Id).ToHashSet(), told);
    });

    [Fact]
    public Task RepeatStates_ReachableHost_TellsEachVmOnceAndThatTheHypervisorIsThere() => OnHostAsync(async (host, token) =>
    {
        while (host.Events.TryRead(out _))
        {
        }

        host.RepeatStates();
        List<HostEvent> told = [];
        do
        {
            told.Add(await host.Events.ReadAsync(token));
        }
        while (told[^1].Kind != HostEventKind.HypervisorRestored);

        HostEvent[] observed = [.. told.Where(happened => happened.Kind == HostEventKind.VmObserved)];
        Assert.Equal(host.Inventory.Vms.Select(vm => vm.Id), observed.Select(happened => happened.Vm!.Value));
        Assert.All(observed, happened => Assert.NotEqual(VmState.Unknown, happened.State));
    });

    [Fact]
    public Task Inventory_Indexes_AreUniqueAndNotThoseOfTheHost() => OnHostAsync((host, _) =>
    {
        List<int> indexes = Indexes(host.Inventory).Select(pair => pair.Index).ToList();
        Assert.Equal(indexes.Count, indexes.Distinct().Count());
        Assert.DoesNotContain(Inventory.HostIndex, indexes);
        return Task.CompletedTask;
    });

    [Fact]
    public Task Samples_EverySubject_IsInTheInventoryAndOfItsKind() => OnHostAsync(async (host, token) =>
    {
        foreach (SampleSet samples in new[] { await FastAsync(host, token), await SlowAsync(host, token) })
        {
            HashSet<(SubjectKind, int)> known = [.. Indexes(host.Inventory), (SubjectKind.Host, 0), (SubjectKind.Agent, 0)];
            for (int t = 0; t < samples.TableCount; t++)
            {
                List<int> subjects = [.. samples[t].Subjects];
                Assert.Equal(subjects.Count, subjects.Distinct().Count());
                Assert.All(subjects, subject => Assert.Contains((samples[t].Kind, subject), known));
                Assert.All(samples[t].Metrics.ToArray(), metric => Assert.Equal(samples[t].Kind, MetricCatalogue.Find(metric)!.Kind));
            }
        }
    });

    [Fact]
    public Task SampleSlowAsync_RunningVm_HasStateAndDisks() => OnHostAsync(async (host, token) =>
    {
        SampleSet samples = await SlowAsync(host, token);
        SampleTable vms = samples.Find(SubjectKind.Vm)!;
        List<int> running = [.. Enumerable.Range(0, vms.RowCount).Where(row => vms.Get(row, Metric.VmStateCode) == (long)VmState.Running)];
        Assert.NotEmpty(running);
        VmInfo vm = host.Inventory.Vms.First(vm => vms.Subjects[running[0]] == vm.Index);
        Assert.True(vms.Get(running[0], Metric.VmVcpuCount) > 0);
        SampleTable disks = samples.Find(SubjectKind.VmDisk)!;
        Assert.Contains(vm.Disks[0].Index, disks.Subjects.ToArray());
        Assert.True(disks.Get(disks.Subjects.IndexOf(vm.Disks[0].Index), Metric.DiskCapacity) > 0);
    });

    [Fact]
    public Task SampleSlowAsync_PoolWithVolumes_TellsSizeAndUseOfEach() => OnHostAsync(async (host, token) =>
    {
        SampleTable volumes = await VolumesAsync(host, token);
        Assert.Equal(host.Inventory.Volumes.Select(volume => volume.Index), volumes.Subjects.ToArray());
        Assert.NotEmpty(host.Inventory.Volumes);
        Assert.All(host.Inventory.Volumes, volume => Assert.Contains(host.Inventory.Pools, pool => pool.Name == volume.Pool));
        Assert.All(Enumerable.Range(0, volumes.RowCount), row => Assert.True(volumes.Get(row, Metric.VolumeCapacity) > 0));
        Assert.All(Enumerable.Range(0, volumes.RowCount), row => Assert.True(volumes.Get(row, Metric.VolumeAllocation) >= 0));
    });

    [Fact]
    public Task SampleFastAsync_TimePasses_CountersGrow() => OnHostAsync(async (host, token) =>
    {
        SampleSet before = await FastAsync(host, token);
        await PassTimeAsync();
        SampleSet after = await FastAsync(host, token);
        Assert.True(Sum(after, SubjectKind.Host, Metric.HostUptime) > Sum(before, SubjectKind.Host, Metric.HostUptime));
        if (HasFastVmFigures)
        {
            Assert.True(Sum(after, SubjectKind.Vm, Metric.VmCpuTime) >= Sum(before, SubjectKind.Vm, Metric.VmCpuTime));
            Assert.True(Sum(after, SubjectKind.Vm, Metric.VmMemoryRss) > 0);
        }
    });

    [Fact]
    public Task Samples_BothTiersAtOnce_Succeed() => OnHostAsync(async (host, token) =>
    {
        Task<SampleSet> slow = SlowAsync(host, token);
        for (int i = 0; i < 10; i++)
        {
            Assert.NotNull((await FastAsync(host, token)).Find(SubjectKind.Host));
        }

        Assert.NotNull((await slow).Find(SubjectKind.Vm));
    });

    [Fact]
    public Task Inventory_NothingChanges_KeepsItsVersion() => OnHostAsync(async (host, token) =>
    {
        _ = await VolumesAsync(host, token); // they may be found after the start
        long version = host.Inventory.Version;
        _ = await SlowAsync(host, token);
        _ = await FastAsync(host, token);
        Assert.Equal(version, host.Inventory.Version);
    });

    [Fact]
    public async Task DisposeAsync_Started_CompletesEvents()
    {
        using var limit = new CancellationTokenSource(Patience);
        IHypervisor host = await CreateAsync();
        await host.StartAsync(limit.Token);
        await host.DisposeAsync().AsTask().WaitAsync(limit.Token);
        await foreach (HostEvent _ in host.Events.ReadAllAsync(limit.Token))
        {
        }

        Assert.True(host.Events.Completion.IsCompleted);
    }

    private static IEnumerable<(SubjectKind Kind, int Index)> Indexes(Inventory inventory) =>
    [
        .. inventory.Vms.Select(vm => (SubjectKind.Vm, vm.Index)),
        .. inventory.Vms.SelectMany(vm => vm.Disks).Select(disk => (SubjectKind.VmDisk, disk.Index)),
        .. inventory.Vms.SelectMany(vm => vm.Interfaces).Select(card => (SubjectKind.VmInterface, card.Index)),
        .. inventory.Pools.Select(pool => (SubjectKind.Pool, pool.Index)),
        .. inventory.Volumes.Select(volume => (SubjectKind.Volume, volume.Index)),
        .. inventory.Devices.Select(device => (device.Kind, device.Index)),
    ];

    private static async Task<SampleSet> FastAsync(IHypervisor host, CancellationToken token)
    {
        var samples = new SampleSet();
        await host.SampleFastAsync(samples, token);
        return samples;
    }

    private static async Task<SampleSet> SlowAsync(IHypervisor host, CancellationToken token)
    {
        var samples = new SampleSet();
        await host.SampleSlowAsync(samples, token);
        return samples;
    }

    private static async Task<SampleTable> VolumesAsync(IHypervisor host, CancellationToken token)
    {
        while (true)
        {
            token.ThrowIfCancellationRequested();
            if ((await SlowAsync(host, token)).Find(SubjectKind.Volume) is { } volumes)
            {
                return volumes;
            }
        }
    }

    private static long Sum(SampleSet samples, SubjectKind kind, MetricId metric)
    {
        SampleTable table = samples.Find(kind)!;
        return Enumerable.Range(0, table.RowCount).Sum(row => table.Get(row, metric) ?? 0);
    }

    private async Task OnHostAsync(Func<IHypervisor, CancellationToken, Task> test)
    {
        using var limit = new CancellationTokenSource(Patience);
        await using IHypervisor host = await CreateAsync();
        await host.StartAsync(limit.Token);
        await test(host, limit.Token).WaitAsync(limit.Token);
    }
}
