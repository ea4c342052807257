using CsCheck;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class AnomalyReplayTests
{
    private const int Learnt = 400;
    private static readonly HostId Host = HostOf(1);
    private static readonly VmId Vm = VmOf(1);

    [Fact]
    public void Run_RecordedLoadThatLeavesAndComesBack_TellsWhatWasToldLive()
    {
        RecordedRun run = new();
        run.Windows(Learnt).Windows(12, 95).Windows(VmBaseline.CalmWindows + 2).Windows(40).Windows(12, 95);

        HostEvent[] live = [.. run.Live];
        HostEvent[] replayed = [.. run.Replay(1_000).Select(l => l.Event)];

        Assert.Equal([HostEventKind.VmUnusual, HostEventKind.VmUsual], live.Select(e => e.Kind).Take(2));
        Assert.Equal(live.Select(Text), replayed.Select(Text));
    }

    [Fact]
    public void Run_VmThatStopsAndStarts_IsOverAtItsEndAndSettlesFirst()
    {
        RecordedRun run = new();
        run.Windows(Learnt).Windows(3, 95).Windows(1, 0, VmState.ShutOff).Windows(2, 95).Windows(20);

        HostEvent[] replayed = [.. run.Replay(777).Select(l => l.Event)];

        Assert.Equal([HostEventKind.VmUnusual, HostEventKind.VmUsual], replayed.Select(e => e.Kind));
        Assert.Equal("the VM does not run here any more", replayed[1].Evidence);
        Assert.Equal(run.Live.Select(Text), replayed.Select(Text));
    }

    [Fact]
    public void Run_AnotherThreshold_TellsOtherwise()
    {
        RecordedRun run = new();
        run.Windows(Learnt).Windows(3, 20.8);

        Assert.Empty(run.Replay(1_000, threshold: 0.85));
        Assert.Single(run.Replay(1_000, threshold: 0.5));
    }

    [Fact]
    public void Run_PartsOfAnyLength_TellTheSame()
    {
        RecordedRun run = new();
        run.Windows(Learnt).Windows(12, 95).Windows(20);
        string[] whole = [.. run.Replay(10_000).Select(l => Text(l.Event))];
        Assert.NotEmpty(whole);

        Gen.Int[1, 3_000].Sample(part => run.Replay(part).Select(l => Text(l.Event)).SequenceEqual(whole), iter: 20);
    }

    [Fact]
    public void AddTo_SeveralDevices_TimeCountsOnceWhereItDoesLive()
    {
        RecordedTicks ticks = new(1);
        RecordedSignal Of(string metric) => RecordedSignal.All.Single(s => !s.IsOfHost && s.Slot < VmSignals.Count && VmSignals.All[s.Slot].Name == metric);
        foreach (string metric in new[] { "vm_disk_iops", "vm_disk_latency_ms" })
        {
            ticks.Add(Of(metric), Vm, 0, SummaryOf(600, 60));
            ticks.Add(Of(metric), Vm, 0, SummaryOf(300, 60));
        }

        Assert.True(ticks.MoveTo(0));
        VmSums sums = new();
        ticks.AddTo(Vm, 2, sums);
        Span<double> means = stackalloc double[VmSignals.Count];
        Assert.True(sums.TryMeans(means));
        Assert.Equal((15, 7.5), (means[VmSignals.DiskOperations], means[VmSignals.DiskLatency]));
    }

    [Fact]
    public void AddTo_GuestThatTellsNothingAnyMore_DoesNotSwapNothing()
    {
        RecordedSignal swap = RecordedSignal.All.Single(s => !s.IsOfHost && s.Slot == VmSums.SwapIn), memory = RecordedSignal.All.Single(s => !s.IsOfHost && s.Slot == VmSignals.Memory);
        RecordedTicks ticks = new(2);
        ticks.Add(swap, Vm, 0, SummaryOf(0, 60));
        ticks.Add(swap, Vm, 1, SummaryOf(0, 60));
        ticks.Add(memory, Vm, 1, SummaryOf(50, 1));

        double MeanAt(int minute)
        {
            VmSums sums = new();
            Assert.True(ticks.MoveTo(minute));
            ticks.AddTo(Vm, 2, sums);
            return sums.Mean(VmSums.SwapIn);
        }

        Assert.Equal((double.NaN, 0), (MeanAt(0), MeanAt(1)));
    }

    private static string Text(HostEvent told) => $"{told.Kind} {told.Vm} {told.VmName} {told.TimeUnixMs} {told.Evidence}";

    private static Summary SummaryOf(double amount, double weight)
    {
        Summary summary = new();
        summary.Add(new WeightedValue(1, amount, weight));
        return summary;
    }

    /// <summary>A VM that is watched live while its CPU is recorded.</summary>
    private sealed class RecordedRun
    {
        // In the middle of minutes, where recorded ones are taken to be.
        private readonly WatchedVms _live = new WatchedVms(new VmBaselines(10)).Skip(AnomalyReplay.MinuteMs / 2);
        private readonly List<(long TimeUnixMs, double CpuPercent)> _recorded = [];
        private readonly List<FleetEvent> _lines = [];
        private VmState _state = VmState.Running;

        public IReadOnlyList<HostEvent> Live => _live.Told;

        public RecordedRun Windows(int count, double cpuPercent = 20, VmState state = VmState.Running)
        {
            for (int i = 0; i < count * (WindowMs / AnomalyReplay.MinuteMs); i++)
            {
                _live.Tick(cpuPercent, state, 1);
                if (state != _state)
                {
                    _lines.Add(new(Host, "h1", new(state == VmState.Running ? HostEventKind.VmStarted : HostEventKind.VmStopped, _live.Now, Vm, "vm-1", State: state), _state, _live.Now));
                    _state = state;
                }

                VmSums sums = new();
                _live.Figures.AddTo(Vm, 2, sums);
                _recorded.Add((_live.Now - (AnomalyReplay.MinuteMs / 2), sums.Mean(VmSignals.Cpu)));
            }

            return this;
        }

        public IEnumerable<FleetEvent> Replay(int part, double threshold = 0.75)
        {
            AnomalyReplay replay = new(threshold, 10, Topology.Of([new TopologyHost(Host, "h1", "", [new VmInfo(1, Vm, "vm-1", "", 2, 1 << 30, [], [])], [])]), _lines);
            foreach ((long TimeUnixMs, double CpuPercent)[] minutes in _recorded.Chunk(part))
            {
                RecordedTicks ticks = new(minutes.Length);
                foreach ((int minute, (long _, double percent)) in minutes.Index().Where(m => !double.IsNaN(m.Item.CpuPercent)))
                {
                    ticks.Add(RecordedSignal.All[VmSignals.Cpu], Vm, minute, SummaryOf(percent * 60, 60));
                }

                foreach (FleetEvent line in replay.Run(minutes[0].TimeUnixMs, minutes.Length, [new RecordedHost(Host, "h1", ticks)]))
                {
                    yield return line;
                }
            }
        }
    }
}
