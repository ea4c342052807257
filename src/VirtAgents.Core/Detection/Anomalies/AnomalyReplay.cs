using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>A host over a stretch of time.</summary>
/// <param name="Id">The host.</param>
/// <param name="Name">Its name.</param>
/// <param name="Ticks">What was recorded of it.</param>
public sealed record RecordedHost(HostId Id, string Name, RecordedTicks Ticks);

/// <summary>
/// Watches recorded VMs by the code that watches live ones (<see cref="AnomalyWatch"/>, <see cref="FleetReplay"/>), one stretch of time after the other; only what was learnt is kept between
/// them. Pure, not thread-safe.
/// </summary>
/// <remarks>
/// What the watch concludes at the end of a window it concludes with the first minute after it, as live with the first tick. Which VMs ran is told by the lines of the feed; one of which
/// there is no line yet ran where its CPU was sampled.
/// </remarks>
public sealed class AnomalyReplay
{
    /// <summary>Length of the minutes that stand for ticks; milliseconds.</summary>
    public const long MinuteMs = 60_000;

    /// <summary>How long before the time that is judged is learnt: what the detector remembers; milliseconds.</summary>
    public const long WarmUpMs = 14 * 86_400_000L;

    // Ticks hardly ever come at a full minute: what is first seen in a window was not there at its beginning.
    private const long TickMs = MinuteMs / 2;

    private readonly VmBaselines _baselines;
    private readonly double _threshold;
    private readonly FleetReplay _fleet;
    private readonly ImmutableDictionary<VmId, VmInfo> _vms;
    private readonly ILookup<HostId, FleetEvent> _lines;
    private readonly Dictionary<HostId, WatchedHost> _hosts = [];

    /// <summary>Nothing is learnt yet.</summary>
    /// <param name="threshold">Score from which on a VM is told as unusual; from 0.5 to 0.85.</param>
    /// <param name="most">Most VMs that are learnt.</param>
    /// <param name="topology">What depends on what now.</param>
    /// <param name="lines">Lines of the feed, in order, from where the replay begins.</param>
    /// <param name="fleetFromUnixMs">From when on VMs are looked at together; milliseconds since 1970 UTC.</param>
    public AnomalyReplay(double threshold, int most, Topology topology, IEnumerable<FleetEvent> lines, long fleetFromUnixMs = 0)
    {
        ArgumentNullException.ThrowIfNull(topology);
        (_baselines, _threshold) = (new(most), threshold);
        _fleet = new(_baselines, topology, fleetFromUnixMs);
        _vms = topology.Hosts.OrderBy(h => h.Name, StringComparer.Ordinal).SelectMany(h => h.Vms).DistinctBy(v => v.Id).ToImmutableDictionary(v => v.Id);
        _lines = lines.ToLookup(l => l.HostId);
    }

    /// <summary>Kinds of lines that it concludes.</summary>
    public static ImmutableHashSet<HostEventKind> Kinds { get; } =
    [
        HostEventKind.VmUnusual, HostEventKind.VmUsual, HostEventKind.VmMemoryLeak, HostEventKind.VmMemoryLeakEnded, HostEventKind.VmThrashing, HostEventKind.VmThrashingEnded,
        HostEventKind.VmBalloonStarved, HostEventKind.VmBalloonStarvationEnded, HostEventKind.VmPeriodicSpikes, HostEventKind.VmPeriodicSpikesEnded,
        .. FleetReplay.Kinds,
    ];

    /// <summary>Lines that the watch would have added to the feed in the next stretch of time, in order.</summary>
    /// <param name="fromUnixMs">Its first minute; milliseconds since 1970 UTC, at a full minute.</param>
    /// <param name="minutes">How many minutes.</param>
    /// <param name="hosts">What was recorded; hosts without anything may be left out.</param>
    public IEnumerable<FleetEvent> Run(long fromUnixMs, int minutes, IReadOnlyList<RecordedHost> hosts)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        for (int minute = 0; minute < minutes; minute++)
        {
            long now = fromUnixMs + (minute * MinuteMs) + TickMs;
            foreach (FleetEvent told in hosts.Where(h => h.Ticks.MoveTo(minute)).SelectMany(h => MinuteOf(h, WatchedOf(h.Id), now)))
            {
                yield return told;
            }

            foreach (FleetEvent told in _fleet.Look(now))
            {
                yield return told;
            }
        }
    }

    private WatchedHost WatchedOf(HostId host)
    {
        if (!_hosts.TryGetValue(host, out WatchedHost? watched))
        {
            StartTimes starts = new();
            _hosts[host] = watched = new(new(host, _baselines, _threshold), new([.. _lines[host]], starts), starts);
        }

        return watched;
    }

    private FleetEvent[] MinuteOf(RecordedHost host, WatchedHost watched, long timeUnixMs)
    {
        watched.States.To(timeUnixMs);
        watched.Vms.UnionWith(host.Ticks.Vms);
        SeenVm[] seen = [.. watched.Vms.Select(vm => SeenOf(vm, host.Ticks, watched.States))];
        Dictionary<VmId, VmState> states = seen.ToDictionary(v => v.Id, v => v.State);
        watched.Starts.See(timeUnixMs, watched.BootOf(timeUnixMs - host.Ticks.UptimeMs), watched.Vms, vm => states.GetValueOrDefault(vm, VmState.Gone));

        // What it answers is valid until it is called again.
        HostEvent[] over = [.. watched.Watch.See(timeUnixMs, [.. seen.Select(v => v with { StartedUnixMs = watched.Starts.Of(v.Id) })])];
        return [.. over.Concat(watched.Watch.Observe(timeUnixMs, host.Ticks)).Select(told => new FleetEvent(host.Id, host.Name, told, told.Vm is { } vm ? watched.States.Of(vm) : VmState.Unknown, timeUnixMs))];
    }

    private SeenVm SeenOf(VmId id, RecordedTicks ticks, VmStatesSeen states)
    {
        VmState state = states.Knows(id) ? states.Of(id) : ticks.Runs(id) ? VmState.Running : VmState.Unknown;
        return _vms.TryGetValue(id, out VmInfo? vm) ? new(id, vm.Name, state, vm.VcpuCount, vm.Tenant) : new(id, states.NameOf(id), state, 0);
    }

    private sealed record WatchedHost(AnomalyWatch Watch, VmStatesSeen States, StartTimes Starts)
    {
        private long? _bootUnixMs;

        public HashSet<VmId> Vms { get; } = [];

        // Ticks are not spread evenly over each minute: of what is about the same boot the earliest counts, so that what began soon after it did not begin before.
        public long? BootOf(long? bootUnixMs) => _bootUnixMs = bootUnixMs is { } now && _bootUnixMs is { } before && Math.Abs(now - before) <= MinuteMs ? Math.Min(now, before) : bootUnixMs;
    }
}
