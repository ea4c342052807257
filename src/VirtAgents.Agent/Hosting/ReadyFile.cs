namespace VirtAgents.Agent.Hosting;

/// <summary>A file that appears when the agent has been accepted by a collector for the first time; for scripts that wait.</summary>
internal sealed class ReadyFile(string? path)
{
    private int _written;

    /// <exception cref="IOException">An old file cannot be removed.</exception>
    public void Clear()
    {
        if (path is not null)
        {
            File.Delete(path);
        }
    }

    /// <summary>Writes the file, once.</summary>
    public void Write(Uri endpoint)
    {
        if (path is not null && Interlocked.Exchange(ref _written, 1) == 0)
        {
            File.WriteAllText(path, $"connected to {endpoint}\n");
        }
    }
}
