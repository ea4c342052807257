using System.Threading.Channels;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Collector.Requests;

/// <summary>
/// Serves requests to start VMs: each second while one is on its way, each five seconds otherwise. All of it is read from the control database each
/// time, so a restart neither forgets nor repeats.
/// </summary>
internal sealed partial class QueueRunner(
    RequestStore store, QueueScene scene, RequestSender sender, QueueTurn turn, PlacementTurn placement, DirectiveFeed feed, TimeProvider time, ILogger<QueueRunner> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _isBusy;
    private long? _looked;

    /// <summary>Looks at requests soon.</summary>
    public void Wake()
    {
        _isBusy = true;
        _wake.Writer.TryWrite(true);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        _wake.LooksAsync(() => turn.RunAsync(() => LookAsync(stoppingToken), stoppingToken), LogNotLooked, stoppingToken), _wake.TicksAsync(Period, time, stoppingToken), _wake.SignalsAsync(feed, stoppingToken));

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        if (!_isBusy && _looked is { } looked && time.GetElapsedTime(looked) < LookPeriod)
        {
            return false;
        }

        _isBusy = false;
        IReadOnlyList<StartRequestRow> open = await store.OpenAsync(cancellationToken);
        bool isOnItsWay = open.Count > 0 && await placement.RunAsync(() => ServeAsync(open, cancellationToken), cancellationToken);
        _looked = time.GetTimestamp();
        _isBusy |= isOnItsWay;
        return true;
    }

    private async Task<bool> ServeAsync(IReadOnlyList<StartRequestRow> open, CancellationToken cancellationToken)
    {
        bool isOnItsWay = false;
        foreach (QueueSight sight in await scene.ReadAsync(open, cancellationToken))
        {
            isOnItsWay |= await ServeAsync(sight, cancellationToken);
        }

        return isOnItsWay;
    }

    // Whether a start is on its way.
    private async Task<bool> ServeAsync(QueueSight sight, CancellationToken cancellationToken)
    {
        Dictionary<long, StartRequestRow> rows = sight.Rows.ToDictionary(r => r.Number);
        List<StartRequest> waiting = [], begun = [];
        foreach (StartRequest before in sight.Rows.Select(RequestRows.ToRequest))
        {
            StartRequest now = RequestFollower.Next(before, sight.View);
            rows[before.Number] = await TakeAsync(rows[before.Number], before, now, cancellationToken);
            (now.Stage == RequestStage.Waiting ? waiting : begun).Add(now);
        }

        begun.RemoveAll(r => r.IsEnded);
        bool isOnItsWay = begun.Any(r => r.Stage is RequestStage.Sent or RequestStage.Moving);
        foreach (RequestDecision decision in RequestJudge.Decide(waiting, begun, sight.View).Where(d => d.Action != RequestAction.Wait))
        {
            await CarryOutAsync(rows[decision.Request.Number], decision, sight, cancellationToken);
            isOnItsWay |= decision.Action is RequestAction.Start or RequestAction.Move;
        }

        return isOnItsWay;
    }

    private async Task CarryOutAsync(StartRequestRow row, RequestDecision decision, QueueSight sight, CancellationToken cancellationToken)
    {
        if (decision.Action == RequestAction.Start)
        {
            await sender.SendAsync(row, sight.Hosts[row.HostId], decision.Reason, cancellationToken);
            return;
        }

        if (decision.Action == RequestAction.Move)
        {
            HostInfo target = sight.Hosts[decision.Target!.Value.Value].Host;
            await sender.MoveAsync(row, sight.Hosts[row.HostId], target, sight.Policy.AddressOf(target.Name), decision.Reason, cancellationToken);
            return;
        }

        RequestStage stage = decision.Action == RequestAction.Expire ? RequestStage.Expired : RequestStage.Overtaken;
        await TakeAsync(row, decision.Request, decision.Request.End(stage, decision.Reason, sight.View.NowUnixMs), cancellationToken);
    }

    // The row as it is then: a request whose VM was moved has another host.
    private async Task<StartRequestRow> TakeAsync(StartRequestRow row, StartRequest before, StartRequest now, CancellationToken cancellationToken)
    {
        if (now == before || await store.ChangeAsync(row.Id, before.Stage, r => RequestRows.Take(r, now), cancellationToken) is not { } changed)
        {
            return row;
        }

        if (now.IsEnded)
        {
            LogEnded(row.Id, row.VmName, now.Stage.ToString().ToLowerInvariant(), now.Detail);
        }

        return changed;
    }

    [LoggerMessage(2161, LogLevel.Information, "Request {Id} to start {Vm} has ended, {Stage}: {Why}")]
    private partial void LogEnded(Guid id, string vm, string stage, string why);

    [LoggerMessage(2162, LogLevel.Error, "The queue could not look at its requests; it is tried again every second: {Problem}")]
    private partial void LogNotLooked(string problem);
}
