using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Comparing with a full listing.</summary>
internal sealed partial class VmTracker
{
    /// <summary>
    /// Takes in a full listing. Returns what has changed unseen, and with <paramref name="tellAll"/> the condition of
    /// each VM after it. An absence is never a crash: a VM that is not listed is no longer known, and that is all.
    /// </summary>
    public IReadOnlyList<HostEvent> Observe(IReadOnlyList<VmObservation> listing, bool tellAll, bool first, long timeUnixMs)
    {
        var events = new List<HostEvent>();
        HashSet<Guid> listed = [.. listing.Select(vm => vm.Uuid)];
        foreach (TrackedVm gone in _vms.Values.Where(vm => !listed.Contains(vm.Uuid)).ToList())
        {
            Remove(gone, timeUnixMs, "not in libvirt's list", events);
        }

        foreach (VmObservation seen in listing)
        {
            ObserveOne(seen, tellAll, first, timeUnixMs, events);
        }

        return events;
    }

    private void ObserveOne(VmObservation seen, bool tellAll, bool first, long timeUnixMs, List<HostEvent> events)
    {
        bool known = _vms.TryGetValue(seen.Uuid, out TrackedVm? vm);
        vm ??= new TrackedVm(seen.Uuid, seen.Name, seen.Condition);
        if (vm.IsArriving && seen.Condition is { State: VmState.Paused, Reason: VmStateReason.MigrationPause })
        {
            return; // still on its way
        }

        HostEventKind change = known ? Difference(vm, seen) : first ? HostEventKind.Unspecified : Appearance(seen.Condition);
        vm.Condition = Settle(vm, seen.Condition, known);
        (vm.Name, vm.IsPersistent, vm.IsArriving, vm.IsForeign) = (seen.Name, seen.IsPersistent, false, false);
        vm.DomainId = vm.Condition.IsAlive ? seen.DomainId : vm.DomainId;
        _vms[seen.Uuid] = vm;
        if (change != HostEventKind.Unspecified)
        {
            events.Add(Seen(change, vm, timeUnixMs, $"found by listing: {seen.Evidence}"));
        }

        if (tellAll)
        {
            events.Add(Seen(HostEventKind.VmObserved, vm, timeUnixMs, seen.Evidence));
        }
    }

    /// <summary>A listing knows less of an end than an event, and nothing of it once libvirtd has restarted.</summary>
    private static VmCondition Settle(TrackedVm vm, VmCondition seen, bool known)
    {
        VmCondition before = vm.Condition;
        if (!known)
        {
            return seen;
        }

        if (seen is { IsAlive: false, State: VmState.ShutOff, Reason: VmStateReason.Unspecified })
        {
            return before.IsAlive ? seen with { Reason = VmStateReason.EndedUnseen } : before;
        }

        bool sameButVaguer = before.State == seen.State && before.IsAlive == seen.IsAlive
            && (before.Reason is VmStateReason.NoSpace or VmStateReason.Panicked);
        return sameButVaguer ? before : seen;
    }

    private static HostEventKind Appearance(VmCondition seen) => seen switch
    {
        { IsAlive: true, Reason: VmStateReason.Migrated } => HostEventKind.VmMigratedIn,
        { IsAlive: true } => HostEventKind.VmStarted,
        _ => HostEventKind.VmDefined,
    };

    private static HostEventKind Difference(TrackedVm vm, VmObservation seen)
    {
        (VmCondition before, VmCondition now) = (vm.Condition, seen.Condition);
        if (!now.IsAlive)
        {
            return before.IsAlive ? EndOf(now) : HostEventKind.Unspecified;
        }

        bool restarted = !before.IsAlive || (vm.DomainId >= 0 && vm.DomainId != seen.DomainId);
        if (restarted || vm.IsArriving)
        {
            return vm.IsArriving || now.Reason == VmStateReason.Migrated ? HostEventKind.VmMigratedIn : HostEventKind.VmStarted;
        }

        return (before.State, now.State) switch
        {
            var (was, @is) when was == @is => HostEventKind.Unspecified,
            (_, VmState.Crashed) => HostEventKind.VmPanicked,
            (_, VmState.Paused) when now.Reason == VmStateReason.MigrationPause => HostEventKind.Unspecified,
            (_, VmState.Paused or VmState.PmSuspended) => HostEventKind.VmPaused,
            (VmState.Paused or VmState.PmSuspended or VmState.Crashed, VmState.Running) => HostEventKind.VmResumed,
            _ => HostEventKind.Unspecified,
        };
    }

    private static HostEventKind EndOf(VmCondition now) => now switch
    {
        { State: VmState.Crashed } => HostEventKind.VmCrashed,
        { State: VmState.MigratedAway } => HostEventKind.VmMigratedOut,
        { Reason: VmStateReason.Unspecified } => HostEventKind.Unspecified, // how it ended nobody knows: only its condition is told
        _ => HostEventKind.VmStopped,
    };

    private static HostEvent Seen(HostEventKind kind, TrackedVm vm, long timeUnixMs, string evidence) =>
        new(kind, timeUnixMs, new VmId(vm.Uuid), vm.Name, "", vm.Condition.State, vm.Condition.Reason, evidence);
}
