using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Rows of the disks of VMs that answer.</summary>
internal static class VmDiskRows
{
    private static readonly MetricId[] Columns =
    [
        Metric.DiskReadBytes, Metric.DiskReads, Metric.DiskReadTime, Metric.DiskWriteBytes, Metric.DiskWrites, Metric.DiskWriteTime,
        Metric.DiskFlushes, Metric.DiskFlushTime, Metric.DiskErrors, Metric.DiskCapacity, Metric.DiskAllocation, Metric.DiskPhysical,
    ];

    public static void Add(SimHost host, SampleSet target, long elapsedMs)
    {
        SampleTable table = target.Add(SubjectKind.VmDisk, Columns);
        foreach (SimVm vm in host.Vms)
        {
            if (vm is { InMemory: true, Hung: false })
            {
                foreach (SimDisk disk in vm.Disks)
                {
                    AddRow(disk, table, elapsedMs);
                }
            }
        }
    }

    private static void AddRow(SimDisk disk, SampleTable table, long elapsedMs)
    {
        int row = table.AddRow(disk.Index);
        long read = disk.ReadBytes.At(elapsedMs);
        long written = disk.WriteBytes.At(elapsedMs);
        table.Set(row, 0, read);
        table.Set(row, 1, SimDisk.ReadsOf(read));
        table.Set(row, 2, disk.ReadTime.At(elapsedMs));
        table.Set(row, 3, written);
        table.Set(row, 4, SimDisk.WritesOf(written));
        table.Set(row, 5, disk.WriteTime.At(elapsedMs));
        table.Set(row, 6, SimDisk.FlushesOf(written));
        table.Set(row, 7, disk.FlushTime.At(elapsedMs));
        table.Set(row, 8, disk.Errors);
        table.Set(row, 9, disk.Volume.CapacityBytes);
        table.Set(row, 10, disk.Volume.PhysicalBytes);
        table.Set(row, 11, disk.Volume.PhysicalBytes);
    }
}
