using System.Buffers;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class VmBaselineTests
{
    [Fact]
    public void Write_ThenTryRead_GoesOnWithTheSameBits()
    {
        VmBaselines before = new(1), after = new(1);
        WatchedVms one = new(before);
        one.Windows(300);
        Assert.True(VmBaseline.TryRead(Bytes(before.Find(VmOf(1))!), out VmBaseline? kept));
        Assert.True(after.TryRestore(VmOf(1), kept));
        WatchedVms other = new(after);
        other.Skip(one.Now - other.Now).Windows(1);
        one.Windows(1);
        Assert.Equal(before.Find(VmOf(1))!.SeenUnixMs, kept.SeenUnixMs + WindowMs, (double)WindowMs);
        Assert.Equal(Bytes(before.Find(VmOf(1))!).Length, Bytes(kept).Length);
    }

    [Fact]
    public void TryRead_EpisodeThatGoesOn_IsToldOnceMoreAndItsEndOnce()
    {
        VmBaselines before = new(1), after = new(1);
        WatchedVms one = new(before), other = new(after);
        _ = one.Windows(400).Windows(3, cpuPercent: 95);
        Assert.True(VmBaseline.TryRead(Bytes(before.Find(VmOf(1))!), out VmBaseline? kept));
        Assert.True(after.TryRestore(VmOf(1), kept));
        _ = other.Skip(one.Now - other.Now).Windows(4, cpuPercent: 95).Windows(10);
        Assert.Equal([HostEventKind.VmUnusual, HostEventKind.VmUsual], other.Told.Select(t => t.Kind));
    }

    [Fact]
    public void TryRead_BytesCutOrOfAnotherVersion_IsRefused()
    {
        VmBaselines baselines = new(1);
        new WatchedVms(baselines).Windows(100);
        byte[] state = Bytes(baselines.Find(VmOf(1))!);
        Assert.All(Enumerable.Range(0, state.Length / 50).Select(n => n * 50), length => Assert.False(VmBaseline.TryRead(state.AsSpan(0, length), out _)));
        Assert.False(VmBaseline.TryRead([.. state, 0], out _));
        state[0]++;
        Assert.False(VmBaseline.TryRead(state, out _));
    }

    [Fact]
    public void TryRead_StateOfOtherSignals_IsRefused()
    {
        ArrayBufferWriter<byte> state = new();
        ArrayBufferWriter<byte> detector = new();
        new AnomalyDetector(VmSignals.Count).Write(detector);
        state.Write(Bytes(new VmBaseline()).AsSpan()[..^detector.WrittenCount]);
        new AnomalyDetector(3).Write(state);
        Assert.False(VmBaseline.TryRead(state.WrittenSpan, out _));
    }

    [Fact]
    public void TryRead_StateFromBeforeLeaksWereWatched_KeepsWhatWasLearnt()
    {
        VmBaselines baselines = new(1);
        new WatchedVms(baselines).Windows(100);
        byte[] state = Bytes(baselines.Find(VmOf(1))!);
        ArrayBufferWriter<byte> leak = new();
        new LeakWatch().Write(new StateWriter(leak));
        const int Header = 32;
        byte[] old = [1, .. state.AsSpan(1, Header - 1), .. state.AsSpan(Header + leak.WrittenCount)];
        Assert.True(VmBaseline.TryRead(old, out VmBaseline? kept));
        Assert.Equal(baselines.Find(VmOf(1))!.SeenUnixMs, kept.SeenUnixMs);
        Assert.Equal(old[Header..], Bytes(kept)[(Header + leak.WrittenCount)..]);
    }

    [Fact]
    public void Forget_NotSeenSince_IsGone()
    {
        VmBaselines baselines = new(5);
        WatchedVms host = new(baselines);
        host.Windows(3, vms: [1, 2]);
        host.Windows(3, vms: [2]);
        Assert.Equal([VmOf(1)], baselines.Forget(baselines.Find(VmOf(2))!.SeenUnixMs));
        Assert.Equal([VmOf(2)], baselines.All.Select(b => b.Key));
    }

    [Fact]
    public void TryRestore_NoRoom_IsRefused()
    {
        VmBaselines baselines = new(1);
        Assert.True(baselines.TryRestore(VmOf(1), new VmBaseline()));
        Assert.False(baselines.TryRestore(VmOf(2), new VmBaseline()));
    }

    private static byte[] Bytes(VmBaseline baseline)
    {
        ArrayBufferWriter<byte> output = new();
        baseline.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
