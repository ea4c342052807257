using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Events of libvirt and ends of processes.</summary>
internal sealed partial class HypervisorWatch
{
    private const int Defined = 0;
    private const int Started = 2;
    private const int Resumed = 4;

    private async Task OnEventAsync(RawEvent raw, CancellationToken cancellationToken)
    {
        if (raw.Kind == RawEventKind.ConnectionClosed)
        {
            Lose($"libvirt closed the connection (reason {raw.Code})", cancellationToken);
            return;
        }

        if (raw.Kind == RawEventKind.PoolChange)
        {
            _poolsChanged();
            return;
        }

        IReadOnlyList<HostEvent> events = _tracker.Apply(WithTarget(raw));
        bool isListed = _model.Snapshot.Vms.ContainsKey(raw.Uuid);
        if (!isListed)
        {
            await RefreshAsync(raw.Uuid, cancellationToken); // an event names only what the inventory has
        }

        events.ToList().ForEach(happened => Tell(happened, raw.DomainId));
        if (isListed && NeedsRefresh(raw))
        {
            await RefreshAsync(raw.Uuid, cancellationToken);
        }
        else
        {
            Follow(raw.Uuid);
        }
    }

    /// <summary>Tells an event; but libvirt loses the monitor of every VM that ends, and only of one that lives on is that news.</summary>
    private void Tell(HostEvent happened, int domainId)
    {
        if (happened.Kind == HostEventKind.VmControlError)
        {
            PostLater(new WatchMessage.ControlErrorOver(happened, domainId), _options.ExitGrace);
        }
        else
        {
            _events.Add(happened);
        }
    }

    private Task OnControlErrorOverAsync(WatchMessage.ControlErrorOver over)
    {
        if (_tracker.Find(over.Happened.Vm!.Value.Value) is { Condition.IsAlive: true } vm && vm.DomainId == over.DomainId)
        {
            _events.Add(over.Happened);
        }

        return Task.CompletedTask;
    }

    private static bool NeedsRefresh(RawEvent raw) => raw.Kind switch
    {
        RawEventKind.Lifecycle => raw.Code is Defined or Started or Resumed,
        RawEventKind.DeviceAdded or RawEventKind.DeviceRemoved or RawEventKind.MetadataChange or RawEventKind.Tuned => true,
        _ => false,
    };

    /// <summary>libvirt names devices by alias; the inventory names disks by target.</summary>
    private RawEvent WithTarget(RawEvent raw)
    {
        string? target = raw.Device.Length > 0 ? _model.DiskTarget(raw.Uuid, raw.Device) : null;
        return target is null ? raw : raw with { Device = target };
    }

    /// <summary>Looks at a VM that was acted upon. Where its definition was moved to another host while it was off, libvirt tells no event on this one.</summary>
    private async Task RecheckAsync(Guid uuid, CancellationToken cancellationToken)
    {
        if (await RefreshAsync(uuid, cancellationToken))
        {
            return;
        }

        foreach (HostEvent gone in _tracker.Forget(uuid, Now))
        {
            Follow(uuid);
            _events.Add(gone);
        }
    }

    /// <summary>Reads the definition of one VM anew; false = libvirt does not have it any more.</summary>
    private async Task<bool> RefreshAsync(Guid uuid, CancellationToken cancellationToken)
    {
        if (_session is not { } session || _tracker.Find(uuid) is not { IsArriving: false } vm)
        {
            Follow(uuid);
            return true; // nobody knows
        }

        (DomainDefinition Definition, VmObservation Observation)? read =
            await session.CallAsync(connection => LibvirtSession.Read(connection, uuid, _options.KeepsDefinitions), cancellationToken);
        if (read is { } known)
        {
            vm.IsPersistent = known.Observation.IsPersistent;
            Apply(new Dictionary<Guid, DomainDefinition> { [uuid] = _taps.Complete(known.Definition) });
        }
        else
        {
            Follow(uuid); // it has ended already; its events say how
        }

        return read is not null;
    }

    /// <summary>Brings the model in line with the tracker for one VM, without asking libvirt.</summary>
    private void Follow(Guid uuid)
    {
        TrackedVm? vm = _tracker.Find(uuid);
        if (vm is not { Condition.IsAlive: true })
        {
            _processes.Forget(new VmId(uuid));
            _stuck.Forget(uuid);
        }

        _model.Change(model =>
        {
            if (vm is null)
            {
                model.RemoveVm_NeedsLock(uuid);
                return;
            }

            model.SetCondition_NeedsLock(uuid, vm.Condition);
            if (!vm.Condition.IsAlive)
            {
                model.SetProcess_NeedsLock(uuid, null);
            }
        });
    }

    private int? FindProcess(TrackedVm vm)
    {
        QemuProcess? known = _model.Snapshot.Processes.FirstOrDefault(process => process.Vm.Value == vm.Uuid);
        int? pid = _locator.Find(vm.Uuid, vm.Name);
        if (pid is { } found && known?.Pid != found && !_processes.TryWatch(found, new VmId(vm.Uuid), out string? problem))
        {
            _note($"the end of {vm.Name} will be seen by libvirt's events only: {problem}");
        }

        return pid;
    }

    private Task OnProcessEndedAsync(ProcessExit exit)
    {
        if (_isLost || _options.ExitGrace == TimeSpan.Zero)
        {
            return OnGraceOverAsync(exit);
        }

        PostLater(new WatchMessage.GraceOver(exit), _options.ExitGrace);
        return Task.CompletedTask;
    }

    /// <summary>Tells the end of a process, unless libvirt has told the end of its VM by now.</summary>
    private Task OnGraceOverAsync(ProcessExit exit)
    {
        bool isCurrent = _model.Snapshot.Processes.Any(process => process.Vm == exit.Vm && process.Pid == exit.Pid);
        if (isCurrent && _tracker.Find(exit.Vm.Value) is { Condition.IsAlive: true } vm)
        {
            _model.Change(model => model.SetProcess_NeedsLock(vm.Uuid, null));
            string how = exit switch
            {
                { ExitSignal: { } signal } => $"signal {signal}",
                { ExitCode: { } code } => $"status {code}",
                _ => "status not told by the kernel",
            };
            _events.Add(new HostEvent(
                HostEventKind.VmProcessExited,
                exit.TimeUnixMs,
                exit.Vm,
                vm.Name,
                "",
                VmState.Unknown,
                VmStateReason.ProcessExited,
                $"process {exit.Pid} ended, {how}; {(_isLost ? "libvirt is lost" : "libvirt has not said why")}"));
        }

        return Task.CompletedTask;
    }
}
