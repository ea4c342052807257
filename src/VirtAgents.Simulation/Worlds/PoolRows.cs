using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Rows of storage pools. Of a pool that is gone only that is known.</summary>
internal static class PoolRows
{
    private static readonly MetricId[] Columns =
    [
        Metric.PoolActive, Metric.PoolCapacity, Metric.PoolAllocation, Metric.PoolAvailable, Metric.PoolVolumes, Metric.PoolRefreshTime,
        Metric.PoolVolumesLeftOut,
    ];

    public static void Add(SimHost host, SampleSet target)
    {
        const double NsPerMicrosecond = 1000;
        const double RequestsPerRefresh = 20;
        SampleTable table = target.Add(SubjectKind.Pool, Columns);
        int listed = 0;
        for (int i = 0; i < host.Pools.Count; i++)
        {
            SimPool pool = host.Pools[i];
            int ofPool = VolumeInfo.Listed(pool.Volumes.Count, listed);
            listed += ofPool;
            int row = table.AddRow(host.PoolIndexes[i]);
            table.Set(row, 0, pool.Gone ? 0 : 1);
            if (!pool.Gone)
            {
                table.Set(row, 1, pool.Definition.CapacityBytes);
                table.Set(row, 2, pool.AllocationBytes);
                table.Set(row, 3, pool.AvailableBytes);
                table.Set(row, 4, pool.Volumes.Count);
                table.Set(row, 5, (long)(pool.LatencyNs * RequestsPerRefresh / NsPerMicrosecond));
                table.Set(row, 6, pool.Volumes.Count - ofPool);
            }
        }
    }
}
