using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>What happens to real VMs, and what the adapter says of it.</summary>
[Collection("testbed")]
[Trait("needs", "libvirt")]
public sealed partial class LibvirtHypervisorTests(LibvirtBed bed) : IClassFixture<LibvirtBed>, IAsyncLifetime
{
    private const int Limit = 300_000;
    private static readonly TestVmOptions Unbooted = new() { WaitUntilBooted = false };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestbedHost Host => bed.Host;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Ends what a test left running, so that the next one has the machine to itself.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (string vm in (await Host.VirshAsync("list", "--name")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await Host.VirshAsync("destroy", vm);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Events_StartKillStartDestroy_AreToldOnceEach()
    {
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        await Host.StartVmAsync("life", Unbooted, Token);
        HostEvent started = await log.NextAsync(HostEventKind.VmStarted, "life");
        VmInfo vm = Assert.Single(hypervisor.Inventory.Vms, vm => vm.Name == "life");
        Assert.Equal(vm.Id, started.Vm);

        await Host.SignalQemuAsync("life", "KILL", Token);
        HostEvent crashed = await log.NextAsync(HostEventKind.VmCrashed, "life");
        Assert.Equal((VmState.Crashed, VmStateReason.Crashed), (crashed.State, crashed.Reason));

        await Host.VirshAsync("start", "life");
        await log.NextAsync(HostEventKind.VmStarted, "life");
        await Host.VirshAsync("destroy", "life");
        HostEvent stopped = await log.NextAsync(HostEventKind.VmStopped, "life");
        Assert.Equal((VmState.ShutOff, VmStateReason.Destroyed), (stopped.State, stopped.Reason));

        await Host.VirshAsync("undefine", "life");
        await log.NextAsync(HostEventKind.VmUndefined, "life");
        await IsGoneAsync(hypervisor, "life");
        Assert.Equal(
            [
                HostEventKind.VmDefined, HostEventKind.VmStarted, HostEventKind.VmCrashed, HostEventKind.VmStarted,
                HostEventKind.VmStopped, HostEventKind.VmUndefined,
            ],
            log.KindsOf("life"));
    }

    [Fact(Timeout = Limit)]
    public async Task Events_ResetThenOff_AreOneRebootAndACleanStop()
    {
        await Host.StartVmAsync("calm", null, Token);
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        await Host.VirshAsync("reset", "calm");
        await log.NextAsync(HostEventKind.VmRebooted, "calm");
        _ = await Host.VmCommandAsync("calm", "state", Token);

        await Host.InHostAsync("virsh", "-q", "shutdown", "calm");
        HostEvent stopped = await log.NextAsync(HostEventKind.VmStopped, "calm");

        Assert.Equal((VmState.ShutOff, VmStateReason.CleanShutdown), (stopped.State, stopped.Reason));
        Assert.Equal([HostEventKind.VmRebooted, HostEventKind.VmStopped], log.KindsOf("calm"));
    }

    [Fact(Timeout = Limit)]
    public async Task Events_SavedRestoredThenPanic_TellEachForWhatItIs()
    {
        await Host.StartVmAsync("panic", null, Token);
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        await Host.VirshAsync("managedsave", "panic");
        Assert.Equal(VmStateReason.Saved, (await log.NextAsync(HostEventKind.VmStopped, "panic")).Reason);
        await Host.VirshAsync("start", "panic");
        Assert.Equal(VmStateReason.Restored, (await log.NextAsync(HostEventKind.VmStarted, "panic")).Reason);

        _ = await Host.VmCommandAsync("panic", "panic", Token);
        HostEvent panicked = await log.NextAsync(HostEventKind.VmPanicked, "panic");
        HostEvent crashed = await log.NextAsync(HostEventKind.VmCrashed, "panic");

        Assert.Equal((VmState.Crashed, VmStateReason.Panicked), (panicked.State, panicked.Reason));
        Assert.Equal((VmState.Crashed, VmStateReason.Panicked), (crashed.State, crashed.Reason));
    }

    [Fact(Timeout = Limit)]
    public async Task Events_StorageFull_IsErrorAndPauseUntilThereIsSpace()
    {
        string storage = await Host.CreateSmallStorageAsync("tiny", 8, Token);
        await Host.InHostAsync("qemu-img", "create", "-q", "-f", "qcow2", $"{storage}/full.qcow2", "64M");
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        await Host.StartVmAsync("full", new() { Disk = $"{storage}/full.qcow2", Load = "va.disk=4096", WaitUntilBooted = false }, Token);

        HostEvent error = await log.NextAsync(HostEventKind.VmIoError, "full");
        HostEvent paused = await log.NextAsync(HostEventKind.VmPaused, "full");
        Assert.Equal(("vda", VmStateReason.NoSpace), (error.Device, error.Reason));
        Assert.Equal((VmState.Paused, VmStateReason.NoSpace), (paused.State, paused.Reason));
        (SampleTable vms, int row) = await SlowRowAsync(hypervisor, "full");
        Assert.Equal((long)VmState.Paused, vms.Get(row, Metric.VmStateCode));
        Assert.Equal((long)VmStateReason.NoSpace, vms.Get(row, Metric.VmStateReasonCode));

        await Host.GrowStorageAsync("tiny", 100, Token);
        await Host.VirshAsync("resume", "full");
        await log.NextAsync(HostEventKind.VmResumed, "full");
        await Host.VirshAsync("destroy", "full");
    }

    /// <summary>Requests move no VM that is off and of which it is unknown.</summary>
    [Fact(Timeout = Limit)]
    public async Task StartAsync_NoDefinitionsAreKept_WhetherVmsStartWithTheirHostIsKnown()
    {
        await Host.StartVmAsync("early", Unbooted, Token);
        await Host.VirshAsync("autostart", "early");
        await Host.StartVmAsync("late", Unbooted, Token);
        await Host.VirshAsync("destroy", "late");
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host, LibvirtBed.OptionsFor(Host) with { KeepsDefinitions = false });
        await hypervisor.StartAsync(Token);
        Assert.Equal([("early", true), ("late", false)], hypervisor.Inventory.Vms.Where(v => v.Name is "early" or "late").OrderBy(v => v.Name).Select(v => (v.Name, v.HasAutostart)));
        await Host.VirshAsync("autostart", "early", "--disable");
    }

    /// <summary>libvirt tells no event of it on the host that the VM leaves.</summary>
    [Fact(Timeout = Limit)]
    public async Task Recheck_DefinitionMovedWhileTheVmIsOff_IsToldOnceAndGone()
    {
        await using TestbedHost target = await TestbedHost.StartAsync("lvfar", Token);
        await Host.StartVmAsync("roam", Unbooted, Token);
        await Host.VirshAsync("destroy", "roam");
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        VmId vm = hypervisor.Inventory.Vms.Single(v => v.Name == "roam").Id;
        hypervisor.Recheck(vm);
        await Host.VirshAsync("migrate", "--offline", "--persistent", "--undefinesource", "--p2p", "roam", target.TcpUri);

        hypervisor.Recheck(vm);
        HostEvent gone = await log.NextAsync(HostEventKind.VmUndefined, "roam");
        Assert.Equal((VmState.Gone, VmStateReason.Undefined), (gone.State, gone.Reason));
        await IsGoneAsync(hypervisor, "roam");
        hypervisor.Recheck(vm);
        Assert.Equal([HostEventKind.VmUndefined], log.KindsOf("roam"));
    }

    [Fact(Timeout = Limit)]
    public async Task SampleSlowAsync_VmIsOff_HasItsStateAndNoCpuTime()
    {
        await Host.StartVmAsync("offvm", Unbooted, Token);
        await Host.VirshAsync("destroy", "offvm");
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        await hypervisor.StartAsync(Token);

        // What makes the filter necessary: libvirt has a CPU time for a domain that does not run.
        Assert.Contains("cpu.time=", await Host.VirshAsync("domstats", "--cpu-total", "offvm"), StringComparison.Ordinal);
        (SampleTable vms, int row) = await SlowRowAsync(hypervisor, "offvm");
        Assert.Equal((long)VmState.ShutOff, vms.Get(row, Metric.VmStateCode));
        MetricId[] state = [Metric.VmStateCode, Metric.VmStateReasonCode];
        Assert.All(vms.Metrics.ToArray().Except(state), metric => Assert.Null(vms.Get(row, metric)));
        var fast = new SampleSet();
        await hypervisor.SampleFastAsync(fast, Token);
        Assert.DoesNotContain(IndexOf(hypervisor, "offvm"), fast.Find(SubjectKind.Vm)?.Subjects.ToArray() ?? []);
    }

    /// <summary>Waits until the inventory has no such VM any more. It goes after its last event is told: an event names only what the inventory has.</summary>
    private static async Task IsGoneAsync(LibvirtHypervisor hypervisor, string vm)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (hypervisor.Inventory.Vms.Any(known => known.Name == vm))
        {
            Assert.True(await poll.WaitForNextTickAsync(Token));
        }
    }

    private static int IndexOf(LibvirtHypervisor hypervisor, string vm) => hypervisor.Inventory.Vms.Single(known => known.Name == vm).Index;

    /// <summary>A slow sample with VMs in it; on a busy machine libvirt may be later than the deadline now and then.</summary>
    private static async Task<SampleSet> SlowAsync(LibvirtHypervisor hypervisor)
    {
        var samples = new SampleSet();
        while (samples.Find(SubjectKind.Vm) is null)
        {
            samples.Reset();
            await hypervisor.SampleSlowAsync(samples, Token);
        }

        return samples;
    }

    private static async Task<(SampleTable Vms, int Row)> SlowRowAsync(LibvirtHypervisor hypervisor, string vm)
    {
        SampleTable vms = (await SlowAsync(hypervisor)).Find(SubjectKind.Vm)!;
        return (vms, vms.Subjects.IndexOf(IndexOf(hypervisor, vm)));
    }
}
