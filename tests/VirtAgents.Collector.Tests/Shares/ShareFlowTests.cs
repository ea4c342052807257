using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Tests.Shares;

/// <summary>From a full uplink to limits and back, on a whole collector.</summary>
public sealed class ShareFlowTests : IDisposable
{
    private readonly string _policy = Path.GetTempFileName();

    public void Dispose() => File.Delete(_policy);

    [Fact]
    public async Task Auto_FullUplink_LimitsTheGreedyOverARestartAndTakesItBack()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm greedy = bench.Add("greedy", 90), modest = bench.Add("modest", 20), byHand = bench.Add("by-hand", 50, limit: 10);
        await bench.StartAsync();
        await bench.UntilAsync(async () => await InForceAsync(bench) == 1 && modest.Rate > 19.9);
        ShareLimit limit = Assert.Single(await bench.LimitsAsync());
        Assert.Equal(("uplink", "network-out", "host1", "greedy", greedy.Mac, greedy.Limit!.Value, 0), (limit.Rule, limit.Resource, limit.Host, limit.Vm, limit.Mac, limit.BytesPerSecond, limit.PreviousBytesPerSecond));
        Assert.Equal((limit.Mac, limit.BytesPerSecond), (limit.Device, limit.Amount));
        Assert.Contains(" % of its capacity, and its fair share is ", limit.Reason, StringComparison.Ordinal);
        Assert.True(limit.ExpiresUnixMs > limit.ChangedUnixMs);
        DirectiveRecord record = (await bench.DirectivesAsync())[0];
        Assert.Equal(("share:uplink", limit.Reason), (record.Actor, record.Reason));

        await bench.StartAsync();
        Assert.Equal(limit.Id, Assert.Single(await bench.LimitsAsync()).Id);
        await bench.UntilAsync(() => Task.FromResult(greedy.Rate is > 50 and < 70 && modest.Rate > 19.9));

        (greedy.Demand, modest.Demand) = (5, 5);
        await bench.UntilAsync(async () => (await bench.LimitsAsync()).Count == 0);
        Assert.Equal((0L, 0L, 10 * ShareBench.Mib), (greedy.Limit, modest.Limit, byHand.Limit));
        ShareLimit ended = (await bench.LimitsAsync(ended: true))[0];
        Assert.Equal((limit.Id, ShareState.Ended, true), (ended.Id, ended.State, ended.EndedUnixMs > 0));
        Assert.DoesNotContain(await bench.DirectivesAsync(), d => d.Vm == "by-hand");
    }

    [Fact]
    public async Task Recommend_FullUplink_IsToldAndNothingIsSent()
    {
        await using ShareBench bench = await BenchAsync("recommend");
        bench.Add("greedy", 200);
        bench.Add("modest", 20);
        await bench.StartAsync();
        await bench.UntilAsync(async () => (await bench.LimitsAsync()).Count > 0);
        ShareLimit limit = Assert.Single(await bench.LimitsAsync());
        Assert.Equal((ShareState.Recommended, "greedy", "", "uplink"), (limit.State, limit.Vm, limit.Id, limit.Rule));
        ShareUplink uplink = Assert.Single(await bench.PlacesAsync());
        Assert.Equal(("host1", "eth1", true, true), (uplink.Host, uplink.Uplink, uplink.Pressed, uplink.HasBytesPerSecond));
        Assert.Equal(100 * ShareBench.Mib, uplink.BytesPerSecond, 1.0);
        Assert.Equal((uplink.Uplink, uplink.BytesPerSecond, 100.0 * ShareBench.Mib, uplink.Capacity), (uplink.Place, uplink.Used, uplink.Capacity, uplink.CapacityBytesPerSecond));
        Assert.Empty(await bench.DirectivesAsync());
    }

    [Fact]
    public async Task Auto_Frozen_SetsNothingUntilActingGoesOn()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm greedy = bench.Add("greedy", 200);
        bench.Add("modest", 20);
        await bench.StartAsync();
        await bench.Collector.FreezeAsync(true);
        for (int i = 0; i < 8; i++)
        {
            await bench.StepAsync();
        }

        Assert.Empty(await bench.DirectivesAsync());
        await bench.Collector.FreezeAsync(false);
        await bench.UntilAsync(() => Task.FromResult(greedy.Limit > 0));
    }

    [Fact]
    public async Task Auto_HostCannotLimitThatDirection_IsNeverAskedAndTellsWhy()
    {
        await using ShareBench bench = await BenchAsync("auto");
        bench.Add("greedy", 200);
        bench.Add("modest", 20);
        bench.Lack("out_bytes_per_second");
        await bench.StartAsync();
        for (int i = 0; i < 10; i++)
        {
            await bench.StepAsync();
        }

        Assert.Empty(await bench.DirectivesAsync());
        Assert.Equal("nothing is set or changed: host host1: it cannot carry out set_nic_limit with out_bytes_per_second: told by the test", Assert.Single(await bench.PlacesAsync()).Detail);
        DirectiveKindDescription kind = (await bench.Collector.Directives.ListDirectiveKindsAsync(new() { Host = "host1" }, DirectiveScene.Call)).Kinds.Single(k => k.Name == "set_nic_limit");
        Assert.Equal((KindSupport.Supported, "not out_bytes_per_second: told by the test"), (kind.Support, kind.Why));
    }

    [Fact]
    public async Task Auto_HostCannotLimitTheOtherDirection_IsDivided()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm greedy = bench.Add("greedy", 200);
        bench.Add("modest", 20);
        bench.Lack("in_bytes_per_second");
        await bench.StartAsync();
        await bench.UntilAsync(() => Task.FromResult(greedy.Limit > 0));
    }

    [Fact]
    public async Task Auto_Refused_IsToldAndTheInterfaceRests()
    {
        await using ShareBench bench = await BenchAsync("auto");
        bench.Add("greedy", 200);
        bench.Add("modest", 20);
        bench.Answer = _ => DirectiveState.Refused;
        await bench.StartAsync();
        await bench.UntilAsync(async () => (await bench.LimitsAsync(ended: true)).Count == 1);
        ShareLimit failed = (await bench.LimitsAsync(ended: true))[0];
        Assert.Equal((ShareState.Failed, "refused: told by the test"), (failed.State, failed.Detail));
        for (int i = 0; i < 10; i++)
        {
            await bench.StepAsync();
        }

        Assert.Single(await bench.DirectivesAsync());
    }

    [Fact]
    public async Task Auto_VmStartedAnew_ItsLimitIsSeenToBeGoneAndSetAgain()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm greedy = bench.Add("greedy", 200);
        SharingVm modest = bench.Add("modest", 20);
        await bench.StartAsync();
        await SettleAsync(bench, modest);
        greedy.Limit = 0;
        await bench.UntilAsync(async () => (await bench.LimitsAsync(ended: true)).Count == 1);
        Assert.StartsWith("it was seen to be gone: ", (await bench.LimitsAsync(ended: true))[0].Detail, StringComparison.Ordinal);
        await bench.UntilAsync(() => Task.FromResult(greedy.Limit > 0));
    }

    [Fact]
    public async Task Auto_SomebodyChangesTheLimit_ItIsTheirsFromThenOn()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm greedy = bench.Add("greedy", 200);
        SharingVm modest = bench.Add("modest", 20);
        await bench.StartAsync();
        await SettleAsync(bench, modest);
        greedy.Limit = 95 * ShareBench.Mib;
        await bench.UntilAsync(async () => (await bench.LimitsAsync()).Count == 0);
        Assert.Equal($"somebody has set {95 * ShareBench.Mib} bytes per second, which stay", (await bench.LimitsAsync(ended: true))[0].Detail);
        Assert.Equal(0, modest.Limit);
        int sent = (await bench.DirectivesAsync()).Count(d => d.Vm == "greedy");
        for (int i = 0; i < 8; i++)
        {
            await bench.StepAsync();
        }

        Assert.Equal((95 * ShareBench.Mib, sent), (greedy.Limit, (await bench.DirectivesAsync()).Count(d => d.Vm == "greedy")));
    }

    [Fact]
    public async Task Auto_SomebodySetsALimitWhileOursIsOnItsWay_TheirsStays()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm greedy = bench.Add("greedy", 200);
        bench.Add("modest", 20);
        bench.Answer = _ =>
        {
            greedy.Limit = 95 * ShareBench.Mib;
            return null;
        };
        await bench.StartAsync();
        await bench.UntilAsync(async () => (await bench.LimitsAsync(ended: true)).Count == 1);
        Assert.Equal($"somebody has set {95 * ShareBench.Mib} bytes per second, which stay", (await bench.LimitsAsync(ended: true))[0].Detail);
        Assert.Equal(95 * ShareBench.Mib, greedy.Limit);
    }

    [Fact]
    public async Task Auto_RuleTakenOut_TakesItsLimitsBackAlthoughTheUplinkIsFull()
    {
        await using ShareBench bench = await BenchAsync("auto");
        SharingVm greedy = bench.Add("greedy", 200);
        bench.Add("modest", 20);
        await bench.StartAsync();
        await bench.UntilAsync(async () => await InForceAsync(bench) == 1);
        await WriteAsync("observe");
        await bench.StartAsync();
        await bench.UntilAsync(() => Task.FromResult(greedy.Limit == 0));
        Assert.Equal("the policy does not ask for it any more", (await bench.DirectivesAsync())[0].Reason);
    }

    /// <summary>Nothing is on its way that would replace what somebody does now.</summary>
    private static async Task SettleAsync(ShareBench bench, SharingVm modest)
    {
        await bench.UntilAsync(async () => await InForceAsync(bench) == 1 && modest.Rate > 19.9);
        for (int i = 0; i < 4; i++)
        {
            await bench.StepAsync();
        }
    }

    private static async Task<int> InForceAsync(ShareBench bench) => (await bench.LimitsAsync()).Count(l => l.State == ShareState.InForce);

    private async Task<ShareBench> BenchAsync(string mode)
    {
        await WriteAsync(mode);
        return new(_policy);
    }

    private Task WriteAsync(string mode) => File.WriteAllTextAsync(
        _policy,
        $$"""{ "shares": { "rules": [{ "name": "uplink", "resource": "network-out", "mode": "{{mode}}", "uplink": "eth1", "capacity": "100MiB", "hold": "15s" }] } }""",
        RunningCollector.Cancel);
}
