using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Query.SampleFleet;

namespace VirtAgents.Collector.Tests.Query;

public sealed class FleetQueryTests : IAsyncLifetime
{
    private QueryServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await QueryServer.StartAsync(new ListStore());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task ListHosts_TwoHosts_ByNameAndFiguresOnlyOfTheConnectedOne()
    {
        ListHostsResponse answer = await _server.Query.ListHostsAsync(new(), QueryServer.Options());

        Assert.Equal(["alpha", "beta"], answer.Hosts.Select(h => h.Name));
        Assert.Equal((true, 12.5), (answer.Hosts[0].CpuPercent.Known, answer.Hosts[0].CpuPercent.Number));
        Assert.Equal((3u, 2u, 0u), (answer.Hosts[0].VmCount, answer.Hosts[0].RunningVmCount, answer.Hosts[0].UnknownVmCount));
        Assert.Equal((2u, 1u, 1u), (answer.Hosts[1].VmCount, answer.Hosts[1].RunningVmCount, answer.Hosts[1].UnknownVmCount));
        Assert.Equal((false, UnknownReason.AgentAway), (answer.Hosts[1].CpuPercent.Known, answer.Hosts[1].CpuPercent.UnknownReason));
        Assert.Equal(AgentStatus.Lost, answer.Hosts[1].Agent);
    }

    [Fact]
    public async Task ListHosts_OtherCluster_None() =>
        Assert.Empty((await _server.Query.ListHostsAsync(new() { Cluster = "other" }, QueryServer.Options())).Hosts);

    [Fact]
    public async Task ListVms_NoFilter_AllButGoneAndMovedOneOnce()
    {
        ListVmsResponse answer = await _server.Query.ListVmsAsync(new(), QueryServer.Options());

        Assert.Equal(["db", "moved", "twin", "twin", "web"], answer.Vms.Select(v => v.Name));
        Assert.Equal("beta", answer.Vms[1].Host);
        Assert.Equal(5u, answer.Total);
        Assert.Equal("", answer.NextPageToken);
    }

    [Theory]
    [InlineData("alpha", "", "", "db,twin,web")]
    [InlineData("00000000-0000-0000-0000-0000000000B2", "", "", "moved,twin")]
    [InlineData("", "shop", "", "db,web")]
    [InlineData("", "", "WE", "web")]
    [InlineData("beta", "shop", "", "")]
    public async Task ListVms_Filters_OnlyWhatFits(string host, string tenant, string name, string expected)
    {
        ListVmsResponse answer = await _server.Query.ListVmsAsync(new() { Host = host, Tenant = tenant, NameContains = name }, QueryServer.Options());

        Assert.Equal(expected, string.Join(',', answer.Vms.Select(v => v.Name)));
    }

    [Theory]
    [InlineData(Core.Model.VmState.Running)]
    [InlineData(Core.Model.VmState.Paused)]
    public async Task ListVms_DefinitionLeftBehindOff_VmIsWhereItLives(Core.Model.VmState state)
    {
        Core.Metrics.VmFigures older = Busy with { UpdatedUnixMs = Busy.UpdatedUnixMs - 1 };
        _server.Fleet.Hosts =
        [
            Host(Alpha, "alpha", AgentStatus.Connected, View(Web, "web", Core.Model.VmState.ShutOff, figures: Busy)),
            Host(Beta, "beta", AgentStatus.Connected, View(Web, "web", state, figures: older)),
        ];
        Vm vm = Assert.Single((await _server.Query.ListVmsAsync(new(), QueryServer.Options())).Vms);
        Assert.Equal(("beta", (VmState)state), (vm.Host, vm.State));
    }

    [Fact]
    public async Task ListVms_States_OnlyThose()
    {
        ListVmsResponse answer = await _server.Query.ListVmsAsync(
            new() { States = { VmState.Gone, VmState.Unspecified } }, QueryServer.Options());

        Assert.Equal(["removed", "twin"], answer.Vms.Select(v => v.Name));
        Assert.Equal(VmState.Running, answer.Vms[1].LastKnownState);
        Assert.Equal(VmStateReason.AgentLost, answer.Vms[1].Reason);
    }

    [Fact]
    public async Task ListVms_Pages_EveryVmOnceThoughOthersComeAndGo()
    {
        _server.Fleet.Hosts = [Host(Alpha, "alpha", AgentStatus.Connected, [.. Enumerable.Range(0, 25).Select(i => View(Vm(100 + i), $"vm{i / 2:D2}", Core.Model.VmState.Running))])];
        List<string> seen = [];
        ListVmsRequest request = new() { PageSize = 7 };
        while (true)
        {
            ListVmsResponse page = await _server.Query.ListVmsAsync(request, QueryServer.Options());
            seen.AddRange(page.Vms.Select(v => v.Id));
            if (page.NextPageToken.Length == 0)
            {
                break;
            }

            HostView host = _server.Fleet.Hosts[0];
            _server.Fleet.Hosts = [host with { Vms = [View(Vm(1_000 + seen.Count), "aa", Core.Model.VmState.Running), .. host.Vms.Where(v => v.Info.Id.ToString() != seen[0])] }];
            request.PageToken = page.NextPageToken;
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => Vm(100 + i).ToString()), seen);
    }

    [Fact]
    public async Task ListVms_TokenOfOtherFiltersOrNone_Refused()
    {
        ListVmsResponse page = await _server.Query.ListVmsAsync(new() { PageSize = 1 }, QueryServer.Options());

        await RefusedAsync(StatusCode.InvalidArgument, "other filters", new ListVmsRequest { PageSize = 1, Tenant = "shop", PageToken = page.NextPageToken });
        await RefusedAsync(StatusCode.InvalidArgument, "page_token: 'nonsense!' is not allowed", new ListVmsRequest { PageToken = "nonsense!" });
        await RefusedAsync(StatusCode.InvalidArgument, "page_token: 'AAAA' is not allowed", new ListVmsRequest { PageToken = "AAAA" });
        await RefusedAsync(StatusCode.InvalidArgument, "page_size: 10001 is not allowed; 1 to 10000", new ListVmsRequest { PageSize = 10_001 });
        await RefusedAsync(StatusCode.InvalidArgument, "states: 77 is not allowed", new ListVmsRequest { States = { (VmState)77 } });
        await RefusedAsync(StatusCode.NotFound, "host: there is no host 'alfa'; did you mean 'alpha'?", new ListVmsRequest { Host = "alfa" });
    }

    [Fact]
    public async Task GetVm_NameOrUuid_TheVm()
    {
        Vm byName = await _server.Query.GetVmAsync(new() { Vm = "web" }, QueryServer.Options());
        Vm byId = await _server.Query.GetVmAsync(new() { Vm = Web.ToString().ToUpperInvariant() }, QueryServer.Options());

        Assert.Equal(byName, byId);
        Assert.Equal((true, 50.0), (byName.CpuPercent.Known, byName.CpuPercent.Number));
        Assert.Equal((false, UnknownReason.Stale), (byName.MemoryUsedPercent.Known, byName.MemoryUsedPercent.UnknownReason));
        Assert.Equal(UnknownReason.Unspecified, byName.CpuPercent.UnknownReason);
        Assert.Equal(7.5, byName.ContentionScore.Number);
        Assert.Equal(MemorySource.Host, byName.MemorySource);
        Assert.Equal(["vda"], byName.Disks);
        Assert.Equal("alpha", byName.Host);
    }

    [Fact]
    public void Numbers_OfReasonsAndSources_AreThoseOfTheApi()
    {
        Assert.Equal(
            Enum.GetValues<Core.Metrics.UnknownReason>().Select(r => ((int)r, r.ToString().Replace("None", "Unspecified", StringComparison.Ordinal))),
            Enum.GetValues<UnknownReason>().Select(r => ((int)r, r.ToString())));
        Assert.Equal(
            Enum.GetValues<Core.Metrics.MemorySource>().Select(s => ((int)s, s.ToString().Replace("None", "Unspecified", StringComparison.Ordinal))),
            Enum.GetValues<MemorySource>().Select(s => ((int)s, s.ToString())));
    }

    [Fact]
    public async Task GetVm_AmbiguousUnknownOrEmpty_RefusedWithWhatToDo()
    {
        RpcException twin = await Assert.ThrowsAsync<RpcException>(async () => await _server.Query.GetVmAsync(new() { Vm = "twin" }, QueryServer.Options()));
        Assert.Equal(StatusCode.InvalidArgument, twin.StatusCode);
        Assert.Contains($"{TwinOnAlpha} (on alpha)", twin.Status.Detail, StringComparison.Ordinal);
        Assert.Contains($"{TwinOnBeta} (on beta)", twin.Status.Detail, StringComparison.Ordinal);

        RpcException unknown = await Assert.ThrowsAsync<RpcException>(async () => await _server.Query.GetVmAsync(new() { Vm = "nowhere" }, QueryServer.Options()));
        Assert.Equal((StatusCode.NotFound, "vm: there is no VM 'nowhere'; 'virtctl vms' or GET /v1/vms lists them"), (unknown.StatusCode, unknown.Status.Detail));

        RpcException empty = await Assert.ThrowsAsync<RpcException>(async () => await _server.Query.GetVmAsync(new(), QueryServer.Options()));
        Assert.Equal((StatusCode.InvalidArgument, "vm: '' is not allowed; give the name or UUID of a VM"), (empty.StatusCode, empty.Status.Detail));
    }

    [Fact]
    public async Task ListPools_AllHosts_FiguresOnlyOfTheConnectedOne()
    {
        ListPoolsResponse answer = await _server.Query.ListPoolsAsync(new(), QueryServer.Options());

        Assert.Equal(["alpha", "beta"], answer.Pools.Select(p => p.Host));
        Assert.Equal((true, 250.0), (answer.Pools[0].AllocationBytes.Known, answer.Pools[0].AllocationBytes.Number));
        Assert.Equal((true, 1.0), (answer.Pools[0].Active.Known, answer.Pools[0].Active.Number));
        Assert.False(answer.Pools[1].Active.Known);
    }

    [Fact]
    public async Task ListMetrics_All_SampledAndDerived()
    {
        ListMetricsResponse answer = await _server.Query.ListMetricsAsync(new(), QueryServer.Options());

        Assert.Contains(answer.Metrics, m => m is { Name: "vm_cpu_seconds_total", Subject: "vm", Shape: "counter", Unit: "seconds" });
        Assert.Contains(answer.Metrics, m => m is { Name: "vm_disk_read_latency_ms", Subject: "vm_disk", Shape: "derived", Unit: "milliseconds" });
    }

    [Fact]
    public async Task WatchLatest_Intervals_AMessageEach()
    {
        using AsyncServerStreamingCall<WatchLatestResponse> call = _server.Query.WatchLatest(new() { Host = "alpha", IntervalMs = 500 }, QueryServer.Options());
        await NextAsync(call);
        Assert.Equal(["db", "twin", "web"], call.ResponseStream.Current.Vms.Select(v => v.Name));
        Assert.Equal(QueryServer.Now, call.ResponseStream.Current.TimeUnixMs);

        Task next = NextAsync(call);
        while (!next.IsCompleted)
        {
            // The server may not have begun to wait yet, so time goes on until it has noticed.
            _server.Clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        await next;
        Assert.True(call.ResponseStream.Current.TimeUnixMs > QueryServer.Now);
    }

    [Theory]
    [InlineData(499u)]
    [InlineData(60_001u)]
    public async Task WatchLatest_IntervalOutOfRange_Refused(uint interval)
    {
        using AsyncServerStreamingCall<WatchLatestResponse> call = _server.Query.WatchLatest(new() { IntervalMs = interval }, QueryServer.Options());

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => NextAsync(call));

        Assert.Equal($"interval_ms: {interval} is not allowed; 500 to 60000, or 0 for 2000", refused.Status.Detail);
    }

    [Fact]
    public async Task WatchLatest_CollectorStops_Unavailable()
    {
        using AsyncServerStreamingCall<WatchLatestResponse> call = _server.Query.WatchLatest(new(), QueryServer.Options());
        await NextAsync(call);
        Task stop = _server.StopAsync();

        RpcException ended = await Assert.ThrowsAsync<RpcException>(() => NextAsync(call));

        Assert.Equal(StatusCode.Unavailable, ended.StatusCode);
        await stop;
    }

    private static async Task NextAsync(AsyncServerStreamingCall<WatchLatestResponse> call) =>
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

    private async Task RefusedAsync(StatusCode code, string message, ListVmsRequest request)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await _server.Query.ListVmsAsync(request, QueryServer.Options()));
        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(message, refused.Status.Detail, StringComparison.Ordinal);
    }
}
