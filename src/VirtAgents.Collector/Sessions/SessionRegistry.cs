using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Ingest;

namespace VirtAgents.Collector.Sessions;

/// <summary>The agent streams that are open.</summary>
internal sealed class SessionRegistry
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AgentSession> _sessions = [];
    private readonly int _most;
    private TaskCompletionSource? _empty;

    public SessionRegistry(CollectorOptions options, CollectorMetrics metrics)
    {
        _most = options.Limits.Streams;
        metrics.Observe("virtcollector.streams", "{stream}", "Agent streams that are open", () => Count);
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>Whether the collector stops and takes no new streams.</summary>
    public bool Draining
    {
        get
        {
            lock (_lock)
            {
                return _empty is not null;
            }
        }
    }

    public IReadOnlyList<AgentSession> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _sessions.Values];
            }
        }
    }

    /// <summary>Lets a stream in; null = it is in, else why not.</summary>
    public StreamRefusal? Enter(AgentSession session)
    {
        lock (_lock)
        {
            if (_empty is not null)
            {
                return new(Grpc.Core.StatusCode.Unavailable, "stopping", "the collector stops");
            }

            if (_sessions.Count >= _most)
            {
                return new(Grpc.Core.StatusCode.ResourceExhausted, "streams", $"{_most} streams are open already (Limits:Streams)");
            }

            _sessions.Add(session.Id, session);
            return null;
        }
    }

    public void Leave(AgentSession session)
    {
        lock (_lock)
        {
            _sessions.Remove(session.Id);
            if (_sessions.Count == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    /// <summary>Ends a stream whose place another one took.</summary>
    public void Supersede(string sessionId)
    {
        AgentSession? session;
        lock (_lock)
        {
            session = _sessions.GetValueOrDefault(sessionId);
        }

        session?.End(new StreamRefusal(Grpc.Core.StatusCode.Aborted, "superseded", "a newer stream of the same agent took its place"));
    }

    /// <summary>Takes no new streams from now on; the task ends when the last one is gone.</summary>
    public Task Drain()
    {
        lock (_lock)
        {
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_sessions.Count == 0)
            {
                _empty.TrySetResult();
            }

            return _empty.Task;
        }
    }
}
