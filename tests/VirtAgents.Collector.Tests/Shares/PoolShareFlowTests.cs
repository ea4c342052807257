using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Tests.Shares;

/// <summary>From a full pool to limits of disks and back, on a whole collector and two hosts that share the pool, or have one of the same name each.</summary>
public sealed class PoolShareFlowTests : IDisposable
{
    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Auto_PoolThatHostsShare_IsDividedOverBothAndGivenBack()
    {
        await using ShareBench bench = await BenchAsync();
        SharingVm here = bench.Add("here", 900), there = bench.Add("there", 900, host: 2), modest = bench.Add("modest", 100, host: 2);
        await bench.StartAsync();
        await bench.UntilAsync(async () => await InForceAsync(bench) == 2 && modest.Rate > 99);
        IReadOnlyList<ShareLimit> limits = await bench.LimitsAsync();
        Assert.Equal([("host1", "here"), ("host2", "there")], limits.Select(l => (l.Host, l.Vm)).Order());
        Assert.All(limits, l => Assert.Equal(("disk-operations", "vda", "", "iops"), (l.Resource, l.Device, l.Mac, l.Rule)));
        Assert.All(limits, l => Assert.InRange(l.Amount, 380, 430));
        ShareUplink place = Assert.Single(await bench.PlacesAsync());
        Assert.Equal(("san", "", 1_000.0, true), (place.Place, place.Host, place.Capacity, place.Pressed));
        Assert.Equal(["host1", "host2"], place.Hosts);
        Assert.StartsWith("pool san is at ", place.Detail, StringComparison.Ordinal);

        await bench.StartAsync();
        Assert.Equal(limits.Select(l => l.Id), (await bench.LimitsAsync()).Select(l => l.Id));
        (here.Demand, there.Demand) = (100, 100);
        await bench.UntilAsync(async () => (await bench.LimitsAsync()).Count == 0, 120);
        Assert.Equal((0L, 0L), (here.Limit, there.Limit));
        Assert.DoesNotContain(await bench.DirectivesAsync(), d => d.Vm == "modest");
    }

    [Fact]
    public async Task Auto_OneOfTheHostsIsSilent_NothingIsSetAsWhatItUsesIsUnknown()
    {
        await using ShareBench bench = await BenchAsync();
        bench.Add("here", 900);
        bench.Add("there", 900, host: 2);
        await bench.StartAsync();
        await bench.StepAsync();
        await bench.SilenceAsync(2);
        for (int i = 0; i < 20; i++)
        {
            await bench.StepAsync();
        }

        Assert.Empty(await bench.DirectivesAsync());
        Assert.Equal("nothing is set or changed: host host2: its agent is not connected", Assert.Single(await bench.PlacesAsync()).Detail);
    }

    [Fact]
    public async Task Auto_OneOfTheHostsCannotLimit_TheOthersAreDividedAndItIsTold()
    {
        await using ShareBench bench = await BenchAsync();
        SharingVm unable = bench.Add("unable", 900), there = bench.Add("there", 900, host: 2);
        bench.Lack("total_iops");
        await bench.StartAsync();
        await bench.UntilAsync(async () => await InForceAsync(bench) == 1 && there.Limit > 0);
        Assert.Equal(0, unable.Limit);
        Assert.DoesNotContain(await bench.DirectivesAsync(), d => d.Vm == "unable");
        Assert.EndsWith(" % of its capacity; no limits there, host host1: it cannot carry out set_disk_limit with total_iops: told by the test", Assert.Single(await bench.PlacesAsync()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_PoolsOfTheirOwn_AreDividedForEachHost()
    {
        await using ShareBench bench = await BenchAsync(isShared: false);
        SharingVm greedy = bench.Add("greedy", 900), second = bench.Add("second", 700), apart = bench.Add("apart", 800, host: 2);
        await bench.StartAsync();
        await bench.UntilAsync(async () => await InForceAsync(bench) == 2);
        Assert.Equal((true, true, 0L), (greedy.Limit > 0, second.Limit > 0, apart.Limit));
        Assert.Equal([("host1", true), ("host2", false)], (await bench.PlacesAsync()).Select(p => (p.Host, p.Pressed)).Order());
    }

    private static async Task<int> InForceAsync(ShareBench bench) => (await bench.LimitsAsync()).Count(l => l.State == ShareState.InForce);

    private async Task<ShareBench> BenchAsync(bool isShared = true)
    {
        const string Policy = """{ "shares": { "rules": [{ "name": "iops", "resource": "disk-operations", "mode": "auto", "pool": "s*", "capacity": 1000, "hold": "15s" }] } }""";
        await File.WriteAllTextAsync(_policy, Policy, RunningCollector.Cancel);
        return new(_policy, LimitedResource.DiskOperations, hosts: 2, isShared);
    }
}
