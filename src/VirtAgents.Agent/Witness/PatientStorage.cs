namespace VirtAgents.Agent.Witness;

/// <summary>
/// Touches storage that hosts share. Storage that hangs holds up whoever touches it, for hours: so each touch runs
/// on a thread of its own, nobody waits for it longer than a time, and few may hang at the same time.
/// </summary>
/// <param name="most">Touches that may run at the same time.</param>
/// <param name="time">Clock.</param>
internal sealed class PatientStorage(int most, TimeProvider time)
{
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly Lock _lock = new();
    private readonly List<Task> _running = [];

    /// <summary>Writes a file, whole or not at all.</summary>
    public static void Write(string file, byte[] content)
    {
        string draft = file + ".new";
        using (FileStream stream = File.Create(draft))
        {
            // Whatever the umask says: agents of other hosts may have another user, and the same group.
            File.SetUnixFileMode(stream.SafeFileHandle, OwnerAndGroup);
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Touches it once.</summary>
    /// <exception cref="TimeoutException">The storage hangs.</exception>
    public async Task<T> TouchAsync<T>(Func<T> touch, TimeSpan patience, CancellationToken stop)
    {
        Task<T> task;
        lock (_lock)
        {
            _running.RemoveAll(t => t.IsCompleted);
            if (_running.Count >= most)
            {
                throw new TimeoutException($"{most} earlier access(es) have not ended yet");
            }

            task = Task.Factory.StartNew(touch, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
            _running.Add(task);
        }

        // When nobody waits any more its failure is nobody's.
        _ = task.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return await task.WaitAsync(patience, time, stop);
    }

    /// <summary>Whether a failure of a touch is one of the storage.</summary>
    public static bool IsTrouble(Exception problem) => problem is IOException or UnauthorizedAccessException or TimeoutException;
}
