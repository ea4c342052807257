namespace VirtAgents.Storage.Summaries;

/// <summary>An answer would need more stored values than were allowed for it.</summary>
public sealed class QueryTooLargeException : Exception
{
    /// <summary>Says how many were allowed.</summary>
    public QueryTooLargeException(long most)
        : base($"the answer needs more than {most} stored values") => Most = most;

    /// <summary>How many were allowed.</summary>
    public long Most { get; }
}
