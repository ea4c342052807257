using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Rows of a host and its devices.</summary>
internal static class HostRows
{
    private static readonly MetricId[] Columns =
    [
        Metric.HostCpuUser, Metric.HostCpuSystem, Metric.HostCpuIdle, Metric.HostCpuIoWait, Metric.HostCpuSteal, Metric.HostLoad1,
        Metric.HostMemoryTotal, Metric.HostMemoryAvailable, Metric.HostSwapTotal, Metric.HostSwapFree, Metric.HostPsiCpuSome,
        Metric.HostPsiMemorySome, Metric.HostPsiMemoryFull, Metric.HostPsiIoSome, Metric.HostPsiIoFull, Metric.HostUptime,
    ];

    private static readonly MetricId[] DiskColumns =
    [
        Metric.HostDiskReadBytes, Metric.HostDiskReads, Metric.HostDiskReadTime, Metric.HostDiskWriteBytes, Metric.HostDiskWrites,
        Metric.HostDiskWriteTime, Metric.HostDiskBusyTime,
    ];

    private static readonly MetricId[] InterfaceColumns =
    [
        Metric.HostNetReceiveBytes, Metric.HostNetReceivePackets, Metric.HostNetReceiveErrors, Metric.HostNetReceiveDrops,
        Metric.HostNetTransmitBytes, Metric.HostNetTransmitPackets, Metric.HostNetTransmitErrors, Metric.HostNetTransmitDrops,
    ];

    public static void Add(SimHost host, SampleSet target, long elapsedMs, long nowMs)
    {
        AddHost(host, target, elapsedMs, nowMs);
        SampleTable disks = target.Add(SubjectKind.HostDisk, DiskColumns);
        foreach (HostDisk disk in host.Disks)
        {
            AddDisk(disk, disks, elapsedMs);
        }

        SampleTable interfaces = target.Add(SubjectKind.HostInterface, InterfaceColumns);
        foreach (SimInterface card in host.Interfaces)
        {
            VmInterfaceRows.AddRow(interfaces, card, elapsedMs);
        }
    }

    private static void AddHost(SimHost host, SampleSet target, long elapsedMs, long nowMs)
    {
        SampleTable table = target.Add(SubjectKind.Host, Columns);
        int row = table.AddRow(Inventory.HostIndex);
        table.Set(row, 0, host.CpuUser.At(elapsedMs));
        table.Set(row, 1, host.CpuSystem.At(elapsedMs));
        table.Set(row, 2, host.CpuIdle.At(elapsedMs));
        table.Set(row, 3, host.CpuIoWait.At(elapsedMs));
        table.Set(row, 4, 0);
        table.Set(row, 5, (long)(host.Load * 1000));
        table.Set(row, 6, host.Definition.MemoryBytes);
        table.Set(row, 7, host.MemoryAvailableBytes);
        table.Set(row, 8, HostLoad.SwapTotalBytes);
        table.Set(row, 9, HostLoad.SwapTotalBytes - host.SwapUsedBytes);
        table.Set(row, 10, host.PsiCpuSome.At(elapsedMs));
        table.Set(row, 11, host.PsiMemorySome.At(elapsedMs));
        table.Set(row, 12, host.PsiMemoryFull.At(elapsedMs));
        table.Set(row, 13, host.PsiIoSome.At(elapsedMs));
        table.Set(row, 14, host.PsiIoFull.At(elapsedMs));
        table.Set(row, 15, nowMs - host.BootedMs);
    }

    private static void AddDisk(HostDisk disk, SampleTable table, long elapsedMs)
    {
        const long NsPerMs = 1_000_000;
        int row = table.AddRow(disk.Index);
        long read = disk.ReadBytes.At(elapsedMs);
        long written = disk.WriteBytes.At(elapsedMs);
        table.Set(row, 0, read);
        table.Set(row, 1, SimDisk.ReadsOf(read));
        table.Set(row, 2, disk.ReadTime.At(elapsedMs) / NsPerMs);
        table.Set(row, 3, written);
        table.Set(row, 4, SimDisk.WritesOf(written));
        table.Set(row, 5, disk.WriteTime.At(elapsedMs) / NsPerMs);
        table.Set(row, 6, disk.BusyTime.At(elapsedMs) / NsPerMs);
    }
}
