namespace VirtAgents.Collector.Hosting;

/// <summary>Tells scripts that the collector listens, and where.</summary>
internal static class ReadyFile
{
    /// <summary>Writes one address per line: first gRPC, then HTTP. It appears whole or not at all.</summary>
    public static async Task WriteAsync(string? path, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            return;
        }

        string unfinished = path + ".new";
        await File.WriteAllLinesAsync(unfinished, addresses, cancellationToken);
        File.Move(unfinished, path, overwrite: true);
    }
}
