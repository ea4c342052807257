using VirtAgents.Agent.Spool;

namespace VirtAgents.Agent.Sampling;

/// <summary>Puts the spool onto the disk: after an event at once, else every second; and drops what is too old.</summary>
internal sealed class SpoolUpkeep(MessageSpool spool, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(1);

    private readonly WakeSignal _wake = new(time);

    public void FlushSoon() => _wake.Set();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _wake.WaitAsync(Rhythm, cancellationToken);
            spool.Flush();
            spool.Maintain();
        }
    }

    public void Dispose() => _wake.Dispose();
}
