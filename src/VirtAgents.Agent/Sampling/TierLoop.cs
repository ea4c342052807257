using Microsoft.Extensions.Logging;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Sampling;

/// <summary>Runs the ticks of one tier, one after the other, in a rhythm that may change.</summary>
internal sealed partial class TierLoop : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SampleTier _tier;
    private readonly Func<CancellationToken, ValueTask> _tick;
    private readonly AgentCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TickGrid _grid;
    private readonly WakeSignal _wake;
    private long _intervalTicks;
    private long _lastTick;

    public TierLoop(
        SampleTier tier, TimeSpan interval, double phase, Func<CancellationToken, ValueTask> tick, AgentCounters counters, TimeProvider time, ILogger logger)
    {
        (_tier, _tick, _counters, _time, _logger) = (tier, tick, counters, time, logger);
        _grid = new TickGrid(time, phase);
        _wake = new WakeSignal(time);
        _intervalTicks = interval.Ticks;
        _lastTick = time.GetTimestamp();
    }

    /// <summary>Ticks come as they should, or are late by an amount that a busy host may cause; false when the loop hangs.</summary>
    public bool IsAlive =>
        _time.GetElapsedTime(Interlocked.Read(ref _lastTick)) < (TimeSpan.FromTicks(Interlocked.Read(ref _intervalTicks)) * 2) + Patience;

    /// <summary>Changes the rhythm at once.</summary>
    public void SetInterval(TimeSpan interval)
    {
        Interlocked.Exchange(ref _intervalTicks, interval.Ticks);
        _wake.Set();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan interval = TimeSpan.FromTicks(Interlocked.Read(ref _intervalTicks));
            if (interval != _grid.Interval)
            {
                _grid.Begin(interval);
            }

            TimeSpan wait = _grid.Wait;
            if (wait > TimeSpan.Zero)
            {
                await _wake.WaitAsync(wait, cancellationToken);
                continue;
            }

            await TickOnceAsync(cancellationToken);
            Interlocked.Exchange(ref _lastTick, _time.GetTimestamp());
            _counters.CountSkipped(_grid.Advance());
        }
    }

    public void Dispose() => _wake.Dispose();

    private async ValueTask TickOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _tick(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            // The loop's edge: whatever one tick came upon, the next one must take place.
            _counters.CountFailed();
            LogTickFailed(e, _tier);
        }
    }

    [LoggerMessage(1101, LogLevel.Error, "A {Tier} sample failed; the next one is taken as usual.")]
    private partial void LogTickFailed(Exception e, SampleTier tier);
}
