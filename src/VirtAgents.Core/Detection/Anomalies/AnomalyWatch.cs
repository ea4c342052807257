using System.Globalization;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>A VM as the watch of its host needs to know it.</summary>
/// <param name="Id">The VM.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state as observed.</param>
/// <param name="VcpuCount">vCPUs it has; 0 = unknown.</param>
/// <param name="Tenant">Owner; empty when it has none.</param>
/// <param name="StartedUnixMs">When it began to run, by the clock of its host; milliseconds since 1970 UTC, 0 = unknown.</param>
public readonly record struct SeenVm(VmId Id, string Name, VmState State, int VcpuCount, string Tenant = "", long StartedUnixMs = 0);

/// <summary>
/// Tells when the VMs of one host become unusual, when their memory leaks, when they thrash, are starved by their balloon or spike with a period, and when that is over. Feeds the mean of each of <see cref="VmSignals"/> over windows of
/// event time to what was learnt of each VM (<see cref="VmBaselines"/>). Not thread-safe; time is that of the samples.
/// </summary>
/// <remarks>
/// <para>
/// Unknown begins nothing and ends nothing: a signal without a known value in a window is unknown in it, and a window without any is passed
/// over. So is one that ticks do not cover from its first minute to its last, one during which the VM was not seen to run all the time, and what
/// comes within <see cref="SettleMs"/> after a VM began to run here: a boot is no news. Of one whose start is known it is kept then whether it waits, for <see cref="StormJudge"/>.
/// </para>
/// <para>
/// Ticks of a host come in order, so one window is open at a time. One before it is left out; when the clock was set back by more than a
/// window, windows begin anew.
/// </para>
/// </remarks>
/// <param name="host">The host.</param>
/// <param name="baselines">What was learnt of all VMs.</param>
/// <param name="threshold">Score from which on an operator is told; from 0.5 to 0.85.</param>
/// <param name="windowMs">Length of a window, from a minute; milliseconds.</param>
public sealed class AnomalyWatch(HostId host, VmBaselines baselines, double threshold, long windowMs = AnomalyWatch.WindowMs)
{
    /// <summary>
    /// Length of a window; milliseconds. With a minute alarms come two minutes sooner and as often, but the largest distances would be
    /// remembered for three days instead of two weeks, so that a rhythm of a week would be news every week.
    /// </summary>
    public const long WindowMs = 300_000;

    /// <summary>How long after the begin of a run nothing is judged or learnt; milliseconds.</summary>
    public const long SettleMs = 600_000;

    private const long EdgeMs = 60_000;
    private readonly Dictionary<VmId, WatchedSums> _vms = [];
    private readonly List<HostEvent> _events = [];
    private readonly HostMemorySums _hostMemory = new();
    private long _startUnixMs = long.MinValue;
    private long _firstUnixMs;
    private long _lastUnixMs;

    /// <summary>Takes which VMs there are, at least as often as with every slow tick. The answer is valid until the next call.</summary>
    /// <param name="timeUnixMs">Time of the tick, milliseconds since 1970 UTC.</param>
    /// <param name="vms">All VMs that are known on the host.</param>
    /// <returns>What is over, since a VM does not run here any more.</returns>
    public IReadOnlyList<HostEvent> See(long timeUnixMs, IReadOnlyList<SeenVm> vms)
    {
        ArgumentNullException.ThrowIfNull(vms);
        _events.Clear();
        foreach (WatchedSums known in _vms.Values)
        {
            known.IsSeen = false;
        }

        foreach (SeenVm vm in vms)
        {
            if (!_vms.TryGetValue(vm.Id, out WatchedSums? known))
            {
                _vms[vm.Id] = known = new WatchedSums(vm.Id, timeUnixMs);
            }

            known.IsSeen = true;
            known.Newest = vm;
            Take(known, vm.State, timeUnixMs);
        }

        foreach (WatchedSums gone in _vms.Values.Where(v => !v.IsSeen).ToArray())
        {
            Take(gone, VmState.Gone, timeUnixMs);
            _vms.Remove(gone.Id);
        }

        return _events;
    }

    /// <summary>Takes a tick of which <paramref name="figures"/> tell. The answer is valid until the next call.</summary>
    /// <param name="timeUnixMs">Time of the tick, milliseconds since 1970 UTC; of a host whose clock is ahead that of receiving.</param>
    /// <param name="figures">Figures of the host.</param>
    /// <returns>What began and what is over.</returns>
    public IReadOnlyList<HostEvent> Observe(long timeUnixMs, ITickFigures figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        _events.Clear();
        if (timeUnixMs >= _startUnixMs + windowMs || timeUnixMs < _startUnixMs - windowMs)
        {
            CloseWindow(timeUnixMs);
        }

        if (timeUnixMs < _startUnixMs)
        {
            return _events;
        }

        _lastUnixMs = Math.Max(_lastUnixMs, timeUnixMs);
        figures.AddTo(_hostMemory);
        foreach (WatchedSums vm in _vms.Values)
        {
            if (vm.IsRunning)
            {
                figures.AddTo(vm.Id, vm.Newest.VcpuCount, vm.Sums);
            }
        }

        return _events;
    }

    /// <summary>Has what is unusual told once more at the next window: who heard it before may have given it up.</summary>
    public void TellAgain()
    {
        foreach (WatchedSums vm in _vms.Values)
        {
            vm.Baseline?.TellAgain(host);
        }
    }

    private void Take(WatchedSums vm, VmState state, long timeUnixMs)
    {
        if (state == VmState.Running)
        {
            vm.FromUnixMs = vm.IsRunning ? vm.FromUnixMs : timeUnixMs + (vm.HasStopped ? SettleMs : 0);
            (vm.IsRunning, vm.HasStopped) = (true, false);
            return;
        }

        vm.IsRunning = false;
        if (state is VmState.Unknown or VmState.Stuck or VmState.ShuttingDown)
        {
            return;
        }

        vm.HasStopped = true;
        bool hasEnded = !VmStates.IsInMemory(state) && !VmStates.HasLeft(state);
        (bool wasUnusual, bool wasLeak, bool wasThrashing, bool wasStarved, bool wasSpiking) = vm.Baseline?.Release(host, hasEnded) ?? default;
        Gone(vm, wasUnusual, HostEventKind.VmUsual, timeUnixMs);
        Gone(vm, wasLeak, HostEventKind.VmMemoryLeakEnded, timeUnixMs);
        Gone(vm, wasThrashing, HostEventKind.VmThrashingEnded, timeUnixMs);
        Gone(vm, wasStarved, HostEventKind.VmBalloonStarvationEnded, timeUnixMs);
        Gone(vm, wasSpiking, HostEventKind.VmPeriodicSpikesEnded, timeUnixMs);
        vm.Baseline = null;
    }

    private void Gone(WatchedSums vm, bool wasTold, HostEventKind over, long timeUnixMs)
    {
        if (wasTold)
        {
            _events.Add(new(over, timeUnixMs, vm.Id, vm.Newest.Name, Evidence: "the VM does not run here any more"));
        }
    }

    private void CloseWindow(long timeUnixMs)
    {
        long end = _startUnixMs + windowMs;
        if (_startUnixMs != long.MinValue && timeUnixMs >= end && _firstUnixMs <= _startUnixMs + EdgeMs && _lastUnixMs >= end - EdgeMs)
        {
            JudgeWindow(end);
        }

        foreach (WatchedSums vm in _vms.Values)
        {
            vm.Sums.Clear();
        }

        _hostMemory.Clear();
        _startUnixMs = Aggregator.StepStart(timeUnixMs, windowMs);
        (_firstUnixMs, _lastUnixMs) = (timeUnixMs, timeUnixMs);
    }

    private void JudgeWindow(long endUnixMs)
    {
        Span<double> means = stackalloc double[VmSignals.Count];
        int leftOut = 0;
        foreach (WatchedSums vm in _vms.Values)
        {
            bool isSettling = vm.FromUnixMs > _startUnixMs;
            if (!vm.IsRunning || (isSettling && !IsStartKnown(vm, endUnixMs)) || !vm.Sums.TryMeans(means))
            {
                continue;
            }

            vm.Baseline = baselines.TryHold(vm.Newest, host, endUnixMs);
            leftOut += vm.Baseline is null ? 1 : 0;
            if (isSettling)
            {
                vm.Baseline?.ObserveUse(host, _startUnixMs / windowMs, VmUse.Waiting(means), vm.Newest.StartedUnixMs, isSettling: true);
                continue;
            }

            Tell(vm, vm.Baseline?.Observe(host, _startUnixMs, endUnixMs, means, threshold) ?? default, endUnixMs);
            vm.Baseline?.ObserveUse(host, _startUnixMs / windowMs, VmUse.Of(means, vm.Newest.VcpuCount, vm.Sums.DiskBytesPerSecond), vm.Newest.StartedUnixMs, isSettling: false);
            Tell(vm, vm.Baseline?.ObserveLeak(host, _startUnixMs, endUnixMs, means) ?? default, HostEventKind.VmMemoryLeak, HostEventKind.VmMemoryLeakEnded, endUnixMs);
            MemoryUse memory = MemoryUse.Of(vm.Sums);
            Tell(vm, vm.Baseline?.ObserveBalloon(host, _startUnixMs, new(memory, _hostMemory.AvailableBytes, _hostMemory.TotalBytes)) ?? default, HostEventKind.VmBalloonStarved, HostEventKind.VmBalloonStarvationEnded, endUnixMs);
            Tell(vm, vm.Baseline?.ObserveMemory(host, _startUnixMs, memory) ?? default, HostEventKind.VmThrashing, HostEventKind.VmThrashingEnded, endUnixMs);
            Tell(vm, vm.Baseline?.ObserveSpikes(host, _startUnixMs, endUnixMs, means) ?? default, HostEventKind.VmPeriodicSpikes, HostEventKind.VmPeriodicSpikesEnded, endUnixMs);
        }

        baselines.SetLeftOut(host, leftOut);
    }

    // A minute at least, so that a mean says something.
    private static bool IsStartKnown(WatchedSums vm, long endUnixMs) => vm.Newest.StartedUnixMs > 0 && endUnixMs - vm.Newest.StartedUnixMs >= EdgeMs;

    private void Tell(WatchedSums vm, in AnomalyNews news, long timeUnixMs)
    {
        if (news.Change == AnomalyChange.None)
        {
            return;
        }

        (HostEventKind kind, string evidence) = news.Change == AnomalyChange.Began
            ? (HostEventKind.VmUnusual, Describe(news.Verdict))
            : (HostEventKind.VmUsual, "as usual");
        _events.Add(new(kind, timeUnixMs, vm.Id, vm.Newest.Name, Evidence: $"{evidence}; unusual since {TimeText(news.SinceUnixMs)}"));
    }

    private void Tell(WatchedSums vm, in PatternNews news, HostEventKind began, HostEventKind ended, long timeUnixMs)
    {
        if (news.Change != PatternChange.None)
        {
            HostEventKind kind = news.Change == PatternChange.Began ? began : ended;
            _events.Add(new(kind, timeUnixMs, vm.Id, vm.Newest.Name, Evidence: $"{news.Evidence}; since {TimeText(news.SinceUnixMs)}"));
        }
    }

    private static string TimeText(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    // No signal can be below 0, whatever the range learnt around a small value.
    private static string Describe(in AnomalyVerdict verdict)
    {
        DerivedMetric signal = VmSignals.All[verdict.Signal];
        string by = verdict.Channel switch
        {
            AnomalyChannel.Level => "level",
            AnomalyChannel.RecentLevel => "recent level",
            AnomalyChannel.TimeOfDay => "time of day",
            AnomalyChannel.Step => "step",
            _ => "",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{signal.Name} is {verdict.Observed:G4}, expected {Math.Max(0, verdict.ExpectedLow):G4} to {Math.Max(0, verdict.ExpectedHigh):G4} by {by}; score {verdict.Score:F2}");
    }

    /// <summary>What a host knows of one of its VMs, and the sums of the open window.</summary>
    private sealed class WatchedSums(VmId id, long fromUnixMs)
    {
        public VmId Id => id;

        public SeenVm Newest { get; set; }

        public bool IsSeen { get; set; }

        public bool IsRunning { get; set; }

        /// <summary>Whether it was seen not to run, so that the next run is a new one.</summary>
        public bool HasStopped { get; set; }

        /// <summary>Windows from here on count.</summary>
        public long FromUnixMs { get; set; } = fromUnixMs;

        public VmSums Sums { get; } = new();

        public VmBaseline? Baseline { get; set; }
    }
}
