using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Asks libvirt for the volumes of one pool after the other: one call for the list, one for each volume.</summary>
internal sealed class VolumeReader(LibvirtOptions options, TimeProvider time, CallCounter calls, AbandonedThreads abandoned, Action<string> note)
{
    private readonly PoolCalls _calls = new("pool-volumes", options.SlowDeadline, time, abandoned);
    private readonly HashSet<string> _noted = [];

    /// <summary>The volumes of each of these pools; of a pool that does not answer there is none.</summary>
    public async Task<IReadOnlyList<PoolVolumes>> ReadAsync(string uri, IEnumerable<string> pools, CancellationToken cancellationToken)
    {
        List<PoolVolumes> read = [];
        int listed = 0;
        foreach (string pool in pools.Order(StringComparer.Ordinal))
        {
            int listedOfOthers = listed;
            (PoolVolumes? volumes, string problem) = await _calls.CallAsync(
                pool, () => TryRead(uri, pool, listedOfOthers), why => (null, $"volumes of pool {pool}: libvirt {why}"), cancellationToken);
            if (volumes is not null)
            {
                read.Add(volumes);
                listed += volumes.Volumes.Count;
                problem = volumes.LeftOut > 0 ? $"pool {pool} has too many volumes: the last {volumes.LeftOut} by name are only counted" : "";
            }

            Note(pool, problem);
        }

        return read;
    }

    private (PoolVolumes? Volumes, string Problem) TryRead(string uri, string pool, int listedOfOthers)
    {
        try
        {
            using LibvirtConnection connection = LibvirtConnection.Open(uri, calls);
            using StoragePoolHandle handle = connection.LookupPool(pool);
            List<StorageVolumeHandle> volumes = connection.ListVolumes(handle);
            try
            {
                int listed = VolumeInfo.Listed(volumes.Count, listedOfOthers);
                IEnumerable<StorageVolumeHandle> first = volumes.OrderBy(volume => volume.Name, StringComparer.Ordinal).Take(listed);
                return (new PoolVolumes(pool, ReadEach(connection, first), volumes.Count - listed), "");
            }
            finally
            {
                volumes.ForEach(volume => volume.Dispose());
            }
        }
        catch (LibvirtException failure)
        {
            return (null, $"volumes of pool {pool} cannot be read: {failure.Message}");
        }
    }

    private List<VolumeReading> ReadEach(LibvirtConnection connection, IEnumerable<StorageVolumeHandle> volumes)
    {
        // A slow disk gets half of the deadline; the volumes that are not reached then have no figures this time.
        TimeSpan budget = options.SlowDeadline / 2;
        long began = time.GetTimestamp();
        List<VolumeReading> read = [];
        foreach (StorageVolumeHandle volume in volumes)
        {
            try
            {
                bool late = time.GetElapsedTime(began) > budget;
                VirStorageVolInfo? info = late ? null : connection.InfoOf(volume);
                read.Add(new VolumeReading(volume.Name, (long?)info?.Capacity, (long?)info?.Allocation));
            }
            catch (LibvirtException failure)
            {
                if (failure.Code != LibvirtException.NoStorageVolume) // that one was deleted since
                {
                    read.Add(new VolumeReading(volume.Name, null, null));
                }
            }
        }

        return read;
    }

    /// <summary>Says what is new about a pool, once for as long as it lasts.</summary>
    private void Note(string pool, string problem)
    {
        if (problem.Length == 0)
        {
            _ = _noted.Remove(pool);
        }
        else if (_noted.Add(pool))
        {
            note(problem);
        }
    }
}
