using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Anomalies.WatchedVms;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

/// <summary>What a VM does in a minute; NaN = unknown.</summary>
internal readonly record struct VmMinute(double CpuPercent, double StealPercent = 0, double LatencyMs = 1, double Operations = 50, double BytesPerSecond = 1e6);

/// <summary>Hosts with VMs of 2 vCPUs, called web-1 and so on, that are watched live while what they do is recorded. Their disks are in the pool that all hosts share.</summary>
internal sealed class RecordedFleet
{
    private const long MinuteMs = AnomalyReplay.MinuteMs, LookMs = 2 * MinuteMs;
    private static readonly PoolInfo San = new(50, "san", "netfs", "/san");

    // At a multiple of windows and of the time between comparisons.
    private static readonly long Start = 1_750_000_200_000;
    private readonly VmBaselines _baselines = new(100);
    private readonly TopologyHost[] _hosts;
    private readonly Watched[] _watched;
    private readonly PeerWatch _peers = new();
    private readonly ContentionWatch _contention = new();
    private readonly List<FleetEvent> _lines = [];
    private readonly List<(int Host, int Minute, VmId Vm, RecordedSignal Signal, double Amount, double Weight)> _recorded = [];
    private int _minute;
    private long _bootUnixMs = Start - 86_400_000;
    private long _uptimeMs;

    public RecordedFleet(params int[] vmsOfHosts)
    {
        int made = 0;
        _hosts = [.. vmsOfHosts.Select((vms, host) => new TopologyHost(HostOf(host + 1), $"h{host + 1}", "lab", [.. Enumerable.Range(0, vms).Select(_ => InfoOf(++made))], [San]))];
        _watched = [.. _hosts.Select(h => new Watched(new(h.Id, _baselines, 0.75)))];
    }

    /// <summary>What was told of VMs together.</summary>
    public List<FleetEvent> Live { get; } = [];

    public Topology Topology => Topology.Of(_hosts);

    /// <summary>Passes some minutes.</summary>
    /// <param name="minutes">How many.</param>
    /// <param name="doing">What a VM does by its number; null = it does not run.</param>
    public RecordedFleet Minutes(int minutes, Func<int, VmMinute?> doing)
    {
        for (int i = 0; i < minutes; i++, _minute++)
        {
            LookLive(Start + (_minute * MinuteMs));
            long middle = Start + (_minute * MinuteMs) + (MinuteMs / 2);
            foreach ((int number, TopologyHost host) in _hosts.Index())
            {
                Tick(number, host, middle, doing);
            }
        }

        return this;
    }

    /// <summary>All hosts boot.</summary>
    public RecordedFleet Boot()
    {
        _bootUnixMs = Start + (_minute * MinuteMs);
        return this;
    }

    /// <summary>What is concluded from what was recorded, in parts of some minutes.</summary>
    public IEnumerable<FleetEvent> Replay(int part, long fromUnixMs = 0)
    {
        AnomalyReplay replay = new(0.75, 100, Topology, _lines, fromUnixMs);
        ILookup<int, (int Host, int Minute, VmId Vm, RecordedSignal Signal, double Amount, double Weight)> parts = _recorded.ToLookup(r => r.Minute / part);
        for (int first = 0; first < _minute; first += part)
        {
            RecordedHost[] hosts = [.. _hosts.Select(h => new RecordedHost(h.Id, h.Name, new(part)))];
            foreach ((int host, int minute, VmId vm, RecordedSignal signal, double amount, double weight) in parts[first / part])
            {
                Summary summary = new();
                summary.Add(new WeightedValue(1, amount, weight));
                hosts[host].Ticks.Add(signal, vm, minute - first, summary);
            }

            foreach (FleetEvent told in replay.Run(Start + (first * MinuteMs), Math.Min(part, _minute - first), hosts).Where(t => FleetReplay.Kinds.Contains(t.Event.Kind)))
            {
                yield return told;
            }
        }
    }

    /// <summary>A line with the number of the window after which it was told.</summary>
    public static string Text(FleetEvent line) =>
        $"{line.ReceivedUnixMs / AnomalyWatch.WindowMs} {line.HostName} {line.Event.Kind} {line.Event.VmName} {line.Event.Device} {line.Event.Evidence}";

    private static VmInfo InfoOf(int number) => new(number, VmOf(number), $"web-{number}", "", 2, 1 << 30, [new VmDiskInfo(90, "vda", "/san/vda", "san")], []);

    // At another moment than a replay does.
    private void LookLive(long minuteUnixMs)
    {
        if (minuteUnixMs % PeerWatch.PeriodMs == LookMs)
        {
            Live.AddRange(_peers.Observe(minuteUnixMs, _baselines.Peers(minuteUnixMs)).ToLines(Topology, minuteUnixMs));
        }

        if (minuteUnixMs % WindowMs == LookMs)
        {
            Live.AddRange(_contention.Observe(minuteUnixMs, _baselines, Topology).ToLines(Topology, minuteUnixMs));
        }
    }

    private void Tick(int number, TopologyHost host, long middle, Func<int, VmMinute?> doing)
    {
        Watched watched = _watched[number];
        watched.Figures.Clear();
        foreach (VmInfo vm in host.Vms)
        {
            VmMinute? does = doing(vm.Index);
            Note(host, watched, vm, does is null ? VmState.ShutOff : VmState.Running, middle);
            foreach ((RecordedSignal signal, double amount, double weight) in (does is { } minute ? SignalsOf(minute) : []).Where(s => double.IsFinite(s.Amount)))
            {
                watched.Figures.Add((vm.Id, signal.Slot, amount, weight));
                _recorded.Add((number, _minute, vm.Id, signal, amount, weight));
            }
        }

        RecordUptime(number, middle);
        watched.Starts.See(middle, middle - _uptimeMs, host.Vms.ToDictionary(v => v.Id, v => new VmCondition(v.Id, v.Name, watched.States[v.Id], VmStateReason.Unspecified, middle, watched.States[v.Id])));
        _ = watched.Watch.See(middle, [.. host.Vms.Select(v => new SeenVm(v.Id, v.Name, watched.States[v.Id], v.VcpuCount, "", watched.Starts.Of(v.Id)))]);
        _ = watched.Watch.Observe(middle, watched);
    }

    private void RecordUptime(int number, long middle)
    {
        _uptimeMs = middle - _bootUnixMs;
        _recorded.Add((number, _minute, default, RecordedSignal.All.Single(s => s.IsOfHost && s.Slot == RecordedSignal.HostUptime), _uptimeMs / 1_000.0, 1));
    }

    private void Note(TopologyHost host, Watched watched, VmInfo vm, VmState state, long middle)
    {
        if (!watched.States.TryGetValue(vm.Id, out VmState before) || before != state)
        {
            HostEventKind kind = state == VmState.ShutOff ? HostEventKind.VmStopped : before == VmState.Unknown ? HostEventKind.VmObserved : HostEventKind.VmStarted;
            FleetEvent line = new(host.Id, host.Name, new(kind, middle, vm.Id, vm.Name, State: state), state, middle);
            watched.Starts.Note(line.Event);
            _lines.Add(line);
            watched.States[vm.Id] = state;
        }
    }

    private static IEnumerable<(RecordedSignal Signal, double Amount, double Weight)> SignalsOf(VmMinute minute)
    {
        yield return (SignalOf(VmSignals.Cpu), minute.CpuPercent * 60, 60);
        yield return (SignalOf(VmSignals.Steal), minute.StealPercent * 60, 60);
        yield return (SignalOf(VmSignals.DiskOperations), minute.Operations * 60, 60);
        yield return (SignalOf(VmSums.DiskRead), minute.BytesPerSecond * 60, 60);
        yield return (SignalOf(VmSums.DiskWrite), 0, 60);
        yield return (SignalOf(VmSignals.DiskLatency), minute.LatencyMs * minute.Operations * 60, minute.Operations * 60);
    }

    private static RecordedSignal SignalOf(int slot) => RecordedSignal.All.Single(s => !s.IsOfHost && s.Slot == slot);

    /// <summary>A host as a collector keeps it.</summary>
    private sealed class Watched(AnomalyWatch watch) : ITickFigures
    {
        public AnomalyWatch Watch => watch;

        public Dictionary<VmId, VmState> States { get; } = [];

        public StartTimes Starts { get; } = new();

        public List<(VmId Vm, int Slot, double Amount, double Weight)> Figures { get; } = [];

        public void AddTo(VmId vm, int vcpuCount, VmSums sums) => Figures.Where(f => f.Vm == vm).ToList().ForEach(f => sums.Add(f.Slot, f.Amount, f.Weight));

        public void AddTo(HostMemorySums sums)
        {
        }
    }
}
