using System.Collections.Immutable;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>
/// What was learnt of one VM, wherever it runs, and whether it is unusual now. At each time one host holds it and teaches it. Thread-safe.
/// </summary>
/// <remarks>
/// An episode begins with an alarm and ends after <see cref="CalmWindows"/> windows in a row whose own evidence is below half of what an
/// alarm needs. The detector gets used to what lasts: its evidence falls, and the episode ends then as well.
/// </remarks>
public sealed partial class VmBaseline
{
    /// <summary>Windows without much evidence after which an episode is over.</summary>
    public const int CalmWindows = 6;

    /// <summary>Time that must have been learnt before anything is told: most of what seems unusual on the first day comes again every day; milliseconds.</summary>
    public const long LearningMs = 86_400_000;

    /// <summary>A host that taught nothing for so long does not hold it any more, by the time of samples; milliseconds.</summary>
    public const long HoldMs = 30 * 60_000L;

    private readonly Lock _lock = new();
    private readonly AnomalyDetector _detector;
    private readonly LeakWatch _leak;
    private readonly ThrashWatch _thrash = new();
    private readonly StarvationWatch _starvation = new();
    private readonly SpikeWatch _spikes = new();
    private readonly UseSeries _use = new();
    private HostId? _holder;
    private string _name = "";
    private Role? _role;
    private uint _known;
    private int _claims;
    private long _startedUnixMs;
    private bool _isSettling;
    private bool _isTold;
    private long _learntMs;
    private long _sinceUnixMs;
    private int _calm;
    private int _unsaved;

    /// <summary>Nothing learnt yet.</summary>
    public VmBaseline()
        : this(new AnomalyDetector(VmSignals.Count), new LeakWatch())
    {
    }

    private VmBaseline(AnomalyDetector detector, LeakWatch leak) => (_detector, _leak) = (detector, leak);

    /// <summary>End of the newest window that was learnt; milliseconds since 1970 UTC, 0 = none.</summary>
    public long SeenUnixMs { get; private set; }

    /// <summary>What the newest window said; with a score of 0 and without a channel before the first.</summary>
    public AnomalyVerdict Newest { get; private set; }

    /// <summary>What the newest window with known memory said of it; with a confidence of 0 before the first.</summary>
    public LeakVerdict NewestLeak => _leak.Newest;

    /// <summary>Windows that were learnt since it was saved last.</summary>
    public int Unsaved => _unsaved;

    /// <summary>Whether a host teaches it.</summary>
    /// <param name="timeUnixMs">Now, by the time of samples; milliseconds since 1970 UTC.</param>
    public bool IsHeld(long timeUnixMs)
    {
        lock (_lock)
        {
            return _holder is not null && timeUnixMs - SeenUnixMs < HoldMs;
        }
    }

    /// <summary>The VM as it is compared with others of its role; null when it has none, or no host sees it run.</summary>
    /// <param name="id">The VM.</param>
    /// <param name="timeUnixMs">Now; milliseconds since 1970 UTC.</param>
    public PeerVm? AsPeer(VmId id, long timeUnixMs)
    {
        lock (_lock)
        {
            return _holder is { } host && _role is { } role && !_isSettling && timeUnixMs - SeenUnixMs < HoldMs
                ? new(id, _name, host, role, [.. Enumerable.Range(0, VmSignals.Count).Select(s => (_known & (1u << s)) != 0 ? _detector.RecentMedian(s) : null)], _claims)
                : null;
        }
    }

    /// <summary>The VM as one that others may suffer from, or that suffers itself; null when no host sees it run, or it has just begun to.</summary>
    /// <param name="id">The VM.</param>
    /// <param name="timeUnixMs">Now; milliseconds since 1970 UTC.</param>
    /// <param name="newestWindow">Number of the newest window that is complete.</param>
    /// <param name="pools">Pools that its disks are in.</param>
    public NeighbourVm? AsNeighbour(VmId id, long timeUnixMs, long newestWindow, ImmutableArray<string> pools)
    {
        lock (_lock)
        {
            return _isSettling ? null : Neighbour(id, timeUnixMs, newestWindow, pools);
        }
    }

    /// <summary>The VM with the time of its start, also when it has just begun to run; null when no host sees it run.</summary>
    /// <param name="id">The VM.</param>
    /// <param name="timeUnixMs">Now; milliseconds since 1970 UTC.</param>
    /// <param name="newestWindow">Number of the newest window that is complete.</param>
    /// <param name="pools">Pools that its disks are in.</param>
    public StartedVm? AsStarted(VmId id, long timeUnixMs, long newestWindow, ImmutableArray<string> pools)
    {
        lock (_lock)
        {
            return Neighbour(id, timeUnixMs, newestWindow, pools) is { } vm ? new(vm, _startedUnixMs) : null;
        }
    }

    internal bool TryHold(HostId host, in SeenVm vm, long timeUnixMs)
    {
        lock (_lock)
        {
            if (_holder != host && _holder is not null && timeUnixMs - SeenUnixMs < HoldMs)
            {
                return false;
            }

            // Who takes it over tells an episode that goes on once more: what the host before told ended with it.
            _isTold &= _holder == host;
            if (_holder != host)
            {
                _leak.TellAgain();
                _thrash.TellAgain();
                _starvation.TellAgain();
                _spikes.TellAgain();
            }

            _claims += _holder == host ? 0 : 1;
            (_holder, SeenUnixMs) = (host, Math.Max(SeenUnixMs, timeUnixMs));
            (_name, _role) = (vm.Name, Role.Of(vm.Tenant, vm.Name));
            return true;
        }
    }

    internal void TellAgain(HostId host)
    {
        lock (_lock)
        {
            if (_holder == host)
            {
                _isTold = false;
                _leak.TellAgain();
                _thrash.TellAgain();
                _starvation.TellAgain();
                _spikes.TellAgain();
                _claims++;
            }
        }
    }

    /// <summary>Gives it up. An episode goes on where the VM goes on, and is over when it has ended.</summary>
    /// <returns>Whether an episode, a leak, thrashing, starvation by its balloon and spikes had been told, which cannot go on here.</returns>
    internal (bool WasUnusual, bool WasLeak, bool WasThrashing, bool WasStarved, bool WasSpiking) Release(HostId host, bool hasEnded)
    {
        lock (_lock)
        {
            if (_holder != host)
            {
                return default;
            }

            (_startedUnixMs, _isSettling) = (0, false);
            (_sinceUnixMs, _calm) = hasEnded ? (0, 0) : (_sinceUnixMs, _calm);
            (bool wasTold, _holder, _isTold) = (_isTold, null, false);
            return (wasTold, _leak.Release(hasEnded), _thrash.Release(hasEnded), _starvation.Release(hasEnded), _spikes.Release(hasEnded));
        }
    }

    private NeighbourVm? Neighbour(VmId id, long timeUnixMs, long newestWindow, ImmutableArray<string> pools) => _holder is { } host && timeUnixMs - SeenUnixMs < HoldMs
        ? new(id, _name, host, pools, _use.Read(newestWindow), _detector.RecentMedian(VmSignals.DiskLatency), _claims)
        : null;
}
