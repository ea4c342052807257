using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Tells what lastingly is wrong with the pools, disks and interfaces of a host, each beginning and end once.</summary>
internal sealed class Conditions(WorldState world)
{
    public void Tell(SimHost host)
    {
        foreach (SimPool pool in host.Pools)
        {
            TellPool(host, pool);
        }

        foreach (SimInterface card in host.Interfaces)
        {
            TellLink(host, card, null);
        }

        foreach (SimVm vm in host.Vms)
        {
            foreach (SimInterface card in vm.Interfaces)
            {
                TellLink(host, card, vm);
            }
        }
    }

    private void TellPool(SimHost host, SimPool pool)
    {
        // Only the hypervisor knows pools; the disk below a local one the agent sees by itself.
        if (!host.HypervisorLost)
        {
            world.TellCondition(
                host, pool.Gone, HostEventKind.PoolFailed, HostEventKind.PoolRestored, pool.Name, "simulated loss of the pool");

            // How full a pool is that is gone, nobody can see.
            world.TellCondition(
                host, pool.Gone ? host.Told.Contains((HostEventKind.PoolFull, pool.Name)) : pool.Full, HostEventKind.PoolFull, HostEventKind.PoolSpaceRestored, pool.Name, "simulated lack of space");
        }

        if (!pool.Shared)
        {
            world.TellCondition(
                host, pool.SlowFactor > 1, HostEventKind.DiskSlow, HostEventKind.DiskRecovered, host.Disks[1].Name, "simulated slow disk");
        }
    }

    private void TellLink(SimHost host, SimInterface card, SimVm? vm) =>
        world.TellCondition(host, card.LinkDown, HostEventKind.InterfaceDown, HostEventKind.InterfaceUp, card.Name, "simulated loss of link", vm);
}
