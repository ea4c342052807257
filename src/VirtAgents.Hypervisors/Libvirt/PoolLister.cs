using System.Xml;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Asks libvirt for its storage pools, over a connection for each time.</summary>
/// <remarks>
/// The pools are not refreshed: that is denied to a read-only connection (libvirt 9.0: "operation forbidden: read only access
/// prevents virStoragePoolRefresh"), and without it libvirt tells figures and volumes of the last refresh. So
/// <see cref="FileSystemProbe"/> looks at the path of a pool itself.
/// </remarks>
internal sealed class PoolLister(LibvirtOptions options, TimeProvider time, CallCounter calls, AbandonedThreads abandoned, Action<string> note)
{
    private string _lastProblem = "";

    /// <summary>All pools, with what libvirt says of them; null when it does not answer.</summary>
    public async Task<IReadOnlyList<PoolReading>?> ListAsync(string uri, CancellationToken cancellationToken)
    {
        if (!abandoned.HasRoom)
        {
            return null;
        }

        using var thread = new NativeThread("libvirt-pools", abandoned);
        try
        {
            IReadOnlyList<PoolReading> listed = await thread.CallAsync(() => List(uri), options.SlowDeadline, time, cancellationToken);
            _lastProblem = "";
            return listed;
        }
        catch (TimeoutException)
        {
            NoteOnce($"libvirt does not list its storage pools within {options.SlowDeadline}");
        }
        catch (LibvirtException failure)
        {
            NoteOnce($"storage pools cannot be read: {failure.Message}");
        }

        return null;
    }

    private IReadOnlyList<PoolReading> List(string uri)
    {
        using LibvirtConnection connection = LibvirtConnection.Open(uri, calls);
        List<StoragePoolHandle> pools;
        try
        {
            pools = connection.ListPools();
        }
        catch (LibvirtException failure) when (failure.Code == LibvirtException.NoSupport)
        {
            return []; // a daemon without storage driver has no pools
        }

        try
        {
            return [.. pools.Select(pool => TryRead(connection, pool)).OfType<PoolReading>()];
        }
        finally
        {
            pools.ForEach(pool => pool.Dispose());
        }
    }

    private static PoolReading? TryRead(LibvirtConnection connection, StoragePoolHandle pool)
    {
        try
        {
            PoolDefinition definition = PoolDefinition.Parse(connection.XmlOf(pool));
            VirStoragePoolInfo info = connection.InfoOf(pool);
            return info.State is VirStoragePoolInfo.Running or VirStoragePoolInfo.Degraded
                ? new PoolReading(
                    definition, "", (long)info.Capacity, (long)info.Allocation, (long)info.Available, connection.VolumesOf(pool))
                : new PoolReading(definition, $"the pool is not active (libvirt state {info.State})", IsStopped: info.State == 0);
        }
        catch (Exception failure) when (failure is LibvirtException { Code: LibvirtException.NoStoragePool } or XmlException)
        {
            return null; // undefined between the list and the question
        }
    }

    private void NoteOnce(string problem)
    {
        if (problem != _lastProblem)
        {
            _lastProblem = problem;
            note(problem);
        }
    }
}
