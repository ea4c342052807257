using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Tests.Control;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;
using static VirtAgents.Collector.Tests.Control.ControlDouble;

namespace VirtAgents.Collector.Tests.Anomalies;

public sealed class BaselineKeeperTests
{
    private static readonly VmId One = new(new Guid(1, 2, 3, new byte[8])), Other = new(new Guid(2, 2, 3, new byte[8]));
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero));

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task StopAsync_ThenStartAsync_GoesOnWithTheSameBits()
    {
        string path = NewPath();
        byte[] state;
        await using (ControlDouble control = await OpenAsync(path))
        {
            VmBaselines learnt = Learnt(One);
            state = LearntVm.StateOf(learnt.Find(One)!);
            BaselineKeeper keeper = Keeper(control, learnt);
            await keeper.StartAsync(Cancel);
            await keeper.StopAsync(Cancel);
            Assert.Equal(0, learnt.Find(One)!.Unsaved);
        }

        await using ControlDouble again = await OpenAsync(path);
        VmBaselines known = new(10);
        await Keeper(again, known).StartAsync(Cancel);
        Assert.Equal(state, LearntVm.StateOf(known.Find(One)!));
    }

    [Fact]
    public async Task Turn_WindowsWereLearnt_WritesThemWithoutAStop()
    {
        await using ControlDouble control = await OpenAsync(NewPath());
        using BaselineKeeper keeper = Keeper(control, Learnt(One));
        await keeper.StartAsync(Cancel);
        await RunningCollector.UntilAsync(async () =>
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await using ControlContext context = control.CreateDbContext();
            return await context.VmBaselines.CountAsync(Cancel) == 1;
        });
        await keeper.StopAsync(Cancel);
    }

    [Fact]
    public async Task StartAsync_StateThatCannotBeReadOrHasNoRoom_IsLeftOutAndTold()
    {
        await using ControlDouble control = await OpenAsync(NewPath());
        byte[] state = LearntVm.StateOf(LearntVm.Until(One, Now, 10));
        BaselineStore store = new(control.Queue, control);
        await store.WriteAsync([Row(One, Now, state), Row(Other, Now - 1, state), Row(new VmId(Guid.NewGuid()), Now - 2, state[..^1])], Cancel);
        VmBaselines known = new(1);
        Lines log = new();
        using BaselineKeeper keeper = new(known, store, _time, log);
        await keeper.StartAsync(Cancel);
        await keeper.StopAsync(Cancel);

        Assert.Equal([One], known.All.Select(b => b.Key));
        Assert.Equal("What was learnt of 1 VMs is known again; of 1 it cannot be read and of 1 there is no room, so it is learnt anew.", Assert.Single(log.Told));
    }

    [Fact]
    public async Task StartAsync_VmNotSeenForLong_IsForgotten()
    {
        await using ControlDouble control = await OpenAsync(NewPath());
        BaselineStore store = new(control.Queue, control);
        await store.WriteAsync([Row(One, Now - (long)BaselineKeeper.Memory.TotalMilliseconds - 1, LearntVm.StateOf(LearntVm.Until(One, Now, 10)))], Cancel);
        VmBaselines known = new(10);
        using BaselineKeeper keeper = Keeper(control, known);
        await keeper.StartAsync(Cancel);
        await keeper.StopAsync(Cancel);

        await using ControlContext context = control.CreateDbContext();
        Assert.Equal((0, 0), (known.Count, await context.VmBaselines.CountAsync(Cancel)));
    }

    [Fact]
    public async Task Collector_StartsAgain_KnowsWhatItLearnt()
    {
        RunningCollector first = await RunningCollector.StartAsync();
        byte[] state;
        await using (first)
        {
            // What is seen long ago by the clock is forgotten, so this one has learnt until now.
            VmBaseline baseline = LearntVm.Until(One, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            Assert.True(first.Part<VmBaselines>().TryRestore(One, baseline));
            state = LearntVm.StateOf(baseline);
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory);
        Assert.Equal(state, LearntVm.StateOf(second.Part<VmBaselines>().Find(One)!));
    }

    private VmBaselines Learnt(VmId vm)
    {
        VmBaselines baselines = new(10);
        Assert.True(baselines.TryRestore(vm, LearntVm.Until(vm, Now)));
        return baselines;
    }

    private BaselineKeeper Keeper(ControlDouble control, VmBaselines baselines) =>
        new(baselines, new BaselineStore(control.Queue, control), _time, NullLogger<BaselineKeeper>.Instance);

    private static VmBaselineRow Row(VmId vm, long seen, byte[] state) => new() { VmId = vm.Value, SeenUnixMs = seen, State = state };

    private sealed class Lines : ILogger<BaselineKeeper>
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Told.Add(formatter(state, exception));
    }
}
