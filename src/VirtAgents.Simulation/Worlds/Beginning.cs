using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Puts a new world into the middle of its life: hosts and VMs have been up for a while.</summary>
internal static class Beginning
{
    private const long HourMs = 3_600_000;

    public static void Settle(WorldState world)
    {
        foreach (SimHost host in world.Hosts)
        {
            host.BootedMs = -100 * HourMs;
            foreach (SimVm vm in host.Vms)
            {
                Settle(world, vm);
            }

            InventoryBuilder.Renew(host);
        }
    }

    private static void Settle(WorldState world, SimVm vm)
    {
        bool runs = vm.Definition.Running;
        vm.SetState(runs ? VmState.Running : VmState.ShutOff, runs ? VmStateReason.Booted : VmStateReason.Unspecified);
        if (runs)
        {
            // Whole seconds up to a day ago, another for each VM.
            long age = HourMs + ((long)(Noise.Unit((ulong)world.Seed, vm.Number, 6) * 23 * 3600) * 1000);
            vm.NewProcess(-age);
            Taps.Renew(vm);
        }
    }
}
