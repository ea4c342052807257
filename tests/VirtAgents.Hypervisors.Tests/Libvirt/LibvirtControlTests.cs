using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>What is done to real VMs; virsh, the kernel and the guests are asked whether it was.</summary>
[Collection("testbed")]
[Trait("needs", "libvirt")]
public sealed partial class LibvirtControlTests(LibvirtBed bed) : IClassFixture<LibvirtBed>
{
    private const int Limit = 300_000;

    /// <summary>A VM whose guest works as hard as it may.</summary>
    private const string Busy = "busy";

    /// <summary>A VM whose guest obeys nothing.</summary>
    private const string Mule = "mule";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestbedHost Host => bed.Host;

    [Fact(Timeout = Limit)]
    public async Task Reboots_BusyVm_TheGuestBootsAgain()
    {
        await RunBusyAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        foreach (DirectiveKind kind in new[] { DirectiveKind.Reset, DirectiveKind.Reboot })
        {
            // A guest that did not boot is up for what it was before and the time since; how long booting takes is the machine's affair.
            Assert.True(await UptimeAsync(Busy) > 0);
            long ordered = TimeProvider.System.GetTimestamp();
            await DoneAsync(control, kind, Busy);
            double up = await UptimeAsync(Busy), since = TimeProvider.System.GetElapsedTime(ordered).TotalSeconds;
            Assert.True(up < since, $"{kind}: up for {up} s, {since} s after the order");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task SaveThenRestore_BusyVm_TheGuestGoesOn()
    {
        await RunBusyAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        double before = await UptimeAsync(Busy);
        await DoneAsync(control, DirectiveKind.Save, Busy);
        Assert.Equal(VmState.ShutOff, await bed.StateOfAsync(await bed.IdOfAsync(Busy)));
        Assert.Contains("yes", await InfoAsync(Busy, "Managed save"), StringComparison.Ordinal);
        await DoneAsync(control, DirectiveKind.Restore, Busy);
        Assert.True(await UptimeAsync(Busy) > before);
        Assert.Contains("no", await InfoAsync(Busy, "Managed save"), StringComparison.Ordinal);
        Assert.Equal(RefusalReason.WrongState, (await CheckAsync(control, DirectiveKind.Restore, Busy)).Refusal);
    }

    [Fact(Timeout = Limit)]
    public async Task SetCpuQuota_BusyVm_HoldsItsCpuTimeDown()
    {
        await RunBusyAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        await DoneAsync(control, DirectiveKind.SetCpuQuota, Busy, ("percent", "20"));
        Assert.Contains("20000", await Host.VirshAsync("schedinfo", Busy), StringComparison.Ordinal);
        await IsHeldToAsync(Busy, percent: 20);
        await DoneAsync(control, DirectiveKind.SetCpuQuota, Busy, ("percent", "0"));
        Assert.DoesNotContain("vcpu_quota     : 20000", await Host.VirshAsync("schedinfo", Busy), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Resources_BusyVm_AreAsVirshShowsThem()
    {
        await RunBusyAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        await DoneAsync(control, DirectiveKind.SetMemory, Busy, ("memory_bytes", $"{80 << 20}"));
        Assert.Contains("81920", await InfoAsync(Busy, "Used memory"), StringComparison.Ordinal);
        await DoneAsync(control, DirectiveKind.SetCpuShare, Busy, ("share", "512"));
        Assert.Matches(@"cpu_shares\s*: (512|50)\b", await Host.VirshAsync("schedinfo", Busy));
        await DoneAsync(control, DirectiveKind.Pin, Busy, ("vcpu", "0"), ("cpus", "0"));
        Assert.Matches(@"0\s+0\s*$", (await Host.VirshAsync("vcpupin", Busy, "--vcpu", "0")).TrimEnd());
        await DoneAsync(control, DirectiveKind.SetDiskLimit, Busy, ("disk", "vda"), ("total_iops", "100"), ("total_bytes_per_second", "131072"));
        Assert.Matches(@"total_bytes_sec:\s*131072", await Host.VirshAsync("blkdeviotune", Busy, "vda"));
        await DoneAsync(control, DirectiveKind.SetDiskLimit, Busy, ("disk", "vda"), ("total_bytes_per_second", "0"));
        string limits = await Host.VirshAsync("blkdeviotune", Busy, "vda");
        Assert.Matches(@"total_bytes_sec:\s*0\b", limits);
        Assert.Matches(@"total_iops_sec\s*:\s*100\b", limits);
    }

    [Fact(Timeout = Limit)]
    public async Task SetVcpus_MoreThenFewer_AddsAndThenIsUnsupported()
    {
        await RunBusyAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        await DoneAsync(control, DirectiveKind.SetVcpus, Busy, ("vcpus", "2"));
        Assert.Equal("2", (await Host.VirshAsync("vcpucount", Busy, "--current", "--live")).Trim());
        Assert.Equal(RefusalReason.Unsupported, (await CheckAsync(control, DirectiveKind.SetVcpus, Busy, ("vcpus", "1"))).Refusal);
        Assert.Equal(RefusalReason.BadParameter, (await CheckAsync(control, DirectiveKind.SetVcpus, Busy, ("vcpus", "3"))).Refusal);
    }

    [Fact(Timeout = Limit)]
    public async Task SetLink_DownAndUp_HoldsForThisRunAndTheNext()
    {
        await RunMuleAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        string mac = (await Host.VirshAsync("domiflist", Mule)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Single(word => word.Contains(':', StringComparison.Ordinal));
        foreach (string state in new[] { "down", "up" })
        {
            await DoneAsync(control, DirectiveKind.SetLink, Mule, ("mac", mac), ("state", state));
            Assert.Contains(state, await Host.VirshAsync("domif-getlink", Mule, mac), StringComparison.Ordinal);
            Assert.Contains(state, await Host.VirshAsync("domif-getlink", Mule, mac, "--config"), StringComparison.Ordinal);
        }

        Assert.Equal(RefusalReason.UnknownTarget, (await CheckAsync(control, DirectiveKind.SetLink, Mule, ("mac", "52:54:00:00:00:00"), ("state", "up"))).Refusal);
    }

    [Fact(Timeout = Limit)]
    public async Task Shutdown_GuestDoesNotObey_FailsUnlessForced()
    {
        await RunMuleAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        VmId vm = await bed.IdOfAsync(Mule);
        ControlOutcome asked = await CarryOutAsync(control, DirectiveKind.Shutdown, Mule, ("grace_seconds", "1"));
        Assert.Equal((DirectiveState.Failed, VmState.Running), (asked.State, await bed.StateOfAsync(vm)));
        ControlOutcome forced = await CarryOutAsync(control, DirectiveKind.Shutdown, Mule, ("grace_seconds", "1"), ("force", "true"));
        Assert.Equal((DirectiveState.Done, VmState.ShutOff), (forced.State, await bed.StateOfAsync(vm)));
        Assert.Contains("by force", forced.Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Destroy_HungVm_IsUnknownAndNothingIsDone()
    {
        await RunMuleAsync();
        await using var control = new LibvirtControl(new LibvirtControlOptions { Uri = Host.Uri, LookTimeout = TimeSpan.FromSeconds(2) }, TimeProvider.System);
        await control.ProbeAsync(Token);
        await Host.SignalQemuAsync(Mule, "STOP", Token);
        try
        {
            ControlCheck check = await CheckAsync(control, DirectiveKind.Destroy, Mule);
            Assert.Equal(RefusalReason.UnknownState, check.Refusal);
            ControlOutcome outcome = await control.CarryOutAsync(await OrderAsync(DirectiveKind.Destroy, Mule), ControlEvidence.None, _ => { }, Token);
            Assert.Equal(DirectiveState.Failed, outcome.State);
            Assert.Contains("nothing was done", outcome.Detail, StringComparison.Ordinal);
        }
        finally
        {
            await Host.SignalQemuAsync(Mule, "CONT", Token);
        }

        Assert.Equal(VmState.Running, await bed.StateOfAsync(await bed.IdOfAsync(Mule)));
    }

    [Fact(Timeout = Limit)]
    public async Task CheckAsync_LibvirtIsAway_IsUnknownUntilItIsBack()
    {
        await RunMuleAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        DirectiveOrder order = await OrderAsync(DirectiveKind.Destroy, Mule);
        Assert.Equal(RefusalReason.None, (await control.CheckAsync(order, Token)).Refusal);
        await Host.KillDaemonAsync(Token);
        Assert.Equal(RefusalReason.UnknownState, (await control.CheckAsync(order, Token)).Refusal);
        await Host.StartDaemonAsync(Token);
        Assert.Equal(RefusalReason.None, (await control.CheckAsync(order, Token)).Refusal);
    }

    [Fact(Timeout = Limit)]
    public async Task Connection_NotUsedForAWhile_IsClosedAndOpenedAgain()
    {
        await RunMuleAsync();
        await using var control = new LibvirtControl(
            new LibvirtControlOptions { Uri = Host.Uri, IdleTime = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);
        await control.ProbeAsync(Token);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (control.IsConnected)
        {
            Assert.True(await poll.WaitForNextTickAsync(Token));
        }

        Assert.Equal(RefusalReason.None, (await CheckAsync(control, DirectiveKind.Destroy, Mule)).Refusal);
    }

    private static double Seconds(string state) =>
        double.Parse(state.Split(' ').Single(word => word.StartsWith("up=", StringComparison.Ordinal))[3..], CultureInfo.InvariantCulture);

    /// <summary>
    /// The only vCPU of a VM is stopped by the kernel again and again, each time after it had its quota of the period, and gets no more than that. How often it gets
    /// so far is the machine's affair. The quota is about that alone, not about the rest of the process.
    /// </summary>
    private async Task IsHeldToAsync(string vm, int percent)
    {
        const int stops = 50, period = 100_000_000;
        long first = await StopsAsync(vm);
        (long start, long before) = (TimeProvider.System.GetTimestamp(), await VcpuNanosecondsAsync(vm));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (await StopsAsync(vm) < first + stops)
        {
            Assert.True(await poll.WaitForNextTickAsync(Token));
        }

        long used = await VcpuNanosecondsAsync(vm) - before;
        Assert.InRange(100 * used / TimeProvider.System.GetElapsedTime(start).TotalNanoseconds, 0, percent + 5);
        Assert.InRange(used, stops * (period / 100L) * percent * 3 / 4, long.MaxValue);
    }

    /// <summary>How often the kernel has stopped the vCPU of a VM at its quota.</summary>
    private async Task<long> StopsAsync(string vm)
    {
        string stops = await Host.InHostAsync("sh", "-c", $"find /sys/fs/cgroup -path '*{vm}*/vcpu0/cpu.stat' -exec sed -n 's/^nr_throttled //p' {{}} +");
        return long.Parse(stops.Trim(), CultureInfo.InvariantCulture);
    }

    private async Task<long> VcpuNanosecondsAsync(string vm)
    {
        const string key = "vcpu.0.time=";
        string line = (await Host.VirshAsync("domstats", "--vcpu", vm)).Split('\n', StringSplitOptions.TrimEntries).Single(l => l.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line[key.Length..], CultureInfo.InvariantCulture);
    }

    private async Task<double> UptimeAsync(string vm) => Seconds(await Host.VmCommandAsync(vm, "state", Token));

    private async Task<string> InfoAsync(string vm, string field) =>
        (await Host.VirshAsync("dominfo", vm)).Split('\n').Single(line => line.StartsWith(field, StringComparison.Ordinal));

    private async Task RunBusyAsync()
    {
        if (!(await Host.VirshAsync("list", "--name")).Split('\n').Contains(Busy))
        {
            await Host.StartVmAsync(Busy, new TestVmOptions { MaxVcpus = 2, Load = "va.cpu=100" }, Token);
        }
    }

    private async Task RunMuleAsync()
    {
        if (!(await Host.VirshAsync("list", "--name")).Split('\n').Contains(Mule))
        {
            await Host.StartVmAsync(Mule, new TestVmOptions { Halted = true }, Token);
        }
    }

    private async Task<DirectiveOrder> OrderAsync(DirectiveKind kind, string vm, params (string Name, string Text)[] parameters) => new(
        Guid.NewGuid(), 1, 0, kind, vm.Length > 0 ? await bed.IdOfAsync(vm) : default,
        parameters.ToImmutableSortedDictionary(p => p.Name, p => p.Text, StringComparer.Ordinal), "test", false);

    private async Task<ControlCheck> CheckAsync(LibvirtControl control, DirectiveKind kind, string vm, params (string, string)[] parameters)
    {
        ControlCheck check = await control.CheckAsync(await OrderAsync(kind, vm, parameters), Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {check.Refusal}: {check.Detail} [{check.Before.Text}]");
        return check;
    }

    private async Task<ControlOutcome> CarryOutAsync(LibvirtControl control, DirectiveKind kind, string vm, params (string, string)[] parameters)
    {
        DirectiveOrder order = await OrderAsync(kind, vm, parameters);
        Assert.Empty(DirectiveCatalogue.Find(kind)!.ProblemsWith(order.Parameters));
        ControlCheck check = await control.CheckAsync(order, Token);
        Assert.True(check.IsPossible, $"{check.Refusal}: {check.Detail}");
        ControlOutcome outcome = await control.CarryOutAsync(order, check.Before, _ => { }, Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {check.Detail} [{check.Before.Text}] -> {outcome.State}: {outcome.Detail}");
        return outcome;
    }

    private async Task DoneAsync(LibvirtControl control, DirectiveKind kind, string vm, params (string, string)[] parameters)
    {
        ControlOutcome outcome = await CarryOutAsync(control, kind, vm, parameters);
        Assert.True(outcome.State == DirectiveState.Done, outcome.Detail);
    }
}
