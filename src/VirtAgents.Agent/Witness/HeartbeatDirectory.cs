using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Witness;

/// <summary>Heartbeats in one directory that hosts share.</summary>
internal sealed class HeartbeatDirectory(string path, TimeProvider time)
{
    /// <summary>Reads that may run at the same time; of writes one may.</summary>
    public const int MostReads = 4;

    private readonly PatientStorage _writes = new(1, time);
    private readonly PatientStorage _reads = new(MostReads, time);

    public string Path => path;

    /// <summary>Writes the heartbeat of this host, whole or not at all.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    /// <exception cref="TimeoutException">The storage hangs.</exception>
    public Task WriteAsync(Heartbeat beat, TimeSpan patience, CancellationToken stop) => _writes.TouchAsync(
        () =>
        {
            PatientStorage.Write(FileOf(beat.Line.Host), beat.ToBytes());
            return true;
        },
        patience,
        stop);

    /// <summary>Newest beat of a host; 0 = it has no file here, or none that can be understood.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="TimeoutException">The storage hangs.</exception>
    public Task<long> ReadAsync(HostId host, TimeSpan patience, CancellationToken stop) => _reads.TouchAsync(() => Read(host), patience, stop);

    private string FileOf(HostId host) => System.IO.Path.Combine(path, Heartbeat.FileOf(host));

    private long Read(HostId host)
    {
        try
        {
            using FileStream stream = File.OpenRead(FileOf(host));
            Span<byte> bytes = stackalloc byte[Heartbeat.Longest];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Heartbeat.TryRead(bytes[..length], out Heartbeat? beat) && beat.Line.Host == host ? beat.Sequence : 0;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
