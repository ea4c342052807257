namespace VirtAgents.Simulation.Worlds;

/// <summary>Figures of a host that follow from what its VMs do.</summary>
internal static class HostLoad
{
    private const long GiB = 1L << 30;
    private const double NsPerSecond = 1e9;
    private const double UsPerSecond = 1e6;
    public const long HostOwnBytes = 3 * GiB / 2;
    private const double HostOwnCpus = 0.05;
    private const double SystemDiskBytes = 120_000;

    public static long SwapTotalBytes => 8 * GiB;

    public static void SetPaces(SimHost host, double granted)
    {
        if (host.Dead)
        {
            SetDead(host);
            return;
        }

        double cpus = host.Definition.CpuCount;
        double busy = Math.Min(cpus, granted + HostOwnCpus);
        double waited = 0, ioTime = 0;
        foreach (SimVm vm in host.Vms)
        {
            waited += vm.CpuDelay.PerSecond;
            ioTime += vm.VcpuWait.PerSecond;
        }

        double ioWait = Math.Min(cpus - busy, ioTime / NsPerSecond);
        host.CpuSystem.PerSecond = (long)(busy * 0.09 * NsPerSecond);
        host.CpuUser.PerSecond = (long)(busy * NsPerSecond) - host.CpuSystem.PerSecond;
        host.CpuIoWait.PerSecond = (long)(ioWait * NsPerSecond);
        host.CpuIdle.PerSecond = (long)((cpus - busy - ioWait) * NsPerSecond);
        host.PsiCpuSome.PerSecond = (long)(Math.Min(1, waited / NsPerSecond) * UsPerSecond);
        host.PsiIoSome.PerSecond = (long)(Math.Min(1, ioTime / NsPerSecond) * UsPerSecond);
        host.PsiIoFull.PerSecond = host.PsiIoSome.PerSecond / 3;
        SetMemory(host);
        SetDevices(host);
    }

    /// <summary>The usual load average: for each second a 60th of the new, the rest of the old.</summary>
    public static void Smooth(SimHost host, double seconds)
    {
        double running = HostOwnCpus;
        foreach (SimVm vm in host.Vms)
        {
            running += vm.Executing ? vm.AllowedCpus : 0;
        }

        host.Load = host.Dead ? 0 : host.Load + ((running - host.Load) * seconds / 60);
    }

    private static void SetMemory(SimHost host)
    {
        long used = HostOwnBytes;
        foreach (SimVm vm in host.Vms)
        {
            used += vm.InMemory ? vm.Memory.ResidentBytes : 0;
        }

        long total = host.Definition.MemoryBytes;
        long least = total / 50;
        host.MemoryAvailableBytes = Math.Max(least, total - used);
        long missing = Math.Max(0, used + least - total);
        host.SwapUsedBytes = Math.Min(SwapTotalBytes, missing);
        double pressure = Math.Min(1, missing / (double)SwapTotalBytes);
        host.PsiMemorySome.PerSecond = (long)(pressure * UsPerSecond);
        host.PsiMemoryFull.PerSecond = (long)(pressure * UsPerSecond / 2);
    }

    private static void SetDevices(SimHost host)
    {
        double localRead = 0, localWrite = 0, sharedRead = 0, sharedWrite = 0, received = host.MigrationInBytes, sent = host.MigrationOutBytes, latency = 150_000;
        foreach (SimVm vm in host.Vms)
        {
            foreach (SimDisk disk in vm.Disks)
            {
                (disk.Pool.Shared ? ref sharedRead : ref localRead) += disk.ReadBytes.PerSecond;
                (disk.Pool.Shared ? ref sharedWrite : ref localWrite) += disk.WriteBytes.PerSecond;
                latency = disk.Pool.Shared ? latency : disk.Pool.LatencyNs;
            }

            foreach (SimInterface card in vm.Interfaces)
            {
                received += card.ReceiveBytes.PerSecond;
                sent += card.TransmitBytes.PerSecond;
            }
        }

        host.Disks[0].SetPace(0, SystemDiskBytes, 150_000);
        host.Disks[1].SetPace(localRead, localWrite, latency);

        // Shared pools are reached over the management interface.
        host.Interfaces[0].SetPace(sharedRead + 20_000, sharedWrite + 20_000, connected: true);
        host.Uplink.SetPace(received, sent, !host.Uplink.LinkDown);
    }

    private static void SetDead(SimHost host)
    {
        host.ResetCounters();
        host.MemoryAvailableBytes = 0;
        host.SwapUsedBytes = 0;
    }
}
