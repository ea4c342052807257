using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Beginnings, ends and pauses of VMs, with the events an agent sees of each.</summary>
internal sealed class VmLife(WorldState world, Physics physics)
{
    /// <summary>How long until the hypervisor has ended a VM whose operating system panicked.</summary>
    private const long PanicToEndMs = 370;

    /// <summary>How long an operating system takes to shut down.</summary>
    private const long ShutdownMs = 1_000;

    /// <summary>How long until an agent knows that a monitor does not answer.</summary>
    private const long StuckAfterMs = 10_000;

    /// <summary>After a VM began to run, for its storage to be looked at.</summary>
    public event Action<SimVm>? Runs;

    public void Start(SimVm vm)
    {
        VmStateReason reason = vm.HasSavedMemory ? VmStateReason.Restored : VmStateReason.Booted;
        vm.HasSavedMemory = false;
        Change(vm, VmState.Running, reason, () => vm.NewProcess(world.NowMs));
        world.TellOfVm(vm, HostEventKind.VmStarted, VmState.Running, reason, "simulated start");
        Runs?.Invoke(vm);
    }

    public void Crash(SimVm vm)
    {
        if (vm.Host.HypervisorLost)
        {
            HostEvent exit = new(
                HostEventKind.VmProcessExited, world.ClockOf(vm.Host), vm.Definition.Id, vm.Name,
                State: VmState.Unknown, Reason: VmStateReason.ProcessExited, Evidence: "simulated end of the process");
            world.Tell(vm.Host, exit);
            vm.Untold = HostEventKind.VmCrashed;
        }

        End(vm, VmState.Crashed, VmStateReason.Crashed, HostEventKind.VmCrashed, "simulated crash");
    }

    public void Panic(SimVm vm)
    {
        Change(vm, VmState.Crashed, VmStateReason.Panicked, () => { });
        if (vm.Host.HypervisorLost)
        {
            vm.Untold = HostEventKind.VmCrashed;
            return;
        }

        world.TellOfVm(vm, HostEventKind.VmPanicked, VmState.Crashed, VmStateReason.Panicked, "simulated panic");
        world.PlanFor(vm, PanicToEndMs, () =>
            world.TellOfVm(vm, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Panicked, "simulated panic"));
    }

    public void Shutdown(SimVm vm)
    {
        Change(vm, VmState.ShuttingDown, VmStateReason.CleanShutdown, () => { });
        world.PlanFor(vm, ShutdownMs, () => EndShutdown(vm));
    }

    public void EndShutdown(SimVm vm) => End(vm, VmState.ShutOff, VmStateReason.CleanShutdown, HostEventKind.VmStopped, "simulated shutdown");

    public void Destroy(SimVm vm) => End(vm, VmState.ShutOff, VmStateReason.Destroyed, HostEventKind.VmStopped, "simulated destroy");

    public void Save(SimVm vm)
    {
        vm.HasSavedMemory = true;
        End(vm, VmState.ShutOff, VmStateReason.Saved, HostEventKind.VmStopped, "simulated managed save");
    }

    public void Pause(SimVm vm, VmStateReason reason, string evidence)
    {
        if (vm.Host.HypervisorLost)
        {
            // A listing does not say which failure of a request it was; only the event that nobody heard did.
            vm.Untold = HostEventKind.VmPaused;
            reason = VmStateReason.IoError;
        }

        Change(vm, VmState.Paused, reason, () => { });
        world.TellOfVm(vm, HostEventKind.VmPaused, VmState.Paused, reason, evidence);
    }

    public void Resume(SimVm vm)
    {
        Change(vm, VmState.Running, VmStateReason.Unpaused, () => { });
        world.TellOfVm(vm, HostEventKind.VmResumed, VmState.Running, VmStateReason.Unpaused, "simulated resume");
        Runs?.Invoke(vm);
    }

    public void Reboot(SimVm vm)
    {
        // The process stays, so its counters go on; only the operating system begins anew.
        Change(vm, VmState.Running, vm.Reason, () => vm.Boot(world.NowMs));
        world.TellOfVm(vm, HostEventKind.VmRebooted, VmState.Running, VmStateReason.Unspecified, "simulated reboot");
    }

    public void Freeze(SimVm vm) => SetFrozen(vm, true);

    public void Unfreeze(SimVm vm) => SetFrozen(vm, false);

    public void Hang(SimVm vm)
    {
        vm.Host.Settle(world.NowMs);
        vm.Hung = true;
        vm.HungSinceMs = world.NowMs;
        physics.Refresh(vm.Host);
        PlanDiscovery(vm);
    }

    public void Unhang(SimVm vm)
    {
        if (!vm.Hung)
        {
            return;
        }

        vm.Host.Settle(world.NowMs);
        vm.Hung = false;
        physics.Refresh(vm.Host);
        if (vm.StuckKnown)
        {
            vm.StuckKnown = false;
            world.TellOfVm(vm, HostEventKind.VmUnstuck, vm.State, vm.Reason, "simulated end of the hang");
        }
    }

    /// <summary>The agent finds out that a VM hangs some time after it first asked it in vain.</summary>
    public void PlanDiscovery(SimVm vm)
    {
        int discovery = ++vm.Discoveries;
        world.PlanFor(vm, StuckAfterMs, () =>
        {
            bool visible = vm.Host.AgentAlive && !vm.Host.HypervisorLost;
            if (vm.Hung && !vm.StuckKnown && visible && vm.Discoveries == discovery)
            {
                vm.StuckKnown = true;
                world.TellOfVm(vm, HostEventKind.VmStuck, VmState.Stuck, VmStateReason.MonitorBlocked, "simulated hang");
            }
        });
    }

    /// <summary>Ends a VM without a word: its whole host lost power, and why a VM is off is kept in memory only.</summary>
    public static void Vanish(SimVm vm)
    {
        vm.SetState(VmState.ShutOff, VmStateReason.Unspecified);
        Forget(vm);
        Taps.Renew(vm);
    }

    private void SetFrozen(SimVm vm, bool frozen)
    {
        vm.Host.Settle(world.NowMs);
        vm.Frozen = frozen;
        physics.Refresh(vm.Host);
    }

    private void End(SimVm vm, VmState state, VmStateReason reason, HostEventKind kind, string evidence)
    {
        Change(vm, state, reason, () => Forget(vm));
        world.TellOfVm(vm, kind, state, reason, evidence);
    }

    private static void Forget(SimVm vm)
    {
        vm.Hung = false;
        vm.StuckKnown = false;
    }

    /// <summary>Counters are brought up to now under the old state, and go on under the new one.</summary>
    private void Change(SimVm vm, VmState state, VmStateReason reason, Action alsoDo)
    {
        vm.Host.Settle(world.NowMs);
        vm.SetState(state, reason);
        alsoDo();
        Taps.Renew(vm);
        InventoryBuilder.Renew(vm.Host);
        physics.Refresh(vm.Host);
    }
}
