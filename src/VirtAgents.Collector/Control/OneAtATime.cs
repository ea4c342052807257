namespace VirtAgents.Collector.Control;

/// <summary>One at a time: what rules do by themselves and what people approve must not be judged by the same past twice.</summary>
internal class OneAtATime : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        GC.SuppressFinalize(this);
    }
}
