using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

/// <summary>Causes that nobody told.</summary>
public sealed class InferenceTests
{
    private readonly Rack _rack = new(hosts: 3);

    private FindingKey Root => _rack.Only.Root.Key;

    [Fact]
    public void Observe_ThreeVmsOfAPoolTogether_ThePoolIsSuspected()
    {
        _rack.PauseByIoError(0, 0).Wait(20).Tell(1, HostEventKind.VmPaused, 0, VmStateReason.NoSpace, VmState.Paused).Wait(20);
        Assert.Equal(2, _rack.Active.Count);
        _rack.PauseByIoError(2, 0);
        Assert.Equal(new FindingKey(FindingKind.PoolSuspected, SanPool, ""), Root);
        Assert.Equal("3 VMs within 60 s: vm-1-1, vm-2-1, vm-3-1", _rack.Only.Root.Evidence);
        _rack.Wait(5).Resume(0, 0).Resume(1, 0);
        Assert.True(_rack.Only.Root.IsActive);
        Assert.Empty(_rack.Resume(2, 0).Active);
        Assert.False(_rack.Changes[^1].Incident.Root.IsActive);
    }

    [Fact]
    public void Observe_PoolToldAfterItWasSuspected_TakesItsPlace()
    {
        _rack.PauseByIoError(0, 0).PauseByIoError(1, 0).PauseByIoError(2, 0).Wait(1_000).Tell(0, HostEventKind.PoolFailed, device: San);
        Assert.Equal(FindingKind.PoolFailed, Root.Kind);
        Assert.Equal([FindingKind.VmPausedByIoError], _rack.Only.Symptoms.Select(s => s.Key.Kind).Distinct());
        Assert.Equal(3, _rack.Only.Symptoms.Length);
    }

    [Fact]
    public void Observe_OtherPoolThatExplainsAll_TakesThePlaceOfTheSuspectedOne()
    {
        _rack.Topology = Topology.Of([new(Host(0), HostName(0), Cluster,
            [.. Enumerable.Range(0, 3).Select(v => new VmInfo(v, _rack.Vm(0, v), "x", "", 1, 1, [new(1, "vda", "", "a"), new(2, "vdb", "", "b")], []))],
            [new(1, "a", "netfs", ""), new(2, "b", "netfs", "")])]);
        _rack.PauseByIoError(0, 0).PauseByIoError(0, 1).PauseByIoError(0, 2);
        Assert.Equal(new FindingKey(FindingKind.PoolSuspected, new(ElementKind.Pool, "rack/a"), ""), Root);
        _rack.Wait(30).Tell(0, HostEventKind.PoolFailed, device: "b");
        Assert.Equal(new FindingKey(FindingKind.PoolFailed, new(ElementKind.Pool, "rack/b"), ""), Root);
    }

    [Fact]
    public void Observe_PoolSuspectedOnceMore_IsTheSameIncident()
    {
        Guid id = _rack.PauseByIoError(0, 0).PauseByIoError(1, 0).PauseByIoError(2, 0).Only.Id;
        _rack.Wait(3_600).PauseByIoError(0, 1).PauseByIoError(1, 1);
        Assert.Equal(3, _rack.Active.Count);
        _rack.PauseByIoError(2, 1);
        Assert.Equal((id, 6), (_rack.Only.Id, _rack.Only.Symptoms.Length));
    }

    [Fact]
    public void Observe_VmsFarApartInTime_NothingIsSuspected() =>
        Assert.Equal(3, _rack.PauseByIoError(0, 0).Wait(31).PauseByIoError(1, 0).Wait(31).PauseByIoError(2, 0).Active.Count);

    [Fact]
    public void Observe_ThreeCrashesOfAHostTogether_TheHostIsTroubled()
    {
        _rack.Crash(0, 0).Wait(10).Crash(0, 4).Wait(10).Tell(0, HostEventKind.VmStuck, 5, VmStateReason.MonitorBlocked, VmState.Stuck);
        Assert.Equal(new FindingKey(FindingKind.HostTroubled, HostOf(0), ""), Root);
        Assert.Equal(3, _rack.Only.Symptoms.Length);
        Assert.Equal("set_drain", _rack.Only.Suggestion!.DirectiveKind);
        _rack.Crash(1, 0);
        Assert.Equal(2, _rack.Active.Count);
    }

    [Theory]
    [InlineData(0, FindingKind.PoolSuspected)]
    [InlineData(3, FindingKind.HostTroubled)]
    public void Observe_ThreeHungVmsOfAHost_TheDeepestThatTheyShare(int first, FindingKind root)
    {
        for (int vm = first; vm < first + 3; vm++)
        {
            _rack.Tell(0, HostEventKind.VmStuck, vm, VmStateReason.MonitorBlocked, VmState.Stuck);
        }

        Assert.Equal(root, Root.Kind);
    }

    [Fact]
    public void Observe_HostSilentAfterItWasTroubled_TakesItsPlace()
    {
        _rack.Crash(0, 0).Crash(0, 1).Crash(0, 2).Wait(600).Tell(0, HostEventKind.HostSuspected).LoseSight(0, VmStateReason.HostSilent);
        Assert.Equal(FindingKind.HostSilent, Root.Kind);
        Assert.Equal(9, _rack.Only.Symptoms.Length);
    }

    [Fact]
    public void Observe_CrashLongAfterAHostWasTroubled_StandsAlone() =>
        Assert.Equal(2, _rack.Crash(0, 0).Crash(0, 1).Crash(0, 2).Wait(601).Crash(0, 3).Active.Count);

    [Fact]
    public void Observe_FailedDiskOfTwo_OnlyItsPoolIsSuspected()
    {
        _rack.Topology = Topology.Of([new(Host(0), HostName(0), Cluster,
            [.. Enumerable.Range(0, 3).Select(v => new VmInfo(v, _rack.Vm(0, v), "x", "", 1, 1, [new(1, "vda", "", "a"), new(2, "vdb", "", "b")], []))],
            [new(1, "a", "netfs", ""), new(2, "b", "netfs", "")])]);
        for (int vm = 0; vm < 3; vm++)
        {
            _rack.Tell(0, HostEventKind.VmIoError, vm, VmStateReason.IoError, VmState.Running, "vdb");
        }

        _rack.Pass(3);
        Assert.Equal(new FindingKey(FindingKind.PoolSuspected, new(ElementKind.Pool, "rack/b"), ""), Root);
    }
}
