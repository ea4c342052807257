namespace VirtAgents.Collector.Query;

/// <summary>Lets only so many queries over time read the store at once; others wait.</summary>
internal sealed class QueryTurns(QueryLimits limits) : IDisposable
{
    private readonly SemaphoreSlim _free = new(limits.ConcurrentRanges, limits.ConcurrentRanges);

    /// <summary>Waits for a turn, which ends when what is returned is disposed of.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Turn(_free);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
