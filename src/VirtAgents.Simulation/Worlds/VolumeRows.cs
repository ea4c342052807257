using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Rows of the volumes of pools that work: images of disks, and those that no VM has.</summary>
internal static class VolumeRows
{
    private static readonly MetricId[] Columns = [Metric.VolumeCapacity, Metric.VolumeAllocation];

    public static void Add(SimHost host, SampleSet target)
    {
        SampleTable table = target.Add(SubjectKind.Volume, Columns);
        foreach ((SimVolume volume, int index) in host.Volumes)
        {
            if (!volume.Pool.Gone)
            {
                int row = table.AddRow(index);
                table.Set(row, 0, volume.CapacityBytes);
                table.Set(row, 1, volume.PhysicalBytes);
            }
        }
    }
}
