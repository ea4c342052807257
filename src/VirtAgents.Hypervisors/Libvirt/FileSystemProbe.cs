using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>
/// Looks at the directory of a pool itself. libvirt goes on saying "running" with old figures when it has vanished, until
/// somebody refreshes the pool, and a read-only connection must not refresh.
/// </summary>
internal static class FileSystemProbe
{
    /// <summary>Reads a pool of a file system. May block for as long as a network file system does.</summary>
    public static PoolReading Read(PoolDefinition pool, LinuxRoots roots)
    {
        if (!Directory.Exists(pool.Path))
        {
            return new PoolReading(pool, $"directory {pool.Path} is missing");
        }

        if (pool.IsMount && !IsMounted(pool.Path, roots))
        {
            return new PoolReading(pool, $"nothing is mounted at {pool.Path}");
        }

        try
        {
            var drive = new DriveInfo(pool.Path);
            (long size, long free) = (drive.TotalSize, drive.TotalFreeSpace);
            return new PoolReading(pool, "", size, size - free, free);
        }
        catch (IOException failure)
        {
            return new PoolReading(pool, $"{pool.Path}: {failure.Message}");
        }
        catch (UnauthorizedAccessException)
        {
            return new PoolReading(pool, ""); // it is there, but its figures are not for this user
        }
    }

    private static bool IsMounted(string path, LinuxRoots roots)
    {
        // The second word of a line is the mount point, with blanks as \040.
        string point = path.TrimEnd('/').Replace(" ", @"\040", StringComparison.Ordinal);
        return File.ReadLines($"{roots.Proc}/self/mounts").Any(line => line.Split(' ') is [_, { } at, ..] && at == point);
    }
}
