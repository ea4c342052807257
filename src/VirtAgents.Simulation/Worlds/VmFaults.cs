using VirtAgents.Core.Model;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Faults of and operations on one VM, with what must hold for each.</summary>
internal sealed class VmFaults(VmLife life, StorageLife storage, Migration migration)
{
    /// <summary>Null when it was carried out, the reason when not.</summary>
    public string? Apply(Fault fault, SimVm vm, SimHost? destination)
    {
        if (fault.Kind == FaultKind.VmHang && fault.End)
        {
            life.Unhang(vm);
            return null;
        }

        return Obstacle(fault.Kind, vm) ?? (destination is null ? null : Migration.Obstacle(vm, destination)) ?? Act(fault, vm, destination);
    }

    private static string? Obstacle(FaultKind kind, SimVm vm)
    {
        if (vm.Host.Dead)
        {
            return $"host {vm.Host.Name} of {vm.Name} is lost";
        }

        bool byHypervisor = kind is not (FaultKind.VmCrash or FaultKind.VmPanic or FaultKind.VmHang or FaultKind.IoError);
        if (byHypervisor && vm.Host.HypervisorLost)
        {
            return $"the hypervisor of host {vm.Host.Name} does not answer";
        }

        if (vm.Hung && kind is not (FaultKind.VmCrash or FaultKind.VmDestroy))
        {
            return $"{vm.Name} hangs";
        }

        return Allows(kind, vm) ? null : $"{vm.Name} is {NameOf(vm.State)}{(vm.Migrating ? " and migrating" : "")}";
    }

    private static bool Allows(FaultKind kind, SimVm vm) => kind switch
    {
        FaultKind.VmStart => !vm.InMemory,
        FaultKind.VmResume => vm.State == VmState.Paused,
        FaultKind.VmCrash or FaultKind.VmDestroy or FaultKind.VmHang => vm.InMemory,
        FaultKind.VmSave => vm.State is VmState.Running or VmState.Paused && !vm.Migrating,
        _ => vm.State == VmState.Running && !vm.Migrating,
    };

    private string? Act(Fault fault, SimVm vm, SimHost? destination)
    {
        switch (fault.Kind)
        {
            case FaultKind.VmCrash: life.Crash(vm); break;
            case FaultKind.VmPanic: life.Panic(vm); break;
            case FaultKind.VmHang: life.Hang(vm); break;
            case FaultKind.VmShutdown: life.Shutdown(vm); break;
            case FaultKind.VmStart: life.Start(vm); break;
            case FaultKind.VmDestroy: life.Destroy(vm); break;
            case FaultKind.VmPause: life.Pause(vm, VmStateReason.UserPaused, "simulated pause"); break;
            case FaultKind.VmResume: life.Resume(vm); break;
            case FaultKind.VmReboot: life.Reboot(vm); break;
            case FaultKind.VmSave: life.Save(vm); break;
            case FaultKind.VmMigrate: migration.Begin(vm, destination!); break;
            default: return FailRequest(fault, vm);
        }

        return null;
    }

    private string? FailRequest(Fault fault, SimVm vm)
    {
        SimDisk? disk = FaultResolver.DiskOf(vm, fault.Device, out string problem);
        if (disk is null)
        {
            return problem;
        }

        storage.Fail(vm, disk, VmStateReason.IoError);
        return null;
    }

    public static string NameOf(VmState state) => state switch
    {
        VmState.Running => "running",
        VmState.Paused => "paused",
        VmState.ShuttingDown => "shutting down",
        VmState.ShutOff => "shut off",
        _ => "crashed",
    };
}
