using System.Globalization;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Control;
using VirtAgents.Testbed;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>A limit of a disk is what its guest gets, and not only what libvirt shows.</summary>
public sealed partial class LibvirtControlTests
{
    private const int WriteBytes = 4096; // each write of the guest
    private const double Tolerance = 0.15;

    /// <summary>The guest cannot save up for a burst: QEMU grants a tenth of a second's work in advance, which goes before the window begins.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    [Fact(Timeout = Limit)]
    public async Task SetDiskLimit_GuestWritesAllItCan_HoldsRequestsAndBytes()
    {
        const string vm = "scribe";
        const int iops = 40, bytesPerSecond = 25 * WriteBytes;
        // 200 writes each second: a guest that rested after each such run would do so in every window.
        await Host.StartVmAsync(vm, new TestVmOptions { Load = "va.disk=800" }, Token);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        Assert.True((await DiskRatesAsync(vm)).Requests.Least > 2 * iops, "the guest is too slow for a limit to show");

        await DoneAsync(control, DirectiveKind.SetDiskLimit, vm, ("disk", "vda"), ("total_iops", $"{iops}"));
        AssertHolds(iops, (await DiskRatesAsync(vm)).Requests);

        // What is left out stays, so the lower limit of the two holds.
        await DoneAsync(control, DirectiveKind.SetDiskLimit, vm, ("disk", "vda"), ("total_bytes_per_second", $"{bytesPerSecond}"));
        AssertHolds(bytesPerSecond, (await DiskRatesAsync(vm)).Bytes);

        await DoneAsync(control, DirectiveKind.SetDiskLimit, vm, ("disk", "vda"), ("total_iops", "0"), ("total_bytes_per_second", "0"));
        Assert.True((await DiskRatesAsync(vm)).Requests.Least > 2 * iops, "the limits were taken back, and still hold");
        await Host.VirshAsync("destroy", vm);
    }

    [Fact(Timeout = Limit)]
    public async Task SetDiskLimit_SomebodyHasSetAnother_IsRefused()
    {
        await RunBusyAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        Task<ControlCheck> Throttle(string before) => CheckAsync(control, DirectiveKind.SetDiskLimit, Busy, ("disk", "vda"), ("total_iops", "50"), ("only_if_total_iops", before));
        await Host.VirshAsync("blkdeviotune", Busy, "vda", "--live", "--total-iops-sec", "0", "--total-bytes-sec", "0");
        Assert.True((await Throttle("0")).IsPossible);
        await Host.VirshAsync("blkdeviotune", Busy, "vda", "--live", "--total-iops-sec", "70");
        ControlCheck other = await Throttle("0");
        Assert.Equal((RefusalReason.WrongState, "total_iops_sec=70 is in force and not 0: somebody has set it"), (other.Refusal, other.Detail));
        Assert.True((await Throttle("70")).IsPossible);

        await Host.VirshAsync("blkdeviotune", Busy, "vda", "--live", "--total-iops-sec", "0", "--read-iops-sec", "60");
        ControlCheck apart = await Throttle("0");
        Assert.Equal((RefusalReason.WrongState, "read_iops_sec=60 is in force and not 0: somebody has set it"), (apart.Refusal, apart.Detail));
        await Host.VirshAsync("blkdeviotune", Busy, "vda", "--live", "--read-iops-sec", "0");
    }

    [Fact(Timeout = Limit)]
    public async Task SetCpuQuota_SomebodyHasSetAnother_IsRefused()
    {
        await RunBusyAsync();
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        await DoneAsync(control, DirectiveKind.SetCpuQuota, Busy, ("percent", "0"));
        await DoneAsync(control, DirectiveKind.SetCpuQuota, Busy, ("percent", "30"), ("only_if_percent", "0"));
        ControlCheck other = await CheckAsync(control, DirectiveKind.SetCpuQuota, Busy, ("percent", "0"), ("only_if_percent", "0"));
        Assert.Equal((RefusalReason.WrongState, "vcpu_quota=30000 is in force and not -1: somebody has set it"), (other.Refusal, other.Detail));
        await Host.VirshAsync("schedinfo", Busy, "--live", "vcpu_quota=40000");
        Assert.Equal(RefusalReason.WrongState, (await CheckAsync(control, DirectiveKind.SetCpuQuota, Busy, ("percent", "0"), ("only_if_percent", "30"))).Refusal);
        await DoneAsync(control, DirectiveKind.SetCpuQuota, Busy, ("percent", "0"), ("only_if_percent", "40"));
    }

    private static void AssertHolds(double limit, Rate seen)
    {
        Assert.True(seen.Least <= limit * (1 + Tolerance), $"more than the limit of {limit}: {seen}");
        Assert.True(seen.Most >= limit * (1 - Tolerance), $"less than the limit of {limit} allows: {seen}");
    }

    /// <summary>What the guest does to its disk each second, by QEMU's own counters.</summary>
    private async Task<(Rate Requests, Rate Bytes)> DiskRatesAsync(string vm)
    {
        using var timer = new PeriodicTimer(Burst);
        _ = await timer.WaitForNextTickAsync(Token);
        DiskCounters first = await DiskCountersAsync(vm);
        timer.Period = Window;
        _ = await timer.WaitForNextTickAsync(Token);
        DiskCounters last = await DiskCountersAsync(vm);

        // A counter was read at some time between its question and its answer, which a busy machine sets seconds apart.
        double longest = TimeProvider.System.GetElapsedTime(first.Asked, last.Told).TotalSeconds;
        double shortest = TimeProvider.System.GetElapsedTime(first.Told, last.Asked).TotalSeconds;
        var rates = (
            new Rate((last.Requests - first.Requests) / longest, (last.Requests - first.Requests) / shortest),
            new Rate((last.Bytes - first.Bytes) / longest, (last.Bytes - first.Bytes) / shortest));
        TestContext.Current.TestOutputHelper?.WriteLine($"{vm}: {rates} requests and bytes each second");
        return rates;
    }

    private async Task<DiskCounters> DiskCountersAsync(string vm)
    {
        long asked = TimeProvider.System.GetTimestamp();
        string answer = await Host.VirshAsync("domblkstat", vm, "vda");
        long told = TimeProvider.System.GetTimestamp();
        Dictionary<string, long> counters = answer.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[1], words => long.Parse(words[2], CultureInfo.InvariantCulture));
        return new(asked, told, counters["rd_req"] + counters["wr_req"], counters["rd_bytes"] + counters["wr_bytes"]);
    }

    private sealed record DiskCounters(long Asked, long Told, long Requests, long Bytes);

    /// <summary>The true rate lies between the two.</summary>
    private sealed record Rate(double Least, double Most);
}
