using System.Threading.Channels;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Scheduling.Control;

namespace VirtAgents.Collector.Scheduling;

/// <summary>
/// Keeps clusters as the policy wants them. Each second, and with news of directives, plans that are carried out go on; each five
/// seconds the others are looked at, and whether one is wanted. All of it is read from the control database each time, so a restart neither forgets nor repeats.
/// </summary>
internal sealed partial class Scheduler(
    ScheduleFile file, SchedulerScene scene, PlanStore store, PlanRunner runner, GoalWatch goals, PlanMeter meter, SchedulingTurn turn, PlacementTurn placement, DirectiveFeed feed,
    TimeProvider time, ILogger<Scheduler> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _isRunning;
    private long? _looked;

    /// <summary>Looks at plans soon.</summary>
    public void Wake()
    {
        _isRunning = true;
        _wake.Writer.TryWrite(true);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
        _wake.LooksAsync(() => turn.RunAsync(() => LookAsync(stoppingToken), stoppingToken), LogNotLooked, stoppingToken), _wake.TicksAsync(Period, time, stoppingToken), _wake.SignalsAsync(feed, stoppingToken));

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        bool isTime = _looked is not { } looked || time.GetElapsedTime(looked) >= LookPeriod;
        if (!isTime && !_isRunning)
        {
            return false;
        }

        SchedulePolicy policy = file.Current();
        IReadOnlyList<PlanRow> active = await store.ActiveAsync(cancellationToken);
        if (active.Count > 0 || !policy.Rules.IsEmpty)
        {
            PlanRow[] due = [.. active.Where(p => isTime || p.State == PlanState.Running)];
            SchedulerView view = await placement.RunAsync(() => AdvanceAsync(policy, due, cancellationToken), cancellationToken);
            active = await store.ActiveAsync(cancellationToken);
            if (isTime)
            {
                await meter.MeasureAsync(view, cancellationToken);
                await goals.LookAsync(active, view, cancellationToken);
                active = await store.ActiveAsync(cancellationToken);
            }
        }

        _looked = isTime ? time.GetTimestamp() : _looked;
        _isRunning = active.Any(p => p.State == PlanState.Running);
        return true;
    }

    private async Task<SchedulerView> AdvanceAsync(SchedulePolicy policy, PlanRow[] plans, CancellationToken cancellationToken)
    {
        SchedulerView view = await scene.ReadAsync(policy, cancellationToken);
        await runner.AdvanceAsync(plans, view, cancellationToken);
        return view;
    }

    [LoggerMessage(2145, LogLevel.Error, "The scheduler could not look at its plans; it is tried again every second: {Problem}")]
    private partial void LogNotLooked(string problem);
}
