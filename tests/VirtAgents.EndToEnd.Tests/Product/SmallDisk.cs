namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>A small file system that can be filled and freed. Needs the right to mount.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private SmallDisk()
    {
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("virtagents-disk-").FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    public static async Task<SmallDisk> MountAsync(int mib)
    {
        var disk = new SmallDisk();
        (int exitCode, string output) = await RunningProgram.RunAsync("mount", Patience, "-t", "tmpfs", "-o", $"size={mib}m,mode=700", "virtagents-test", disk.Path);
        Assert.True(exitCode == 0, output);
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

    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        (int exitCode, string output) = await RunningProgram.RunAsync("umount", Patience, Path);
        Assert.True(exitCode == 0, output);
        Directory.Delete(Path);
    }
}
