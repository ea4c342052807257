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
        await Host.StartVmAsync(vm, new TestVmOptions { Load = "va.disk=60000" }, Token);
        await using LibvirtControl control = LibvirtBed.CreateControl(Host);
        Assert.True((await DiskRatesAsync(vm)).Requests > 2 * iops, "the guest is too slow for a limit to show");

        await DoneAsync(control, DirectiveKind.SetDiskLimit, vm, ("disk", "vda"), ("total_iops", $"{iops}"));
        AssertHolds(iops, (await DiskRatesAsync(vm)).Requests);

        // What is left out stays, so the lower limit of the two holds.
        await DoneAsync(control, DirectiveKind.SetDiskLimit, vm, ("disk", "vda"), ("total_bytes_per_second", $"{bytesPerSecond}"));
        AssertHolds(bytesPerSecond, (await DiskRatesAsync(vm)).Bytes);

        await DoneAsync(control, DirectiveKind.SetDiskLimit, vm, ("disk", "vda"), ("total_iops", "0"), ("total_bytes_per_second", "0"));
        Assert.True((await DiskRatesAsync(vm)).Requests > 2 * iops, "the limits were taken back, and still hold");
        await Host.VirshAsync("destroy", vm);
    }

    private static void AssertHolds(double limit, double seen) => Assert.InRange(seen, limit * (1 - Tolerance), limit * (1 + Tolerance));

    /// <summary>What the guest does to its disk each second, by QEMU's own counters.</summary>
    private async Task<(double Requests, double Bytes)> DiskRatesAsync(string vm)
    {
        using var timer = new PeriodicTimer(Burst);
        _ = await timer.WaitForNextTickAsync(Token);
        (long requests, long bytes) = await DiskCountersAsync(vm);
        long start = TimeProvider.System.GetTimestamp();
        timer.Period = Window;
        _ = await timer.WaitForNextTickAsync(Token);
        (long laterRequests, long laterBytes) = await DiskCountersAsync(vm);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        var rates = ((laterRequests - requests) / seconds, (laterBytes - bytes) / seconds);
        TestContext.Current.TestOutputHelper?.WriteLine($"{vm}: {rates} requests and bytes each second");
        return rates;
    }

    private async Task<(long Requests, long Bytes)> DiskCountersAsync(string vm)
    {
        Dictionary<string, long> counters = (await Host.VirshAsync("domblkstat", vm, "vda")).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[1], words => long.Parse(words[2], CultureInfo.InvariantCulture));
        return (counters["rd_req"] + counters["wr_req"], counters["rd_bytes"] + counters["wr_bytes"]);
    }
}
