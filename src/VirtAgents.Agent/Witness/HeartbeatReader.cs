using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Witness;

/// <summary>Reads the heartbeat of another host in all directories that this host shares.</summary>
internal sealed class HeartbeatReader(IReadOnlyList<HeartbeatDirectory> directories)
{
    /// <summary>Newest beat; 0 = there is none, or no directory could be read in time.</summary>
    public async Task<long> ReadAsync(HostId host, TimeSpan patience, CancellationToken stop)
    {
        long[] beats = await ReadEachAsync(host, patience, stop);
        return beats.DefaultIfEmpty().Max();
    }

    /// <summary>Newest beat in each directory; 0 = there is none, or the directory could not be read in time.</summary>
    public Task<long[]> ReadEachAsync(HostId host, TimeSpan patience, CancellationToken stop) =>
        Task.WhenAll(directories.Select(d => TryReadAsync(d, host, patience, stop)));

    // What cannot be read tells nothing; the writer, which meets the same trouble, tells of it.
    private static async Task<long> TryReadAsync(HeartbeatDirectory directory, HostId host, TimeSpan patience, CancellationToken stop)
    {
        try
        {
            return await directory.ReadAsync(host, patience, stop);
        }
        catch (Exception e) when (PatientStorage.IsTrouble(e))
        {
            return 0;
        }
    }
}
