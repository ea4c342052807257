using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Rows of the volumes of pools that work: the disks of VMs are all there is in a simulated pool.</summary>
internal static class VolumeRows
{
    private static readonly MetricId[] Columns = [Metric.VolumeCapacity, Metric.VolumeAllocation];

    public static void Add(SimHost host, SampleSet target)
    {
        SampleTable table = target.Add(SubjectKind.Volume, Columns);
        foreach ((SimDisk disk, int index) in host.Volumes)
        {
            if (!disk.Pool.Gone)
            {
                int row = table.AddRow(index);
                table.Set(row, 0, disk.CapacityBytes);
                table.Set(row, 1, disk.PhysicalBytes);
            }
        }
    }
}
