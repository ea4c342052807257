using VirtAgents.Core.Model;
using M = VirtAgents.Core.Model.Metric;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>A field of libvirt's statistics, the metric it becomes and the factor to the metric's raw unit.</summary>
internal sealed record StatsField(byte[] Name, MetricId Metric, long Factor)
{
    private const long Kibibyte = 1024;

    /// <summary>Fields after <c>balloon.</c> that the hypervisor itself knows.</summary>
    public static readonly StatsField[] Balloon =
    [
        new("current"u8.ToArray(), M.VmBalloonCurrent, Kibibyte),
        new("maximum"u8.ToArray(), M.VmBalloonMaximum, Kibibyte),
    ];

    /// <summary>Fields after <c>balloon.</c> that the VM's balloon driver tells; all of them are void until it has told once.</summary>
    public static readonly StatsField[] Guest =
    [
        new("last-update"u8.ToArray(), M.VmBalloonUpdated, 1),
        new("available"u8.ToArray(), M.VmMemoryAvailable, Kibibyte),
        new("unused"u8.ToArray(), M.VmMemoryUnused, Kibibyte),
        new("usable"u8.ToArray(), M.VmMemoryUsable, Kibibyte),
        new("disk_caches"u8.ToArray(), M.VmMemoryCaches, Kibibyte),
        new("swap_in"u8.ToArray(), M.VmSwapIn, Kibibyte),
        new("swap_out"u8.ToArray(), M.VmSwapOut, Kibibyte),
        new("major_fault"u8.ToArray(), M.VmMajorFaults, 1),
    ];

    /// <summary>Fields after <c>vcpu.N.</c>, summed over the vCPUs.</summary>
    public static readonly StatsField[] Vcpu =
    [
        new("time"u8.ToArray(), M.VmVcpuTime, 1),
        new("wait"u8.ToArray(), M.VmVcpuWait, 1),
        new("delay"u8.ToArray(), M.VmVcpuDelay, 1),
    ];

    /// <summary>Fields after <c>block.N.</c>.</summary>
    public static readonly StatsField[] Disk =
    [
        new("rd.reqs"u8.ToArray(), M.DiskReads, 1),
        new("rd.bytes"u8.ToArray(), M.DiskReadBytes, 1),
        new("rd.times"u8.ToArray(), M.DiskReadTime, 1),
        new("wr.reqs"u8.ToArray(), M.DiskWrites, 1),
        new("wr.bytes"u8.ToArray(), M.DiskWriteBytes, 1),
        new("wr.times"u8.ToArray(), M.DiskWriteTime, 1),
        new("fl.reqs"u8.ToArray(), M.DiskFlushes, 1),
        new("fl.times"u8.ToArray(), M.DiskFlushTime, 1),
        new("errors"u8.ToArray(), M.DiskErrors, 1),
        new("capacity"u8.ToArray(), M.DiskCapacity, 1),
        new("allocation"u8.ToArray(), M.DiskAllocation, 1),
        new("physical"u8.ToArray(), M.DiskPhysical, 1),
    ];

    /// <summary>Position of a field in a table, or -1.</summary>
    public static int Find(StatsField[] fields, ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (name.SequenceEqual(fields[i].Name))
            {
                return i;
            }
        }

        return -1;
    }
}
