using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>When the VMs of one host began to run, as far as that was seen. Not thread-safe.</summary>
/// <remarks>
/// A start or reboot is known by its event. A VM that is found running though nobody told of its start began after the boot of its host: when that was less than
/// <see cref="StormJudge.TogetherMs"/> before, it is known well enough. Otherwise it is unknown; one that arrives from another host did not begin.
/// </remarks>
public sealed class StartTimes
{
    private const long Arrived = -1;
    private readonly Dictionary<VmId, long> _starts = [];

    /// <summary>When a VM began to run, by the clock of its host; milliseconds since 1970 UTC, 0 = unknown.</summary>
    public long Of(VmId vm) => Math.Max(0, _starts.GetValueOrDefault(vm));

    /// <summary>Takes a line of the feed, whatever it is about.</summary>
    public void Note(HostEvent told)
    {
        ArgumentNullException.ThrowIfNull(told);
        if (told.Vm is not { } vm)
        {
            return;
        }

        if (told.Kind is HostEventKind.VmStarted or HostEventKind.VmRebooted)
        {
            _starts[vm] = told.TimeUnixMs;
        }
        else if (told.Kind == HostEventKind.VmMigratedIn)
        {
            _starts[vm] = Arrived;
        }
    }

    /// <summary>Takes which VMs there are, after the lines that told of it. What is out of sight may run on.</summary>
    /// <param name="timeUnixMs">Now, by the clock of the host; milliseconds since 1970 UTC.</param>
    /// <param name="hostBootUnixMs">When the host booted, by the same clock; null = unknown.</param>
    /// <param name="vms">All VMs that are known on the host.</param>
    public void See(long timeUnixMs, long? hostBootUnixMs, IReadOnlyDictionary<VmId, VmCondition> vms)
    {
        ArgumentNullException.ThrowIfNull(vms);
        See(timeUnixMs, hostBootUnixMs, vms.Keys, vm => vms.TryGetValue(vm, out VmCondition? known) ? known.State : VmState.Gone);
    }

    /// <summary>The same by the state of each VM; gone = it is not known on the host.</summary>
    internal void See(long timeUnixMs, long? hostBootUnixMs, IEnumerable<VmId> vms, Func<VmId, VmState> stateOf)
    {
        bool isFresh = hostBootUnixMs is { } boot && timeUnixMs - boot is >= 0 and < StormJudge.TogetherMs;
        foreach (VmId ended in _starts.Keys.Where(v => HasEnded(stateOf(v))).ToArray())
        {
            _starts.Remove(ended);
        }

        foreach (VmId vm in vms.Where(v => stateOf(v) == VmState.Running))
        {
            // Nothing that ran before the boot runs on.
            if (!_starts.TryGetValue(vm, out long start) || (isFresh && start >= 0 && start < hostBootUnixMs))
            {
                _starts[vm] = isFresh ? timeUnixMs : 0;
            }
        }
    }

    private static bool HasEnded(VmState state) => VmStates.IsKnown(state) && !VmStates.IsInMemory(state);
}
