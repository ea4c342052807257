using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Sampling;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Tests.Sampling;

public sealed class TierLoopTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource _stop = new();
    private readonly AgentCounters _counters = new();
    private readonly List<DateTimeOffset> _ticks = [];
    private readonly TierLoop _loop;
    private Func<Task> _work = () => Task.CompletedTask;
    private Task _running = Task.CompletedTask;

    public TierLoopTests() => _loop = new TierLoop(SampleTier.Fast, TimeSpan.FromSeconds(2), 0.5, TickAsync, _counters, _time, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default).Soon();
        _loop.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Run_TimePasses_TicksOnTheGrid()
    {
        Start();
        await AdvanceAsync(TimeSpan.FromSeconds(1), expectedTicks: 1);
        await AdvanceAsync(TimeSpan.FromSeconds(2), expectedTicks: 2);
        await AdvanceAsync(TimeSpan.FromSeconds(2), expectedTicks: 3);
        Assert.Equal([1, 3, 5], _ticks.Select(t => t.Second));
        Assert.Equal(0, _counters.TicksSkipped);
    }

    [Fact]
    public async Task Run_TickTakesTooLong_NeverOverlapsAndCountsSkipped()
    {
        var slow = new TaskCompletionSource();
        _work = () => slow.Task;
        Start();
        await AdvanceAsync(TimeSpan.FromSeconds(1), expectedTicks: 1);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Single(_ticks);
        _work = () => Task.CompletedTask;
        slow.SetResult();
        await Patience.UntilAsync(() => _counters.TicksSkipped == 3);
        await AdvanceAsync(TimeSpan.FromSeconds(1), expectedTicks: 2);
        Assert.Equal(9, _ticks[1].Second);
    }

    [Fact]
    public async Task SetInterval_WhileWaitingLong_TakesEffectAtOnce()
    {
        _loop.SetInterval(TimeSpan.FromHours(1));
        Start();
        _loop.SetInterval(TimeSpan.FromSeconds(4));
        await AdvanceAsync(TimeSpan.FromSeconds(2), expectedTicks: 1);
    }

    [Fact]
    public async Task Run_TickFails_CountsItAndGoesOn()
    {
        _work = () => throw new InvalidOperationException("broken adapter");
        Start();
        await AdvanceAsync(TimeSpan.FromSeconds(1), expectedTicks: 1);
        await AdvanceAsync(TimeSpan.FromSeconds(2), expectedTicks: 2);
        await Patience.UntilAsync(() => _counters.TicksFailed == 2);
    }

    [Fact]
    public async Task IsAlive_TickHangs_BecomesFalse()
    {
        var hang = new TaskCompletionSource();
        _work = () => hang.Task;
        Start();
        await AdvanceAsync(TimeSpan.FromSeconds(1), expectedTicks: 1);
        _time.Advance(TimeSpan.FromSeconds(12));
        Assert.True(_loop.IsAlive);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(_loop.IsAlive);
        hang.SetResult();
    }

    private void Start() => _running = _loop.RunAsync(_stop.Token);

    private async ValueTask TickAsync(CancellationToken cancellationToken)
    {
        lock (_ticks)
        {
            _ticks.Add(_time.GetUtcNow());
        }

        await _work();
    }

    private async Task AdvanceAsync(TimeSpan by, int expectedTicks)
    {
        _time.Advance(by);

        // The loop may still be on its way to its timer; time that does not pass cannot make it late.
        await Patience.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.Zero);
            lock (_ticks)
            {
                return _ticks.Count >= expectedTicks;
            }
        });
        Assert.Equal(expectedTicks, _ticks.Count);
    }
}
