namespace VirtAgents.Testbed;

/// <summary>A small file system that can be filled and freed. Needs the right to mount.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk()
    {
    }

    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("virtagents-disk-").FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Makes one of so many mebibytes.</summary>
    public static async Task<SmallDisk> MountAsync(int mib)
    {
        var disk = new SmallDisk();
        await Command.RunAsync(["mount", "-t", "tmpfs", "-o", $"size={mib}m,mode=700", "virtagents-test", disk.Path], CancellationToken.None);
        return disk;
    }

    /// <summary>Leaves no room for a single page.</summary>
    public void Fill()
    {
        using FileStream file = new(Ballast, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // Full: what was wanted.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(Ballast);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync(["umount", Path], CancellationToken.None);
        Directory.Delete(Path);
    }
}
