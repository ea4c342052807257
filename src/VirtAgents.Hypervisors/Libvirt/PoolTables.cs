using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>The readings of pools and volumes on their way into the inventory and the next slow sample. Thread-safe.</summary>
internal sealed class PoolTables(HostModel model)
{
    private static readonly MetricId[] PoolColumns = [.. MetricCatalogue.ColumnsOf(SubjectKind.Pool, SampleTier.Slow)];
    private static readonly MetricId[] VolumeColumns = [.. MetricCatalogue.ColumnsOf(SubjectKind.Volume, SampleTier.Slow)];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PoolVolumes> _known = [];
    private IReadOnlyList<PoolReading> _untold = [];
    private IReadOnlyList<PoolVolumes> _untoldVolumes = [];

    public void Take(IReadOnlyList<PoolReading> readings)
    {
        lock (_gate)
        {
            _untold = readings;
        }
    }

    /// <summary>Takes the volumes of the pools that were read; a pool that is there but was not read keeps its volumes in the inventory.</summary>
    public void Take(IReadOnlyList<PoolVolumes> read, IReadOnlyCollection<string> pools)
    {
        (string, string)[] all;
        lock (_gate)
        {
            foreach (string gone in _known.Keys.Except(pools).ToArray())
            {
                _ = _known.Remove(gone);
            }

            foreach (PoolVolumes volumes in read)
            {
                _known[volumes.Pool] = volumes;
            }

            _untoldVolumes = read;
            all = [.. Listed_NeedsLock()];
        }

        model.Change(changed => changed.SetVolumes_NeedsLock(all));
    }

    /// <summary>Adds the tables Pool and Volume when there are readings that no sample has had yet.</summary>
    public void AddTo(SampleSet target)
    {
        IReadOnlyList<PoolVolumes> volumes;
        lock (_gate)
        {
            AddPools_NeedsLock(target);
            (volumes, _untoldVolumes) = (_untoldVolumes, []);
        }

        AddVolumes(volumes, target);
    }

    private IEnumerable<(string Pool, string Name)> Listed_NeedsLock()
    {
        int listed = 0;
        foreach (PoolVolumes pool in _known.Values.OrderBy(pool => pool.Pool, StringComparer.Ordinal))
        {
            // A pool that was not read this time may still hold volumes from when the others had fewer.
            int most = VolumeInfo.Listed(pool.Volumes.Count, listed);
            listed += most;
            foreach (VolumeReading volume in pool.Volumes.Take(most))
            {
                yield return (pool.Pool, volume.Name);
            }
        }
    }

    private void AddPools_NeedsLock(SampleSet target)
    {
        if (_untold.Count == 0)
        {
            return;
        }

        SampleTable table = target.Add(SubjectKind.Pool, PoolColumns);
        foreach (PoolReading reading in _untold)
        {
            int row = table.AddRow(model.IndexOfDevice(SubjectKind.Pool, reading.Pool.Name));
            table.Set(row, Metric.PoolActive, reading.Works ? 1 : 0);
            Set(table, row, Metric.PoolCapacity, reading.CapacityBytes);
            Set(table, row, Metric.PoolAllocation, reading.AllocationBytes);
            Set(table, row, Metric.PoolAvailable, reading.AvailableBytes);
            Set(table, row, Metric.PoolVolumes, reading.Volumes);
            Set(table, row, Metric.PoolVolumesLeftOut, reading.Works ? _known.GetValueOrDefault(reading.Pool.Name)?.LeftOut : null);
        }

        _untold = [];
    }

    private void AddVolumes(IReadOnlyList<PoolVolumes> read, SampleSet target)
    {
        if (read.All(pool => pool.Volumes.Count == 0))
        {
            return;
        }

        SampleTable table = target.Add(SubjectKind.Volume, VolumeColumns);
        foreach (PoolVolumes pool in read)
        {
            foreach (VolumeReading volume in pool.Volumes)
            {
                int row = table.AddRow(model.IndexOfDevice(SubjectKind.Volume, VolumeInfo.DeviceOf(pool.Pool, volume.Name)));
                Set(table, row, Metric.VolumeCapacity, volume.CapacityBytes);
                Set(table, row, Metric.VolumeAllocation, volume.AllocationBytes);
            }
        }
    }

    private static void Set(SampleTable table, int row, MetricId metric, long? value)
    {
        if (value is { } known)
        {
            table.Set(row, metric, known);
        }
    }
}
