namespace VirtAgents.Collector.Ingest;

internal sealed partial class BatchCommitter
{
    [LoggerMessage(2001, LogLevel.Error, "The store cannot be written: {Problem}. Messages are kept and tried again; nothing is acknowledged.")]
    private partial void LogUnavailable(string problem);

    [LoggerMessage(2002, LogLevel.Information, "The store can be written again.")]
    private partial void LogAvailable();

    [LoggerMessage(2003, LogLevel.Error, "The store will never take message {Sequence} of host {HostId}: {Problem}. Only its number is kept.")]
    private partial void LogRejected(string hostId, long sequence, string problem);

    [LoggerMessage(2004, LogLevel.Error, "The store threw instead of answering.")]
    private partial void LogStoreThrew(Exception problem);

    [LoggerMessage(2005, LogLevel.Warning, "{Messages} messages were not written at the stop ({Problem}); agents still have them.")]
    private partial void LogAbandoned(int messages, string problem);
}
