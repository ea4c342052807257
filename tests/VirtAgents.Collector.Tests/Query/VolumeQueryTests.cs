using Grpc.Core;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Query.SampleFleet;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Collector.Tests.Query;

public sealed class VolumeQueryTests : IAsyncLifetime
{
    private readonly ListStore _store = new();
    private QueryServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await QueryServer.StartAsync(_store);
        _server.Fleet.Hosts = [WithVolumes(Host(Alpha, "alpha", AgentStatus.Connected)), WithVolumes(Host(Beta, "beta", AgentStatus.Lost))];
        foreach (HostId host in (HostId[])[Alpha, Beta])
        {
            Store(host, "default/a.qcow2", capacity: 100, allocation: 40);
            Store(host, "default/b.qcow2", capacity: 200, allocation: null);
            Store(host, "nfs/a.qcow2", capacity: 300, allocation: 30);
            _store.Add(new Subject(SubjectKind.Pool, host.Value, "default"), Metric.PoolVolumesLeftOut, (QueryServer.Now - 1_000, 7));
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task ListVolumes_Host_ByPoolAndNameWithFiguresOfPoolsThatWork()
    {
        ListVolumesResponse answer = await _server.Query.ListVolumesAsync(new() { Host = "alpha" }, QueryServer.Options());

        Assert.Equal(
            ["alpha default/a.qcow2 100 40", "alpha default/b.qcow2 200 -", "alpha nfs/a.qcow2 - -", "alpha nfs/new.qcow2 - -"],
            answer.Volumes.Select(Show));
        Assert.Equal([QueryServer.Now - 1_000, QueryServer.Now - 1_000, QueryServer.Now - 1_000, 0], answer.Volumes.Select(v => v.LastReportUnixMs));
        Assert.False(answer.LeftOut.Known); // of the pool that failed nobody knows
    }

    [Fact]
    public async Task ListVolumes_Pool_OnlyItsVolumesAndHowManyMore()
    {
        ListVolumesResponse answer = await _server.Query.ListVolumesAsync(new() { Host = Alpha.ToString(), Pool = "default" }, QueryServer.Options());

        Assert.Equal(["a.qcow2", "b.qcow2"], answer.Volumes.Select(v => v.Name));
        Assert.Equal((true, 7.0), (answer.LeftOut.Known, answer.LeftOut.Number));
    }

    [Fact]
    public async Task ListVolumes_AgentAway_NamesButNoFigures()
    {
        ListVolumesResponse answer = await _server.Query.ListVolumesAsync(new() { Host = "beta", Pool = "default" }, QueryServer.Options());

        Assert.Equal(["beta default/a.qcow2 - -", "beta default/b.qcow2 - -"], answer.Volumes.Select(Show));
    }

    [Theory]
    [InlineData("", "", StatusCode.InvalidArgument, "host: '' is not allowed; give the name or UUID of a host")]
    [InlineData("alfa", "", StatusCode.NotFound, "host: there is no host 'alfa'; did you mean 'alpha'?")]
    [InlineData("alpha", "defaul", StatusCode.NotFound, "pool: host alpha has no pool 'defaul'; did you mean 'default'?")]
    public async Task ListVolumes_NoSuchPlace_RefusedWithWhatToDo(string host, string pool, StatusCode code, string detail)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Query.ListVolumesAsync(new() { Host = host, Pool = pool }, QueryServer.Options()));

        Assert.Equal((code, detail), (refused.StatusCode, refused.Status.Detail));
    }

    private static HostView WithVolumes(HostView host) => host with
    {
        Pools = [.. host.Pools, new PoolView(new PoolInfo(10, "nfs", "netfs", "/nfs"), PoolFigures.None with { Active = false })],
        Volumes = [new(24, "nfs", "new.qcow2"), new(23, "nfs", "a.qcow2"), new(22, "default", "b.qcow2"), new(21, "default", "a.qcow2")],
    };

    private static string Show(Volume volume) =>
        $"{volume.Host} {volume.Pool}/{volume.Name} {Show(volume.CapacityBytes)} {Show(volume.AllocationBytes)}";

    private static string Show(Value value) => value.Known ? $"{value.Number}" : "-";

    private void Store(HostId host, string device, long capacity, long? allocation)
    {
        Subject subject = new(SubjectKind.Volume, host.Value, device);
        _store.Add(subject, Metric.VolumeCapacity, (QueryServer.Now - 1_000, capacity));
        if (allocation is { } known)
        {
            _store.Add(subject, Metric.VolumeAllocation, (QueryServer.Now - 1_000, known));
        }
    }
}
