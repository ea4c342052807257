using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Moves a VM to another host while it runs.</summary>
/// <remarks>The destination tells the arrival before the source tells the departure, as libvirt's two ends do.</remarks>
internal sealed class Migration(WorldState world, Physics physics)
{
    private const long CopyMs = 3_000;
    private const long ArrivalToDepartureMs = 1_400;

    /// <summary>Why it cannot be done; null when it can.</summary>
    public static string? Obstacle(SimVm vm, SimHost destination)
    {
        if (vm.Host == destination)
        {
            return $"{vm.Name} is on host {destination.Name} already";
        }

        if (!destination.AgentAlive || destination.HypervisorLost)
        {
            return $"host {destination.Name} does not answer";
        }

        SimDisk? fixedDisk = Array.Find(vm.Disks, disk => !destination.Pools.Contains(disk.Pool));
        return fixedDisk is null ? null : $"disk {fixedDisk.Target} of {vm.Name} is in pool '{fixedDisk.Pool.Name}', which host {destination.Name} does not have";
    }

    public void Begin(SimVm vm, SimHost destination)
    {
        vm.Migrating = true;
        world.PlanFor(vm, CopyMs, () => Arrive(vm, destination));
    }

    private void Arrive(SimVm vm, SimHost destination)
    {
        SimHost source = vm.Host;
        vm.Migrating = false;
        string? obstacle = source.HypervisorLost ? $"host {source.Name} does not answer" : Obstacle(vm, destination);
        if (obstacle is not null)
        {
            world.TellRefused(source, $"migration of {vm.Name} failed: {obstacle}");
            return;
        }

        Move(vm, destination);
    }

    /// <summary>It runs at the destination from now on; the source tells a little later that it is gone.</summary>
    public void Move(SimVm vm, SimHost destination)
    {
        SimHost source = vm.Host;
        source.Settle(world.NowMs);
        destination.Settle(world.NowMs);
        source.Vms.Remove(vm);
        destination.Vms.Add(vm);
        vm.Host = destination;
        vm.SetState(VmState.Running, VmStateReason.Migrated);

        // A new process counts from nought, but the VM did not boot: its memory and its workload go on.
        vm.ResetCounters();
        Taps.Replace(vm);
        InventoryBuilder.Renew(destination);
        physics.Refresh(source);
        physics.Refresh(destination);
        world.TellOfVm(vm, HostEventKind.VmMigratedIn, VmState.Running, VmStateReason.Migrated, $"simulated migration from {source.Name}");
        world.Agenda.Add(world.NowMs + ArrivalToDepartureMs, () => Depart(vm, source, destination));
    }

    /// <summary>One that is off is defined at the destination and not at its source any more.</summary>
    public void MoveDefinition(SimVm vm, SimHost destination)
    {
        SimHost source = vm.Host;
        source.Settle(world.NowMs);
        destination.Settle(world.NowMs);
        source.Vms.Remove(vm);
        source.Autostart.Remove(vm);
        destination.Vms.Add(vm);
        vm.Host = destination;
        vm.SetState(VmState.ShutOff, VmStateReason.Unspecified);
        InventoryBuilder.Renew(source);
        InventoryBuilder.Renew(destination);
        physics.Refresh(source);
        physics.Refresh(destination);
        world.TellOfVm(vm, HostEventKind.VmDefined, VmState.ShutOff, VmStateReason.Unspecified, $"simulated definition from {source.Name}");
        if (!source.HypervisorLost)
        {
            world.Tell(source, new(
                HostEventKind.VmUndefined, world.ClockOf(source), vm.Definition.Id, vm.Name,
                State: VmState.Gone, Reason: VmStateReason.Undefined, Evidence: $"simulated definition to {destination.Name}"));
        }
    }

    private void Depart(SimVm vm, SimHost source, SimHost destination)
    {
        InventoryBuilder.Renew(source);
        if (!source.HypervisorLost)
        {
            world.Tell(source, new(
                HostEventKind.VmMigratedOut, world.ClockOf(source), vm.Definition.Id, vm.Name,
                State: VmState.MigratedAway, Reason: VmStateReason.Migrated, Evidence: $"simulated migration to {destination.Name}"));
        }
    }
}
