using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Witness;

/// <summary>
/// Heartbeats in one directory that hosts share. Storage that hangs holds up whoever touches it, for hours: so each touch runs
/// on a thread of its own, nobody waits for it longer than a time, and few may hang at the same time.
/// </summary>
internal sealed class HeartbeatDirectory(string path, TimeProvider time)
{
    /// <summary>Reads that may run at the same time; of writes one may.</summary>
    public const int MostReads = 4;

    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly Lock _lock = new();
    private readonly List<Task> _writes = [];
    private readonly List<Task> _reads = [];

    public string Path => path;

    /// <summary>Writes the heartbeat of this host, whole or not at all.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    /// <exception cref="TimeoutException">The storage hangs.</exception>
    public Task WriteAsync(Heartbeat beat, TimeSpan patience, CancellationToken stop) => TouchAsync(
        _writes,
        1,
        () =>
        {
            string file = System.IO.Path.Combine(path, Heartbeat.FileOf(beat.Line.Host)), draft = file + ".new";
            using (FileStream stream = File.Create(draft))
            {
                // Whatever the umask says: agents of other hosts may have another user, and the same group.
                File.SetUnixFileMode(stream.SafeFileHandle, OwnerAndGroup);
                stream.Write(beat.ToBytes());
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, file, overwrite: true);
            return true;
        },
        patience,
        stop);

    /// <summary>Newest beat of a host; 0 = it has no file here, or none that can be understood.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="TimeoutException">The storage hangs.</exception>
    public Task<long> ReadAsync(HostId host, TimeSpan patience, CancellationToken stop) => TouchAsync(_reads, MostReads, () => Read(host), patience, stop);

    private long Read(HostId host)
    {
        try
        {
            using FileStream stream = File.OpenRead(System.IO.Path.Combine(path, Heartbeat.FileOf(host)));
            Span<byte> bytes = stackalloc byte[Heartbeat.Longest];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Heartbeat.TryRead(bytes[..length], out Heartbeat? beat) && beat.Line.Host == host ? beat.Sequence : 0;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private async Task<T> TouchAsync<T>(List<Task> running, int most, Func<T> touch, TimeSpan patience, CancellationToken stop)
    {
        Task<T> task;
        lock (_lock)
        {
            running.RemoveAll(t => t.IsCompleted);
            if (running.Count >= most)
            {
                throw new TimeoutException($"{most} earlier access(es) have not ended yet");
            }

            task = Task.Factory.StartNew(touch, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
            running.Add(task);
        }

        // When nobody waits any more its failure is nobody's.
        _ = task.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return await task.WaitAsync(patience, time, stop);
    }
}
