using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Tests.Shares;

/// <summary>From a host of 4 pCPUs that is full to quotas and back, on a whole collector. VMs have 2 vCPUs.</summary>
public sealed class CpuShareFlowTests : IDisposable
{
    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Auto_FullHost_GivesQuotasOverARestartAndTakesThemBack()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm first = bench.Add("first", 2), second = bench.Add("second", 2), modest = bench.Add("modest", 0.5), byHand = bench.Add("by-hand", 1, limit: 0.4);
        await bench.StartAsync();
        await bench.UntilAsync(async () => await InForceAsync(bench) == 2 && modest.Rate > 0.49);
        ShareLimit limit = (await bench.LimitsAsync())[0];
        Assert.Equal(("cpu", "host1", "", "", 0L), (limit.Resource, limit.Host, limit.Device, limit.Mac, limit.BytesPerSecond));
        SharingVm limited = new[] { first, second }.Single(v => v.Name == limit.Vm);
        Assert.Equal(limited.Limit, limit.Amount);
        Assert.Contains("CPU is at ", limit.Reason, StringComparison.Ordinal);
        Assert.Contains(" % of a pCPU for each vCPU", limit.Reason, StringComparison.Ordinal);
        Assert.Equal("share:cpu", (await bench.DirectivesAsync())[0].Actor);

        // 3.6 pCPUs without 0.5 and 0.4 are 1.35 for each, which are 67 %.
        Assert.InRange(limit.Amount, 60, 74);
        ShareUplink place = Assert.Single(await bench.PlacesAsync());
        Assert.Equal(("CPU", "", 4.0, 0.0, true), (place.Place, place.Uplink, place.Capacity, place.CapacityBytesPerSecond, place.Pressed));

        await bench.StartAsync();
        Assert.Equal(limit.Id, (await bench.LimitsAsync())[0].Id);
        (first.Demand, second.Demand) = (0.2, 0.2);
        await bench.UntilAsync(async () => (await bench.LimitsAsync()).Count == 0);
        Assert.Equal((0L, 0L, 20L), (first.Limit, second.Limit, byHand.Limit));
        Assert.DoesNotContain(await bench.DirectivesAsync(), d => d.Vm is "by-hand" or "modest");
    }

    [Fact]
    public async Task Auto_QuotaUnknown_IsNotTouchedAndTheOthersAreDivided()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm known = bench.Add("known", 2), unknown = bench.Add("unknown", 2);
        bench.Add("third", 2);
        unknown.Limit = null;
        await bench.StartAsync();
        await bench.UntilAsync(async () => await InForceAsync(bench) == 2);
        Assert.True(known.Limit > 0);
        Assert.DoesNotContain(await bench.DirectivesAsync(), d => d.Vm == "unknown");
    }

    [Fact]
    public async Task Auto_RuleTakenOut_TakesItsQuotasBackAlthoughTheHostIsFull()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm[] vms = [bench.Add("a", 2), bench.Add("b", 2), bench.Add("c", 2)];
        await bench.StartAsync();
        await bench.UntilAsync(async () => await InForceAsync(bench) > 0);
        await WriteAsync("observe");
        await bench.StartAsync();
        await bench.UntilAsync(async () => (await bench.LimitsAsync()).Count == 0);
        Assert.All(vms, vm => Assert.Equal(0, vm.Limit));
        Assert.Equal("the policy does not ask for it any more", (await bench.DirectivesAsync())[0].Reason);
    }

    private static async Task<int> InForceAsync(ShareBench bench) => (await bench.LimitsAsync()).Count(l => l.State == ShareState.InForce);

    private async Task<ShareBench> BenchAsync(string mode)
    {
        await WriteAsync(mode);
        return new(_policy, LimitedResource.Cpu);
    }

    private Task WriteAsync(string mode) => File.WriteAllTextAsync(
        _policy, $$"""{ "shares": { "rules": [{ "name": "cpu", "resource": "cpu", "mode": "{{mode}}", "hold": "15s" }] } }""", RunningCollector.Cancel);
}
