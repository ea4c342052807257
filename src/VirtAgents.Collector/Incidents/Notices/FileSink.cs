namespace VirtAgents.Collector.Incidents.Notices;

/// <summary>Adds each notice as a line to a file, which may be moved away at any time (logrotate).</summary>
internal sealed class FileSink(string path) : INoticeSink
{
    public string Name => "file";

    public bool Wants(IncidentNotice notice) => true;

    public async Task TellAsync(IncidentNotice notice, CancellationToken cancellationToken)
    {
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using FileStream file = new(path, options);
            await file.WriteAsync((byte[])[.. notice.ToJson(), (byte)'\n'], cancellationToken);
            file.Flush(flushToDisk: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new NoticeRefusedException($"Incidents:File '{path}': {problem.Message}", problem);
        }
    }
}
