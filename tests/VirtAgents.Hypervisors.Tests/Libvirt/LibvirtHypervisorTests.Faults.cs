using System.Diagnostics;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>Hung VMs, lost daemons and migrations.</summary>
public sealed partial class LibvirtHypervisorTests
{
    private static readonly string[] Four = ["four1", "four2", "four3", "four4"];

    [Fact(Timeout = Limit)]
    public async Task Stuck_OneOfFourStopped_IsFoundInTimeAndTheOthersStayFresh()
    {
        await StartFourAsync();
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        await Host.SignalQemuAsync("four2", "STOP", Token);
        try
        {
            var watch = Stopwatch.StartNew();
            HostEvent stuck = await log.NextAsync(HostEventKind.VmStuck);
            Assert.Equal(("four2", VmState.Stuck, VmStateReason.MonitorBlocked), (stuck.VmName, stuck.State, stuck.Reason));
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));

            await AssertOthersFreshAsync(hypervisor, "four2");
            log.Clear();
            hypervisor.RepeatStates();
            await log.NextAsync(HostEventKind.HypervisorRestored);
            Assert.Equal(
                ["four1 Running", "four2 Stuck", "four3 Running", "four4 Running"],
                log.All.Where(happened => Four.Contains(happened.VmName)).Select(happened => $"{happened.VmName} {happened.State}").Order());
        }
        finally
        {
            await Host.SignalQemuAsync("four2", "CONT", Token);
        }

        HostEvent healed = await log.NextAsync(HostEventKind.VmUnstuck);
        Assert.Equal(("four2", VmState.Running), (healed.VmName, healed.State));
        (SampleTable vms, int row) = await SlowRowAsync(hypervisor, "four2");
        Assert.Equal((long)VmState.Running, vms.Get(row, Metric.VmStateCode));
        Assert.Null(vms.Get(row, Metric.VmStuckSince));
        Assert.NotNull(vms.Get(row, Metric.VmVcpuTime));
        Assert.Equal(0, hypervisor.AbandonedThreadCount);
    }

    [Fact(Timeout = Limit)]
    public async Task Stuck_BulkCallIsFirstToWait_FindsItAndGoesAround()
    {
        await StartFourAsync();
        LibvirtOptions options = LibvirtBed.OptionsFor(Host) with { HungProbeInterval = TimeSpan.FromMinutes(1), HungAfter = TimeSpan.FromSeconds(2) };
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host, options);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        await Host.SignalQemuAsync("four3", "STOP", Token);
        try
        {
            var watch = Stopwatch.StartNew();
            await AssertOthersFreshAsync(hypervisor, "four3");
            Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(2), options.SlowDeadline + TimeSpan.FromSeconds(5));
            Assert.Equal("four3", (await log.NextAsync(HostEventKind.VmStuck)).VmName);
            Assert.Equal(1, hypervisor.AbandonedThreadCount);
        }
        finally
        {
            await Host.SignalQemuAsync("four3", "CONT", Token);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Loss_DaemonKilledAndVmDiesMeanwhile_IsUnknownThenACrash()
    {
        await StartFourAsync();
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        log.Clear();
        await Host.KillDaemonAsync(Token);
        try
        {
            HostEvent lost = await log.NextAsync(HostEventKind.HypervisorLost);
            Assert.Equal(VmStateReason.HypervisorLost, lost.Reason);
            await AssertOnlyProcessesAreSampledAsync(hypervisor);
            await Host.SignalQemuAsync("four4", "KILL", Token);
            HostEvent exited = await log.NextAsync(HostEventKind.VmProcessExited, "four4");
            Assert.Equal((VmState.Unknown, VmStateReason.ProcessExited), (exited.State, exited.Reason));
            Assert.Contains("signal 9", exited.Evidence, StringComparison.Ordinal);
        }
        finally
        {
            await Host.StartDaemonAsync(Token);
        }

        await log.NextAsync(HostEventKind.HypervisorRestored);
        HostEvent crashed = Assert.Single(log.All, happened => happened.Kind == HostEventKind.VmCrashed);
        Assert.Equal(("four4", VmState.Crashed, VmStateReason.Crashed), (crashed.VmName, crashed.State, crashed.Reason));
        Dictionary<string, VmState> observed = log.All
            .Where(happened => happened.Kind == HostEventKind.VmObserved).ToDictionary(happened => happened.VmName, happened => happened.State);
        Assert.Equal(hypervisor.Inventory.Vms.Select(vm => vm.Name).Order(), observed.Keys.Order());
        Assert.All(Four[..3], vm => Assert.Equal(VmState.Running, observed[vm]));
        Assert.Equal(VmState.Crashed, observed["four4"]);
        (SampleTable vms, int row) = await SlowRowAsync(hypervisor, "four1");
        Assert.Equal((long)VmState.Running, vms.Get(row, Metric.VmStateCode));
    }

    [Fact(Timeout = Limit)]
    public async Task Loss_DaemonStandsStill_IsLostByKeepAlive()
    {
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        await Host.InHostAsync("pkill", "-STOP", "libvirtd");
        try
        {
            await log.NextAsync(HostEventKind.HypervisorLost);
            log.Clear();
            hypervisor.RepeatStates();
            await log.NextAsync(HostEventKind.HypervisorLost);
            Assert.Equal(hypervisor.Inventory.Vms.Length, log.All.Count(happened => happened.Kind == HostEventKind.VmObserved));
            Assert.All(log.All, happened => Assert.Equal((VmState.Unknown, VmStateReason.HypervisorLost), (happened.State, happened.Reason)));
        }
        finally
        {
            await Host.InHostAsync("pkill", "-CONT", "libvirtd");
        }

        await log.NextAsync(HostEventKind.HypervisorRestored);
    }

    [Fact(Timeout = Limit)]
    public async Task StartAsync_NoDaemon_ReturnsAndRecoversLater()
    {
        await Host.StopDaemonAsync(Token);
        await using LibvirtHypervisor hypervisor = LibvirtBed.Create(Host);
        var log = new EventLog(hypervisor);
        await hypervisor.StartAsync(Token);
        await log.NextAsync(HostEventKind.HypervisorLost);

        await Host.StartDaemonAsync(Token);
        await log.NextAsync(HostEventKind.HypervisorRestored);

        Assert.Equal(hypervisor.Inventory.Vms.Length, log.All.Count(happened => happened.Kind == HostEventKind.VmObserved));
        Assert.DoesNotContain(log.All, happened => happened.Kind == HostEventKind.VmCrashed);
    }

    [Fact(Timeout = Limit)]
    public async Task Migration_ToAnotherHost_IsOneArrivalAndOneDeparture()
    {
        await using TestbedHost second = await TestbedHost.StartAsync("lvtwo", Token);
        await Host.StartVmAsync("mover", null, Token);
        await using LibvirtHypervisor source = LibvirtBed.Create(Host);
        await using LibvirtHypervisor target = LibvirtBed.Create(second);
        (EventLog from, EventLog to) = (new EventLog(source), new EventLog(target));
        await source.StartAsync(Token);
        await target.StartAsync(Token);

        await Host.VirshAsync("migrate", "--live", "--p2p", "--persistent", "--undefinesource", "--unsafe", "mover", second.TcpUri);
        HostEvent arrived = await to.NextAsync(HostEventKind.VmMigratedIn, "mover");
        HostEvent left = await from.NextAsync(HostEventKind.VmMigratedOut, "mover");

        Assert.Equal((VmState.Running, VmStateReason.Migrated), (arrived.State, arrived.Reason));
        Assert.Equal((VmState.MigratedAway, VmStateReason.Migrated), (left.State, left.Reason));
        Assert.Equal(arrived.Vm, left.Vm);
        Assert.Equal([HostEventKind.VmMigratedIn], to.KindsOf("mover"));
        Assert.Equal([HostEventKind.VmMigratedOut], from.KindsOf("mover"));
        Assert.Contains(target.Inventory.Vms, vm => vm.Id == arrived.Vm);
        (SampleTable vms, int row) = await SlowRowAsync(target, "mover");
        Assert.Equal((long)VmState.Running, vms.Get(row, Metric.VmStateCode));
        await second.VirshAsync("destroy", "mover");
    }

    private static async Task AssertOnlyProcessesAreSampledAsync(LibvirtHypervisor hypervisor)
    {
        var samples = new SampleSet();
        await hypervisor.SampleSlowAsync(samples, Token);
        Assert.Null(samples.Find(SubjectKind.Vm));
        samples.Reset();
        await hypervisor.SampleFastAsync(samples, Token);
        int[] sampled = samples.Find(SubjectKind.Vm)!.Subjects.ToArray();
        Assert.All(Four, vm => Assert.Contains(IndexOf(hypervisor, vm), sampled));
    }

    private async Task StartFourAsync()
    {
        foreach (string vm in Four)
        {
            await bed.RunVmAsync(vm, Token);
        }
    }

    private static async Task AssertOthersFreshAsync(LibvirtHypervisor hypervisor, string stuck)
    {
        SampleSet samples = await SlowAsync(hypervisor);
        SampleTable vms = samples.Find(SubjectKind.Vm)!;
        SampleTable disks = samples.Find(SubjectKind.VmDisk)!;
        foreach (string vm in Four)
        {
            VmInfo info = hypervisor.Inventory.Vms.Single(known => known.Name == vm);
            int row = vms.Subjects.IndexOf(info.Index);
            int disk = disks.Subjects.IndexOf(info.Disks[0].Index);
            Assert.Equal((long)(vm == stuck ? VmState.Stuck : VmState.Running), vms.Get(row, Metric.VmStateCode));
            Assert.Equal(vm == stuck, vms.Get(row, Metric.VmStuckSince) is not null);
            Assert.NotNull(vms.Get(row, Metric.VmVcpuTime)); // libvirt has it from the kernel
            Assert.Equal(vm != stuck, disk >= 0 && disks.Get(disk, Metric.DiskReads) is not null); // only the monitor has it
        }
    }
}
