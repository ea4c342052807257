using System.Globalization;
using System.Text.Json;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>What virtctl shows agrees with what virsh shows and with what the VM was told to do.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class ValueTests(RealEstate estate)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Cpu_VmToldToUseHalf_ReadsWhatItUsed()
    {
        // How much of the half a busy machine gives the VM is not the agent's doing, so what virsh counted is the truth. A window
        // in which that share changes much says little: the samples do not begin and end with it.
        List<(double Told, double Virsh)> windows = [];
        for (int i = 0; i < 5 && !windows.Exists(w => Math.Abs(w.Told - w.Virsh) <= 3); i++)
        {
            long before = (await DomStatsAsync(RealEstate.Busy))["cpu.time"];
            long start = TimeProvider.System.GetTimestamp();
            await PassAsync(Window);
            long used = (await DomStatsAsync(RealEstate.Busy))["cpu.time"] - before;
            double virsh = used / TimeProvider.System.GetElapsedTime(start).TotalNanoseconds * 100;
            double[] percent = await PointsAsync("vm_cpu_percent", RealEstate.Busy, "40s", "raw");
            Assert.True(percent.Length >= 10, $"only {percent.Length} points");
            windows.Add((percent.Average(), virsh));
        }

        Assert.InRange(windows[^1].Told, windows[^1].Virsh - 3, windows[^1].Virsh + 3);
        Assert.InRange(windows[^1].Told, 10, 55);
    }

    [Fact]
    public async Task Counters_OverAWindow_GrowAsVirshSays()
    {
        Dictionary<string, long> before = await DomStatsAsync(RealEstate.Writer);
        await PassAsync(Window);
        Dictionary<string, long> after = await DomStatsAsync(RealEstate.Writer);

        await AssertRateAsync("vm_cpu_seconds_total", "cpu.time", 1e-9);
        await AssertRateAsync("vm_disk_write_bytes_total", "block.0.wr.bytes", 1);
        await AssertRateAsync("vm_disk_writes_total", "block.0.wr.reqs", 1);

        async Task AssertRateAsync(string metric, string key, double scale)
        {
            double virsh = (after[key] - before[key]) * scale / Window.TotalSeconds;
            double[] rates = await PointsAsync(metric, RealEstate.Writer, "40s", "40s", "--agg", "rate");
            Assert.NotEmpty(rates);
            Assert.InRange(rates.Average(), virsh * 0.85, virsh * 1.15);
        }
    }

    [Fact]
    public async Task Network_PingedVm_CountsWhatVirshCounts()
    {
        await estate.First.VmCommandAsync(RealEstate.Idle, "net 50");
        await PassAsync(Window);
        Dictionary<string, long> virsh = await DomStatsAsync(RealEstate.Idle);
        double[] transmitted = await PointsAsync("vm_network_transmit_packets_total", RealEstate.Idle, "10s", "raw");
        await estate.First.VmCommandAsync(RealEstate.Idle, "net 0");
        Assert.NotEmpty(transmitted);
        Assert.InRange(transmitted[^1], virsh["net.0.tx.pkts"] * 0.9, (virsh["net.0.tx.pkts"] * 1.1) + 20);
    }

    [Fact]
    public async Task Memory_OfAVm_IsWhatVirshSays()
    {
        JsonElement vm = await estate.StateIsAsync(RealEstate.Idle, "running");
        Dictionary<string, long> virsh = await DomStatsAsync(RealEstate.Idle);
        Assert.Equal(virsh["balloon.maximum"] * 1024, vm.GetProperty("memory_bytes").GetInt64());
        Assert.InRange(vm.GetProperty("memory_rss_bytes").GetDouble(), virsh["balloon.rss"] * 1024 * 0.9, virsh["balloon.rss"] * 1024 * 1.1);
        double used = 100.0 * (virsh["balloon.available"] - virsh["balloon.usable"]) / virsh["balloon.available"];
        Assert.InRange(vm.GetProperty("memory_used_percent").GetDouble(), used - 5, used + 5);
        Assert.Equal(1, vm.GetProperty("vcpu_count").GetInt32());
    }

    private async Task<double[]> PointsAsync(string metric, string vm, string from, string step, params string[] more)
    {
        JsonElement answer = await estate.Installation.VirtctlAsync(["query", metric, "--vm", vm, "--from", from, "--step", step, .. more]);
        return [.. answer.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("points").EnumerateArray()).Select(p => p.GetProperty("value").GetDouble())];
    }

    private async Task<Dictionary<string, long>> DomStatsAsync(string vm)
    {
        string output = await estate.First.VirshAsync("domstats", vm);
        return output.Split('\n', StringSplitOptions.TrimEntries)
            .Select(l => l.Split('=', 2))
            .Where(p => p.Length == 2 && long.TryParse(p[1], CultureInfo.InvariantCulture, out _))
            .ToDictionary(p => p[0], p => long.Parse(p[1], CultureInfo.InvariantCulture));
    }

    private static async Task PassAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
