using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

public sealed class PoolHealthTests
{
    private static readonly PoolDefinition Pool = new("p", "dir", "/p");
    private readonly PoolHealth _health = new();

    [Fact]
    public void Observe_FailsAndReturns_IsToldOnceEach()
    {
        Assert.Empty(See(new PoolReading(Pool, "")));
        Assert.Equal([HostEventKind.PoolFailed], See(new PoolReading(Pool, "gone")));
        Assert.Empty(See(new PoolReading(Pool, "gone")));
        Assert.Equal([HostEventKind.PoolRestored], See(new PoolReading(Pool, "")));
    }

    [Fact]
    public void Observe_FillsUp_HasHysteresis()
    {
        Assert.Empty(See(WithSpace(10)));
        Assert.Equal([HostEventKind.PoolFull], See(WithSpace(9)));
        Assert.Empty(See(WithSpace(15)));
        Assert.Equal([HostEventKind.PoolSpaceRestored], See(WithSpace(20)));
    }

    [Fact]
    public void Observe_StoppedFromTheStart_IsNoFailure()
    {
        Assert.Empty(See(new PoolReading(Pool, "not active", IsStopped: true)));
        Assert.Equal([HostEventKind.PoolRestored], See(new PoolReading(Pool, "")));
        Assert.Equal([HostEventKind.PoolFailed], See(new PoolReading(Pool, "not active", IsStopped: true)));
    }

    [Fact]
    public void Observe_BrokenFromTheStart_IsAFailure() => Assert.Equal([HostEventKind.PoolFailed], See(new PoolReading(Pool, "gone")));

    [Fact]
    public void Observe_NoFigures_SaysNothingOfSpace() => Assert.Empty(See(new PoolReading(Pool, "", 0, 0, 0)));

    [Fact]
    public void Read_DirectoryThereThenGone_TellsBoth()
    {
        string path = Directory.CreateTempSubdirectory("pool").FullName;
        var pool = new PoolDefinition("p", "dir", path);
        PoolReading reading = FileSystemProbe.Read(pool, LinuxRoots.Default);
        Assert.True(reading.Works);
        Assert.Equal(reading.CapacityBytes, reading.AllocationBytes + reading.AvailableBytes);
        Assert.True(reading.CapacityBytes > 0);
        PoolReading unmounted = FileSystemProbe.Read(pool with { Type = "netfs" }, LinuxRoots.Default);
        Assert.Contains("nothing is mounted", unmounted.Problem, StringComparison.Ordinal);

        Directory.Delete(path);
        Assert.Contains("missing", FileSystemProbe.Read(pool, LinuxRoots.Default).Problem, StringComparison.Ordinal);
    }

    private static PoolReading WithSpace(long available) => new(Pool, "", 1000, 1000 - available, available);

    private HostEventKind[] See(PoolReading reading) => [.. _health.Observe([reading], 1).Select(happened => happened.Kind)];
}
