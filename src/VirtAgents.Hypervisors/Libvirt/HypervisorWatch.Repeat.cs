using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Telling again what is known, for a reader that has missed events.</summary>
internal sealed partial class HypervisorWatch
{
    /// <summary>Has all states told once more.</summary>
    public void Repeat() => Post(new WatchMessage.Repeat());

    /// <summary>Has the definition of a VM read anew.</summary>
    public void Recheck(Guid vm) => Post(new WatchMessage.Recheck(vm));

    private Task RepeatAsync()
    {
        HostSnapshot known = _model.Snapshot;
        HashSet<VmId> processes = [.. known.Processes.Select(process => process.Vm)];
        foreach (VmEntry vm in known.Vms.Values.OrderBy(vm => vm.Info.Index))
        {
            (VmState state, VmStateReason reason) = Known(vm, known.IsReachable, processes.Contains(vm.Info.Id));
            _events.Add(new HostEvent(
                HostEventKind.VmObserved, Now, vm.Info.Id, vm.Info.Name, "", state, reason, "what is known of it, told again"));
        }

        _events.Add(known.IsReachable
            ? new HostEvent(HostEventKind.HypervisorRestored, Now, Evidence: "libvirt is connected")
            : new HostEvent(HostEventKind.HypervisorLost, Now, Reason: VmStateReason.HypervisorLost, Evidence: "libvirt is still lost"));
        return Task.CompletedTask;
    }

    private (VmState State, VmStateReason Reason) Known(VmEntry vm, bool isReachable, bool hasProcess)
    {
        if (!isReachable)
        {
            return (VmState.Unknown, VmStateReason.HypervisorLost);
        }

        // It may have ended without libvirt having said so yet; one that lives shows in the next slow sample anyway.
        bool mayHaveEnded = vm.Condition.IsAlive && !hasProcess;
        return mayHaveEnded ? (VmState.Unknown, VmStateReason.Unspecified)
            : _stuck.Since(vm.Info.Id.Value) is null ? (vm.Condition.State, vm.Condition.Reason)
            : (VmState.Stuck, VmStateReason.MonitorBlocked);
    }
}
