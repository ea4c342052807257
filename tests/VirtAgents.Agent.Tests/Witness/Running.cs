namespace VirtAgents.Agent.Tests.Witness;

/// <summary>A loop that runs until this is disposed.</summary>
internal sealed class Running : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public Running(Func<CancellationToken, Task> loop) => _running = loop(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running.Soon());
        _stop.Dispose();
    }
}
