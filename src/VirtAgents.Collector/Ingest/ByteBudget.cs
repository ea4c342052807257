namespace VirtAgents.Collector.Ingest;

/// <summary>
/// Bounds the memory of what is not durable yet. Streams wait here before they take a message, so a store that is slow
/// or away is felt by the agents as back-pressure. First come, first served.
/// </summary>
internal sealed class ByteBudget(long capacity)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Granted)> _waiting = [];
    private long _used;

    public long Used
    {
        get
        {
            lock (_lock)
            {
                return _used;
            }
        }
    }

    /// <summary>Waits until there is room. A message larger than the whole budget passes when it is alone.</summary>
    public ValueTask TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 && Fits(bytes))
            {
                _used += bytes;
                return ValueTask.CompletedTask;
            }

            TaskCompletionSource granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            LinkedListNode<(long, TaskCompletionSource)> node = _waiting.AddLast((bytes, granted));
            return new ValueTask(WaitAsync(node, granted, bytes, cancellationToken));
        }
    }

    /// <summary>Takes room that may not be there: conclusions of the collector itself never wait.</summary>
    public void Force(long bytes)
    {
        lock (_lock)
        {
            _used += bytes;
        }
    }

    public void Release(long bytes)
    {
        lock (_lock)
        {
            _used -= bytes;
            Grant();
        }
    }

    private async Task WaitAsync(
        LinkedListNode<(long Bytes, TaskCompletionSource Granted)> node, TaskCompletionSource granted, long bytes, CancellationToken cancellationToken)
    {
        try
        {
            await granted.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            GiveBack(node, bytes);
            throw;
        }
    }

    private void GiveBack(LinkedListNode<(long Bytes, TaskCompletionSource Granted)> node, long bytes)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _waiting.Remove(node);
            }
            else
            {
                _used -= bytes;
            }

            Grant();
        }
    }

    private void Grant()
    {
        while (_waiting.First is { } next && Fits(next.Value.Bytes))
        {
            _waiting.RemoveFirst();
            _used += next.Value.Bytes;
            next.Value.Granted.SetResult();
        }
    }

    private bool Fits(long bytes) => _used + bytes <= capacity || _used <= 0;
}
