namespace VirtAgents.Simulation.Worlds;

/// <summary>Decides at the beginning of each second, and whenever something changes, how fast every counter grows.</summary>
internal sealed class Physics(WorldState world)
{
    private const double NsPerSecond = 1e9;

    /// <summary>Even a host with room lets a vCPU wait now and then; grows with the fourth power of the use.</summary>
    private const double WaitAtFullUse = 0.03;

    /// <summary>Part of its CPU time that a VM's process spends in the kernel of the host.</summary>
    private const double KernelPart = 0.08;
    private const double EmulatorPart = 0.01;

    private long _tickedMs = world.NowMs - 1_000;

    /// <summary>Begins a new second, or one after some that were passed over.</summary>
    public void Tick()
    {
        double seconds = (world.NowMs - _tickedMs) / 1_000.0;
        _tickedMs = world.NowMs;
        foreach (SimPool pool in world.Pools)
        {
            pool.WantedOperations = 0;
        }

        foreach (SimHost host in world.Hosts)
        {
            host.Settle(world.NowMs);
            foreach (SimVm vm in host.Vms)
            {
                UpdateDemand(vm);
            }
        }

        foreach (SimPool pool in world.Pools)
        {
            pool.Update();
        }

        foreach (SimHost host in world.Hosts)
        {
            SetPaces(host);
            HostLoad.Smooth(host, seconds);
        }
    }

    /// <summary>Something on the host changed within the second. Its counters must have been settled before.</summary>
    public void Refresh(SimHost host)
    {
        foreach (SimVm vm in host.Vms)
        {
            vm.Demand = vm.Executing ? vm.Workload.At(Second, SinceBoot(vm)) : default;
        }

        SetPaces(host);
    }

    private long Second => (world.StartUnixMs + world.NowMs) / 1000;

    private long SinceBoot(SimVm vm) => (world.NowMs - vm.BootedMs) / 1000;

    private void UpdateDemand(SimVm vm)
    {
        if (!vm.Executing)
        {
            vm.Demand = default;
            return;
        }

        vm.Demand = vm.Workload.At(Second, SinceBoot(vm));
        vm.Memory.Update(vm.Demand.Memory, SinceBoot(vm));
        foreach (SimDisk disk in vm.Disks)
        {
            double operations = SimDisk.ReadsPerSecond(vm.Demand.ReadBytes) + SimDisk.WritesPerSecond(vm.Demand.WriteBytes);
            double allowed = disk.AllowedPart(vm.Demand.ReadBytes / vm.Disks.Length, vm.Demand.WriteBytes / vm.Disks.Length);
            disk.Pool.WantedOperations += (long)(operations / vm.Disks.Length * allowed);
        }
    }

    private static void SetPaces(SimHost host)
    {
        CpuShares.Divide(host);
        double granted = 0;
        foreach (SimVm vm in host.Vms)
        {
            granted += vm.GrantedCpus;
        }

        double use = granted / host.Definition.CpuCount;
        double wait = WaitAtFullUse * use * use * use * use;
        foreach (SimVm vm in host.Vms)
        {
            SetPaces(vm, wait);
        }

        HostLoad.SetPaces(host, granted);
    }

    private static void SetPaces(SimVm vm, double wait)
    {
        double granted = vm.GrantedCpus * NsPerSecond;
        double missing = (vm.AllowedCpus * NsPerSecond) - granted;
        vm.CpuThrottled.PerSecond = (long)((vm.RunnableCpus - vm.AllowedCpus) * NsPerSecond);
        vm.VcpuTime.PerSecond = (long)granted;
        vm.CpuTime.PerSecond = (long)(granted * (1 + EmulatorPart));
        vm.CpuSystem.PerSecond = (long)(granted * KernelPart);
        vm.CpuDelay.PerSecond = (long)(Math.Max(0, missing) + (granted * wait));

        // A VM that gets half of the CPU it wants does half of its work.
        double served = (vm.WantedCpus > 0 ? vm.GrantedCpus / vm.WantedCpus : vm.Executing ? 1 : 0) * vm.Memory.Pace;
        SetDiskPaces(vm, served);
        bool uplink = !vm.Host.Uplink.LinkDown;
        foreach (SimInterface card in vm.Interfaces)
        {
            double part = served / vm.Interfaces.Length;
            card.SetPace(vm.Demand.ReceiveBytes * part, vm.Demand.TransmitBytes * part, uplink && !card.LinkDown);
        }
    }

    private static void SetDiskPaces(SimVm vm, double served)
    {
        double waited = 0;
        foreach (SimDisk disk in vm.Disks)
        {
            double part = served * disk.Pool.Granted / vm.Disks.Length;
            disk.SetPace(vm.Demand.ReadBytes * part, vm.Demand.WriteBytes * part);
            waited += disk.ReadTime.PerSecond;
        }

        vm.VcpuWait.PerSecond = (long)Math.Min(waited / 8, vm.Settings.VcpuCount * NsPerSecond);
        double pressure = served * vm.Memory.Pressure;
        vm.SwapIn.PerSecond = (long)(pressure * 40_000_000);
        vm.SwapOut.PerSecond = (long)(pressure * 50_000_000);
        vm.MajorFaults.PerSecond = (long)(pressure * 10_000);
    }
}
