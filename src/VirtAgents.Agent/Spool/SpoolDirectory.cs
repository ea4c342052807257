namespace VirtAgents.Agent.Spool;

/// <summary>The directory of one spool, held by one process at a time.</summary>
internal sealed class SpoolDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private SpoolDirectory(string path, FileStream file) => (Path, _lock) = (path, file);

    public string Path { get; }

    /// <exception cref="SpoolUnusableException">It cannot be made or written, or another agent has it.</exception>
    public static SpoolDirectory Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
            return new SpoolDirectory(path, new FileStream(System.IO.Path.Combine(path, "lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OwnerOnly,
            }));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SpoolUnusableException($"Spool:Path {path} may not be written by this user; change its owner or set another directory", e);
        }
        catch (IOException e)
        {
            throw new SpoolUnusableException($"Spool:Path {path} cannot be used: {e.Message} Is another agent running on it?", e);
        }
    }

    public void Dispose() => _lock.Dispose();
}
