using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Failures of pools and of single requests, and the VMs that stand still because of them.</summary>
internal sealed class StorageLife(WorldState world, Physics physics, VmLife vms, Conditions conditions)
{
    public void SetGone(SimPool pool, bool gone)
    {
        pool.Gone = gone;
        AfterChange(pool);
    }

    public void SetFilled(SimPool pool, bool filled)
    {
        pool.Filled = filled;
        AfterChange(pool);
    }

    public void SetSlow(SimPool pool, double factor)
    {
        pool.SlowFactor = factor;
        AfterChange(pool);
    }

    /// <summary>A volume came, went or grew.</summary>
    public void TellVolumes(SimPool pool)
    {
        AfterChange(pool);
        foreach (SimHost host in pool.Hosts)
        {
            host.VolumesChanged = true;
            InventoryBuilder.Renew(host);
        }
    }

    /// <summary>
    /// Pools may have filled up by what was written. VMs that write to a pool that takes nothing are paused, also those
    /// that began to write only now.
    /// </summary>
    public void Look()
    {
        foreach (SimPool pool in world.Pools)
        {
            if (pool.Full != pool.ToldFull)
            {
                pool.ToldFull = pool.Full;
                pool.Hosts.ForEach(conditions.Tell);
            }

            if (pool.RefusesWrites)
            {
                PauseWriters(pool);
            }
        }
    }

    public void PauseIfWriting(SimVm vm)
    {
        SimDisk? broken = Array.Find(vm.Disks, disk => disk.Pool.RefusesWrites);
        if (broken is not null && vm.Executing && vm.Demand.WriteBytes > 0)
        {
            Fail(vm, broken, broken.Pool.Gone ? VmStateReason.IoError : VmStateReason.NoSpace);
        }
    }

    public void Fail(SimVm vm, SimDisk disk, VmStateReason reason)
    {
        disk.Errors++;
        string evidence = reason == VmStateReason.NoSpace ? "simulated lack of space" : "simulated failure of a request";
        world.TellOfVm(vm, HostEventKind.VmIoError, VmState.Unknown, reason, evidence, disk.Target);
        vms.Pause(vm, reason, evidence);
    }

    private void AfterChange(SimPool pool)
    {
        foreach (SimHost host in pool.Hosts)
        {
            host.Settle(world.NowMs);
        }

        pool.Update();
        foreach (SimHost host in pool.Hosts)
        {
            physics.Refresh(host);
            conditions.Tell(host);
        }

        if (pool.RefusesWrites)
        {
            PauseWriters(pool);
        }
    }

    private void PauseWriters(SimPool pool)
    {
        foreach (SimHost host in pool.Hosts)
        {
            foreach (SimVm vm in host.Vms)
            {
                PauseIfWriting(vm);
            }
        }
    }
}
