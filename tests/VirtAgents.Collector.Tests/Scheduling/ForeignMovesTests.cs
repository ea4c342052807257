using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using HostInfo = VirtAgents.Core.Model.HostInfo;
using VmInfo = VirtAgents.Core.Model.VmInfo;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Tests.Scheduling;

public sealed class ForeignMovesTests
{
    private static readonly Guid Vm = new(7, 7, 7, new byte[8]);

    private readonly ForeignMoves _moves = new();

    [Fact]
    public void Since_FirstSight_IsNoMove()
    {
        _moves.Look([Host(1, VmState.Running), Host(2)], T(1_000));
        Assert.Empty(_moves.Since(0));
    }

    [Fact]
    public void Since_VmOnAnotherHost_MovedWhenThatWasSeen()
    {
        _moves.Look([Host(1, VmState.Running), Host(2)], T(1_000));
        _moves.Look([Host(1), Host(2, VmState.Running)], T(2_000));
        _moves.Look([Host(1), Host(2, VmState.Running)], T(3_000));
        Assert.Equal([Vm], _moves.Since(T(1_999)));
        Assert.Empty(_moves.Since(T(2_000)));
    }

    [Fact]
    public void Since_VmOnItsWay_IsNotForgotten()
    {
        _moves.Look([Host(1, VmState.Running), Host(2)], T(1_000));
        _moves.Look([Host(1, VmState.MigratedAway), Host(2)], T(2_000));
        _moves.Look([Host(1), Host(2)], T(3_000));
        _moves.Look([Host(1), Host(2, VmState.Running)], T(4_000));
        Assert.Equal([Vm], _moves.Since(T(3_999)));
    }

    [Theory]
    [InlineData(VmState.Unknown)]
    [InlineData(VmState.ShutOff)]
    public void Since_SightThatIsNoRunningVm_IsNoMove(VmState state)
    {
        _moves.Look([Host(1, VmState.Running), Host(2)], T(1_000));
        _moves.Look([Host(1), Host(2, state)], T(2_000));
        Assert.Empty(_moves.Since(0));
    }

    // As of a real clock: what lies back long is told from what was never so.
    private static long T(long ms) => 1_700_000_000_000 + ms;

    private static HostView Host(int number, VmState? vm = null) => new(
        new HostInfo(new HostId(new Guid(number, 0, 0, new byte[8])), $"host{number}", "QEMU", 4, 1L << 33, ""), "", "1", AgentStatus.Connected, HypervisorStatus.Up, HostFigures.None,
        vm is { } state ? [new VmView(new VmInfo(1, new VmId(Vm), "vm", "", 1, 1 << 30, [], []), state, VmStateReason.Unspecified, 0, state, "", VmFigures.None)] : [], [], 0);
}
