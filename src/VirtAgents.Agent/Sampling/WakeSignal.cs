using System.Threading.Channels;

namespace VirtAgents.Agent.Sampling;

/// <summary>
/// Wakes one waiting loop, from anywhere or after a time. Signals that come while nobody waits are kept as one. A wait
/// may end early for no reason: the loop looks at its condition again. Waiting allocates no timer.
/// </summary>
internal sealed class WakeSignal : IDisposable
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _timer;

    public WakeSignal(TimeProvider time) =>
        _timer = time.CreateTimer(state => ((WakeSignal)state!).Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Waits for a signal, at most so long.</summary>
    public async ValueTask WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (atMost != Timeout.InfiniteTimeSpan)
        {
            // Timers count whole milliseconds; rounding down would make the loop spin through the last one.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, atMost.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
        }

        await _set.Reader.ReadAsync(cancellationToken);
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
