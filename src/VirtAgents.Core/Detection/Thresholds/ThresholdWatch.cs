using System.Collections.Immutable;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Thresholds;

/// <summary>A VM with its newest figures.</summary>
public readonly record struct WatchedVm(VmId Id, string Name, VmState State, VmFigures Figures);

/// <summary>A pool with its newest figures.</summary>
public readonly record struct WatchedPool(string Name, PoolFigures Figures);

/// <summary>One figure of an element.</summary>
/// <param name="Figure">Name of one of <see cref="ThresholdFigures.All"/>.</param>
/// <param name="Vm">The VM; default = it is about a host or pool.</param>
/// <param name="Pool">The pool; empty = it is about a host or VM.</param>
/// <param name="Name">Name of the element.</param>
/// <param name="Value">Its value; null = unknown; negative infinity = the VM is seen not to run.</param>
public readonly record struct WatchedValue(string Figure, VmId Vm, string Pool, string Name, double? Value);

/// <summary>
/// Tells when figures of one host, its VMs and pools cross their thresholds and when that is over. Not thread-safe. Time is
/// that of the samples.
/// </summary>
/// <remarks>
/// Unknown is neither above nor below: it begins nothing and ends nothing, and the time a figure must hold begins anew after
/// it. A VM that is seen not to run is below every threshold; one whose state is unknown keeps what was told.
/// </remarks>
/// <param name="rules">The table.</param>
/// <param name="longestStep">
/// What the time between two looks counts at most as time held: a gap, or a clock that jumps ahead, is not time in which the figure was seen.
/// </param>
public sealed class ThresholdWatch(ImmutableArray<ThresholdRule> rules, TimeSpan longestStep)
{
    /// <summary>Longest step of figures that are looked at every 15 seconds: four looks, so that three may be missing.</summary>
    public static readonly TimeSpan LiveStep = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(int Rule, VmId Vm, string Pool), Level> _levels = [];
    private readonly List<HostEvent> _events = [];

    /// <summary>Takes the figures after a tick. The answer is valid until the next call.</summary>
    /// <param name="timeUnixMs">Time of the tick, milliseconds since 1970 UTC.</param>
    /// <param name="hostName">Name of the host.</param>
    /// <param name="host">Figures of the host.</param>
    /// <param name="vms">All VMs that are known on it; one that is not among them any more is below every threshold.</param>
    /// <param name="pools">Its pools.</param>
    public IReadOnlyList<HostEvent> Observe(long timeUnixMs, string hostName, HostFigures host, IReadOnlyList<WatchedVm> vms, IReadOnlyList<WatchedPool> pools)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(vms);
        ArgumentNullException.ThrowIfNull(pools);
        _events.Clear();
        EndOfThoseGone(timeUnixMs, vms);
        for (int rule = 0; rule < rules.Length; rule++)
        {
            switch (ThresholdFigures.KindOf(rules[rule].Figure))
            {
                case SubjectKind.Vm:
                    ObserveVms(rule, timeUnixMs, hostName, vms);
                    break;
                case SubjectKind.Host:
                    Step(rule, default, "", hostName, hostName, ThresholdFigures.Of(rules[rule].Figure, host), timeUnixMs);
                    break;
                case SubjectKind.Pool:
                    ObservePools(rule, timeUnixMs, hostName, pools);
                    break;
                default:
                    break;
            }
        }

        return _events;
    }

    /// <summary>Takes values of single figures at one time, such as recorded ones. The answer is valid until the next call.</summary>
    /// <param name="timeUnixMs">Their time, milliseconds since 1970 UTC.</param>
    /// <param name="hostName">Name of the host.</param>
    /// <param name="values">Values; what is not among them stays as it was.</param>
    public IReadOnlyList<HostEvent> Observe(long timeUnixMs, string hostName, IEnumerable<WatchedValue> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _events.Clear();
        foreach (WatchedValue one in values)
        {
            for (int rule = 0; rule < rules.Length; rule++)
            {
                if (rules[rule].Figure == one.Figure)
                {
                    Step(rule, one.Vm, one.Pool, one.Name, hostName, one.Value, timeUnixMs);
                }
            }
        }

        return _events;
    }

    private void ObserveVms(int rule, long timeUnixMs, string hostName, IReadOnlyList<WatchedVm> vms)
    {
        foreach (WatchedVm vm in vms)
        {
            double? value = vm.State switch
            {
                VmState.Running => ThresholdFigures.Of(rules[rule].Figure, vm.Figures),
                VmState.Unknown or VmState.Stuck => null,
                _ => double.NegativeInfinity,
            };
            Step(rule, vm.Id, "", vm.Name, hostName, value, timeUnixMs);
        }
    }

    private void ObservePools(int rule, long timeUnixMs, string hostName, IReadOnlyList<WatchedPool> pools)
    {
        foreach (WatchedPool pool in pools)
        {
            Step(rule, default, pool.Name, pool.Name, hostName, ThresholdFigures.Of(pool.Figures), timeUnixMs);
        }
    }

    private void Step(int rule, VmId vm, string pool, string name, string hostName, double? value, long timeUnixMs)
    {
        if (!rules[rule].IsAbout(name, hostName))
        {
            return;
        }

        (int, VmId, string) key = (rule, vm, pool);
        Level before = _levels.GetValueOrDefault(key);
        Level after = before.After(value, rules[rule], timeUnixMs, (long)longestStep.TotalMilliseconds);
        if (after == default)
        {
            _levels.Remove(key);
        }
        else
        {
            _levels[key] = after;
        }

        if (after.IsCrossed != before.IsCrossed)
        {
            Tell(rules[rule], vm, pool, name, value!.Value, after.IsCrossed, timeUnixMs);
        }
    }

    // A pool or host that is not told of any more may be back; a VM has left, and its figures with it.
    private void EndOfThoseGone(long timeUnixMs, IReadOnlyList<WatchedVm> vms)
    {
        if (_levels.Count == 0)
        {
            return;
        }

        HashSet<VmId> present = [.. vms.Select(v => v.Id)];
        foreach (((int Rule, VmId Vm, string Pool) key, Level level) in _levels.Where(l => l.Key.Vm != default && !present.Contains(l.Key.Vm)).ToArray())
        {
            _levels.Remove(key);
            if (level.IsCrossed)
            {
                Tell(rules[key.Rule], key.Vm, "", "", double.NegativeInfinity, isCrossed: false, timeUnixMs);
            }
        }
    }

    private void Tell(ThresholdRule rule, VmId vm, string pool, string name, double value, bool isCrossed, long timeUnixMs)
    {
        HostEventKind kind = !isCrossed ? HostEventKind.ThresholdCleared : rule.IsError ? HostEventKind.ThresholdError : HostEventKind.ThresholdWarning;
        string held = rule.Hold > TimeSpan.Zero ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" for {rule.Hold.TotalSeconds:0.#} s") : "";
        string evidence = double.IsNegativeInfinity(value) ? $"{rule.Figure}: the VM does not run here any more"
            : string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{rule.Figure} is {value:0.#}, {(isCrossed ? $"{rule.Level:0.#} or more" : $"below {rule.Clear:0.#}")}{held}");
        _events.Add(new HostEvent(kind, timeUnixMs, vm == default ? null : vm, vm == default ? "" : name, pool.Length > 0 ? VolumeInfo.DeviceOf(pool, rule.Name) : rule.Name, Evidence: evidence));
    }

    /// <summary>Where a figure stands.</summary>
    /// <param name="IsCrossed">Whether it was told to be crossed.</param>
    /// <param name="LookUnixMs">When it was last seen on the other side; 0 = it was not.</param>
    /// <param name="HeldMs">How long it has been there, as far as it was seen.</param>
    private readonly record struct Level(bool IsCrossed, long LookUnixMs, long HeldMs)
    {
        public Level After(double? value, ThresholdRule rule, long timeUnixMs, long longestStepMs)
        {
            bool isOther = value is { } known && (IsCrossed ? known < rule.Clear : known >= rule.Level);
            if (!isOther)
            {
                return new(IsCrossed, 0, 0);
            }

            bool isGoingOn = LookUnixMs > 0 && LookUnixMs <= timeUnixMs;
            long held = isGoingOn ? HeldMs + Math.Min(timeUnixMs - LookUnixMs, longestStepMs) : 0;
            bool isGone = value is double.NegativeInfinity;
            return isGone || held >= (long)rule.Hold.TotalMilliseconds ? new(!IsCrossed, 0, 0) : new(IsCrossed, timeUnixMs, held);
        }
    }
}
