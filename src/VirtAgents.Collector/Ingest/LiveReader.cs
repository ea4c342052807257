namespace VirtAgents.Collector.Ingest;

/// <summary>
/// Reads a feed that was opened before something else is done: what is published meanwhile is not missed. The first move
/// is under way from the start, so disposal always reaches the feed.
/// </summary>
/// <typeparam name="T">What the feed gives.</typeparam>
internal sealed class LiveReader<T> : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending;
    private readonly IAsyncEnumerator<T> _live;
    private Task<bool> _next;

    private LiveReader(CancellationTokenSource ending, IAsyncEnumerator<T> live) =>
        (_ending, _live, _next) = (ending, live, live.MoveNextAsync().AsTask());

    public T Current => _live.Current;

    /// <summary>Opens the feed.</summary>
    public static LiveReader<T> Open(Func<CancellationToken, IAsyncEnumerable<T>> subscribe, CancellationToken cancellationToken)
    {
        CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return new(ending, subscribe(ending.Token).GetAsyncEnumerator(ending.Token));
    }

    /// <summary>Waits for what comes next; false = the feed has ended.</summary>
    public Task<bool> NextAsync() => _next;

    /// <summary>Asks for more; <see cref="Current"/> is gone then.</summary>
    public void Advance() => _next = _live.MoveNextAsync().AsTask();

    // An enumerator must not be disposed while it moves, so the pending move is ended first. How it ends is of no
    // interest any more: a failure that counts was thrown where it was awaited.
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _live.DisposeAsync();
        _ending.Dispose();
    }
}
