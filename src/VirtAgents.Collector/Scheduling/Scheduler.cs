using System.Threading.Channels;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Scheduling.Control;

namespace VirtAgents.Collector.Scheduling;

/// <summary>
/// Keeps clusters as the policy wants them. Each second, and with news of directives, plans that are carried out go on; each five
/// seconds it is looked whether one is wanted. All of it is read from the control database each time, so a restart neither forgets nor repeats.
/// </summary>
internal sealed partial class Scheduler(
    ScheduleFile file, SchedulerScene scene, PlanStore store, PlanRunner runner, GoalWatch goals, PlanMeter meter, SchedulingTurn turn, DirectiveFeed feed,
    TimeProvider time, ILogger<Scheduler> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long? _looked;
    private string? _problem;

    /// <summary>Looks at plans soon.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(LooksAsync(stoppingToken), _wake.TicksAsync(Period, time, stoppingToken), _wake.SignalsAsync(feed, stoppingToken));

    private async Task LooksAsync(CancellationToken stoppingToken)
    {
        while (await _wake.Reader.WaitToReadAsync(stoppingToken))
        {
            _wake.Reader.TryRead(out _);
            try
            {
                _ = await turn.RunAsync(() => LookAsync(stoppingToken), stoppingToken);
                _problem = null;
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // The loop's edge: nothing was done that is not in the database; the next look may go better.
                if (_problem != problem.GetBaseException().Message)
                {
                    LogNotLooked(problem.GetBaseException().Message);
                    _problem = problem.GetBaseException().Message;
                }
            }
        }
    }

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        SchedulePolicy policy = file.Current();
        IReadOnlyList<PlanRow> active = await store.ActiveAsync(cancellationToken);
        bool isTime = _looked is not { } looked || time.GetElapsedTime(looked) >= LookPeriod;
        if (active.Count == 0 && (!isTime || policy.Rules.IsEmpty))
        {
            return false;
        }

        SchedulerView view = await scene.ReadAsync(policy, cancellationToken);
        await runner.AdvanceAsync(active, view, cancellationToken);
        if (isTime)
        {
            _looked = time.GetTimestamp();
            await meter.MeasureAsync(view, cancellationToken);
            await goals.LookAsync(await store.ActiveAsync(cancellationToken), view, cancellationToken);
        }

        return true;
    }

    [LoggerMessage(2145, LogLevel.Error, "The scheduler could not look at its plans; it is tried again every second: {Problem}")]
    private partial void LogNotLooked(string problem);
}
