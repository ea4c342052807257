using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>
/// Follows the VMs of a host through libvirt's events and listings and says what is worth telling. Pure but for its own
/// memory; used by one thread at a time.
/// </summary>
/// <remarks>
/// Events are registered for before the list is read, so around a (re)connect the same change may come twice: in the
/// list and as an event that was already on its way. An event that leads where the VM already is tells nothing.
/// </remarks>
internal sealed partial class VmTracker
{
    /// <summary>One reset of a VM makes several reboot events; this long after the last one, the next is a new reboot.</summary>
    private const long RebootQuietMs = 2000;

    /// <summary>Every request in flight fails on its own; the same failure again within this time tells nothing new.</summary>
    private const long IoErrorQuietMs = 1000;

    private readonly Dictionary<Guid, TrackedVm> _vms = [];

    public IReadOnlyCollection<TrackedVm> Vms => _vms.Values;

    public TrackedVm? Find(Guid uuid) => _vms.GetValueOrDefault(uuid);

    /// <summary>Takes in one event and returns what it means, in order.</summary>
    public IReadOnlyList<HostEvent> Apply(RawEvent raw)
    {
        if (raw.Kind == RawEventKind.Lifecycle)
        {
            return ApplyLifecycle(raw);
        }

        if (Find(raw.Uuid) is not { IsArriving: false } vm)
        {
            return [];
        }

        return raw.Kind switch
        {
            RawEventKind.Reboot => ApplyReboot(vm, raw),
            RawEventKind.IoError => ApplyIoError(vm, raw),
            RawEventKind.ControlError => [Told(HostEventKind.VmControlError, vm, raw, "libvirt control-error")],
            RawEventKind.BalloonChange => [Told(HostEventKind.VmBalloonChanged, vm, raw, $"libvirt balloon-change to {raw.Value} KiB")],
            RawEventKind.BlockThreshold => [Told(HostEventKind.VmBlockThreshold, vm, raw, $"libvirt block-threshold of {raw.Value} bytes")],
            RawEventKind.JobCompleted => [Told(HostEventKind.VmJobCompleted, vm, raw, "libvirt job-completed")],
            RawEventKind.DeviceAdded => [Told(HostEventKind.VmDeviceAdded, vm, raw, "libvirt device-added")],
            RawEventKind.DeviceRemoved => [Told(HostEventKind.VmDeviceRemoved, vm, raw, "libvirt device-removed")],
            _ => [],
        };
    }

    /// <summary>Drops a VM that is off and that libvirt does not have any more. Of one that runs, or was migrated away, events tell.</summary>
    public IReadOnlyList<HostEvent> Forget(Guid uuid, long timeUnixMs)
    {
        List<HostEvent> events = [];
        if (Find(uuid) is { Condition: { IsAlive: false, State: not VmState.MigratedAway } } vm)
        {
            Remove(vm, timeUnixMs, "libvirt does not have it any more", events);
        }

        return events;
    }

    private List<HostEvent> ApplyLifecycle(RawEvent raw)
    {
        const int Undefined = 1;
        const int Stopped = 5;
        bool known = _vms.TryGetValue(raw.Uuid, out TrackedVm? vm);
        if (vm is null)
        {
            if (raw.Code is Undefined or Stopped)
            {
                return []; // the list came after it
            }

            vm = new TrackedVm(raw.Uuid, raw.Name, VmCondition.Ended(VmState.ShutOff, VmStateReason.Unspecified));
            _vms.Add(raw.Uuid, vm);
        }

        vm.Name = raw.Name;
        LifecycleStep step = LifecycleMapping.Map(raw.Code, raw.Detail, new(vm.Condition, vm.IsArriving, vm.NoSpace));
        var events = new List<HostEvent>(2);
        if (raw.Code == Undefined)
        {
            OnUndefined(vm, step, raw, events);
        }
        else if (!IsRepeated(vm, known, step, raw))
        {
            Advance(vm, known, step, raw, events);
        }

        return events;
    }

    private void OnUndefined(TrackedVm vm, LifecycleStep step, RawEvent raw, List<HostEvent> events)
    {
        if (vm.Condition.IsAlive)
        {
            vm.IsPersistent &= step.Kind != HostEventKind.VmUndefined; // it runs on and is forgotten when it ends
        }
        else if (step.Kind == HostEventKind.VmUndefined)
        {
            Remove(vm, raw.TimeUnixMs, Evidence(raw), events);
        }
    }

    private static bool IsRepeated(TrackedVm vm, bool known, LifecycleStep step, RawEvent raw) => raw.Code switch
    {
        0 => known,
        2 => vm.Condition.IsAlive && vm.DomainId == raw.DomainId,
        3 or 7 or 8 => vm.Condition == step.After && !vm.IsArriving,
        // A start that failed ends a VM that is off; for any other end the list was quicker than the event.
        5 => !vm.Condition.IsAlive && (raw.Detail != 5 || vm.Condition.State == VmState.Crashed),
        _ => false,
    };

    private void Advance(TrackedVm vm, bool known, LifecycleStep step, RawEvent raw, List<HostEvent> events)
    {
        bool started = raw.Code == 2;
        bool wasArriving = vm.IsArriving;
        bool wasForeign = vm.IsForeign || !known;
        vm.Condition = step.After ?? vm.Condition;
        vm.IsArriving = (started && raw.Detail == 1)
            || (wasArriving && step.Kind != HostEventKind.VmMigratedIn && vm.Condition.IsAlive);
        vm.IsForeign = vm.IsArriving && wasForeign;
        vm.DomainId = started ? raw.DomainId : vm.DomainId;
        vm.NoSpace &= vm.Condition.State == VmState.Paused;
        if (step.Kind != HostEventKind.Unspecified && !(vm.IsArriving && step.Kind == HostEventKind.VmDefined))
        {
            events.Add(Told(step.Kind, vm, raw, Evidence(raw)) with { State = vm.Condition.State, Reason = vm.Condition.Reason });
        }

        bool failedArrival = wasArriving && !vm.Condition.IsAlive;
        if (raw.Code == 5 && (!vm.IsPersistent || (failedArrival && wasForeign)))
        {
            Remove(vm, raw.TimeUnixMs, "libvirt forgets a transient domain when it ends", events);
        }
    }

    private static HostEvent[] ApplyReboot(TrackedVm vm, RawEvent raw)
    {
        bool same = raw.TimeUnixMs - vm.LastRebootMs < RebootQuietMs;
        vm.LastRebootMs = raw.TimeUnixMs;
        bool afterPanic = vm.Condition is { State: VmState.Crashed, IsAlive: true };
        if (!vm.Condition.IsAlive || (same && !afterPanic))
        {
            return [];
        }

        if (afterPanic)
        {
            vm.Condition = VmCondition.Alive(VmState.Running, VmStateReason.RestartedAfterCrash);
        }

        HostEvent told = Told(HostEventKind.VmRebooted, vm, raw, "libvirt reboot");
        return [told with { State = vm.Condition.State, Reason = afterPanic ? vm.Condition.Reason : VmStateReason.Unspecified }];
    }

    private static HostEvent[] ApplyIoError(TrackedVm vm, RawEvent raw)
    {
        (string device, string reason, long time) = vm.LastIoError;
        bool same = device == raw.Device && reason == raw.Text && raw.TimeUnixMs - time < IoErrorQuietMs;
        vm.LastIoError = (raw.Device, raw.Text, raw.TimeUnixMs);
        vm.NoSpace = raw.Text == "enospc";
        if (same)
        {
            return [];
        }

        string text = raw.Text.Length == 0 ? "unspecified" : raw.Text;
        return [Told(HostEventKind.VmIoError, vm, raw, $"libvirt io-error action={raw.Code} reason={text}") with
        {
            Reason = vm.NoSpace ? VmStateReason.NoSpace : VmStateReason.IoError,
        }];
    }

    private void Remove(TrackedVm vm, long timeUnixMs, string evidence, List<HostEvent> events)
    {
        _ = _vms.Remove(vm.Uuid);
        if (vm.Condition.State != VmState.MigratedAway && !vm.IsForeign)
        {
            events.Add(new HostEvent(
                HostEventKind.VmUndefined, timeUnixMs, new VmId(vm.Uuid), vm.Name, "", VmState.Gone, VmStateReason.Undefined, evidence));
        }
    }

    private static HostEvent Told(HostEventKind kind, TrackedVm vm, RawEvent raw, string evidence) =>
        new(kind, raw.TimeUnixMs, new VmId(vm.Uuid), vm.Name, raw.Device, Evidence: evidence);

    private static string Evidence(RawEvent raw) => $"libvirt lifecycle {raw.Code}/{raw.Detail}";
}
