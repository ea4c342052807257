using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Patterns;

public sealed class StartTimesTests
{
    private const long Noon = 1_750_075_200_000, Minute = 60_000;
    private readonly StartTimes _starts = new();

    [Theory]
    [InlineData(HostEventKind.VmStarted, Noon)]
    [InlineData(HostEventKind.VmRebooted, Noon)]
    [InlineData(HostEventKind.VmMigratedIn, 0)]
    [InlineData(HostEventKind.VmResumed, 0)]
    [InlineData(HostEventKind.VmObserved, 0)]
    public void Note_Line_IsAStartOnlyWhereTheVmBegan(HostEventKind kind, long expected)
    {
        _starts.Note(new(kind, Noon, VmOf(1)));
        See(Noon + Minute, null, VmState.Running);
        Assert.Equal(expected, _starts.Of(VmOf(1)));
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(11, false)]
    public void See_FoundRunningAfterTheBootOfItsHost_BeganThen(int minutes, bool isKnown)
    {
        See(Noon, Noon - (minutes * Minute), VmState.Running);
        Assert.Equal(isKnown ? Noon : 0, _starts.Of(VmOf(1)));
    }

    [Fact]
    public void See_FoundRunningAndTheBootOfItsHostIsUnknown_IsUnknown()
    {
        See(Noon, null, VmState.Running);
        Assert.Equal(0, _starts.Of(VmOf(1)));
    }

    [Fact]
    public void See_HostBootedSince_BeganAnew()
    {
        _starts.Note(new(HostEventKind.VmStarted, Noon, VmOf(1)));
        See(Noon + (60 * Minute), Noon + (59 * Minute), VmState.Running);
        Assert.Equal(Noon + (60 * Minute), _starts.Of(VmOf(1)));
    }

    [Fact]
    public void See_ArrivedAfterTheBootOfItsHost_DidNotBegin()
    {
        _starts.Note(new(HostEventKind.VmMigratedIn, Noon, VmOf(1)));
        See(Noon, Noon - Minute, VmState.Running);
        Assert.Equal(0, _starts.Of(VmOf(1)));
    }

    [Theory]
    [InlineData(VmState.Unknown, Noon)]
    [InlineData(VmState.Paused, Noon)]
    [InlineData(VmState.ShutOff, 0)]
    [InlineData(VmState.MigratedAway, 0)]
    public void See_RunsNoMore_IsForgottenUnlessThatIsUnknown(VmState state, long expected)
    {
        _starts.Note(new(HostEventKind.VmStarted, Noon, VmOf(1)));
        See(Noon + Minute, null, state);
        See(Noon + (2 * Minute), null, VmState.Running);
        Assert.Equal(expected, _starts.Of(VmOf(1)));
    }

    private void See(long time, long? boot, VmState state) =>
        _starts.See(time, boot, new Dictionary<VmId, VmCondition> { [VmOf(1)] = new(VmOf(1), "vm-1", state, VmStateReason.Unspecified, 0, state) });
}
