namespace VirtAgents.Collector.Query;

/// <summary>Tells the log when the store begins to keep calls from being answered and when it ends, instead of each call.</summary>
internal sealed partial class StoreTrouble(TimeProvider time, ILogger<StoreTrouble> log)
{
    // A call that nobody makes again tells no end; its next failure is a new one.
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _methods = [];
    private volatile string? _problem;
    private long _last;

    /// <summary>A call could not be answered.</summary>
    public void Failed(string method, string problem)
    {
        lock (_lock)
        {
            bool told = _problem == problem && time.GetElapsedTime(_last) < Forgotten;
            (_problem, _last) = (problem, time.GetTimestamp());
            _methods.Add(method);
            if (!told)
            {
                LogFailed(method, problem);
            }
        }
    }

    /// <summary>A call was answered; calls that never need the store say nothing about it.</summary>
    public void Answered(string method)
    {
        if (_problem is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_methods.Contains(method))
            {
                _methods.Clear();
                _problem = null;
                LogAnswered(method);
            }
        }
    }

    [LoggerMessage(2701, LogLevel.Error, "The store keeps queries ({Method}) from being answered: {Problem}. Further ones are not told.")]
    private partial void LogFailed(string method, string problem);

    [LoggerMessage(2702, LogLevel.Information, "Queries ({Method}) are answered again.")]
    private partial void LogAnswered(string method);
}
