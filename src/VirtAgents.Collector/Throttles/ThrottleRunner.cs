using System.Threading.Channels;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Limits;
using VirtAgents.Collector.Remediation;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Throttles;

/// <summary>
/// Follows throttles and takes them back: each five seconds and at each change of an incident, also where no policy is set any more. They are read from the control
/// database each time, so a restart neither forgets nor repeats it.
/// </summary>
internal sealed partial class ThrottleRunner(
    ThrottleStore store, LimitSender sender, RemediationFile file, RemediationTurn turn, IncidentKeeper keeper, IncidentFeed feed, IFleetReader fleet,
    Restraints restraints, TimeProvider time, ILogger<ThrottleRunner> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Looks at all throttles once.</summary>
    public Task<bool> LookAsync(CancellationToken cancellationToken) => turn.RunAsync(() => DoLookAsync(cancellationToken), cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        _wake.LooksAsync(() => LookAsync(stoppingToken), LogNotLooked, stoppingToken), _wake.TicksAsync(Period, time, stoppingToken), _wake.SignalsAsync(feed, stoppingToken));

    private async Task<bool> DoLookAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ThrottleRow> rows = await store.OpenAsync(cancellationToken);
        if (rows.Count == 0)
        {
            return false;
        }

        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        LimitView view = new(hosts, restraints.ComingBack(hosts, now), await restraints.WhyHeldAsync(cancellationToken), now);
        Dictionary<Guid, DirectiveNow> directives = await store.DirectivesAsync(rows, cancellationToken);
        HashSet<FindingKey> holding = [.. keeper.Active.SelectMany(i => i.Findings()).Where(f => f.IsActive).Select(f => f.Key)];
        foreach (ThrottleRow row in rows)
        {
            HeldLimit next = await FollowAsync(row, directives, view, cancellationToken);
            FindingKey finding = new(row.Finding, new Element(ElementKind.Vm, new VmId(row.VmId).ToString()), row.Detail);
            if (next.IsFree(now) && ThrottleJudge.WhyRelease(next, file.Current(), holding.Contains(finding), now) is { } why)
            {
                await ReleaseAsync(row, next, why, view, cancellationToken);
            }
        }

        return true;
    }

    private async Task<HeldLimit> FollowAsync(ThrottleRow row, Dictionary<Guid, DirectiveNow> directives, LimitView view, CancellationToken cancellationToken)
    {
        HeldLimit before = LimitRows.ToLimit(row);
        HeldLimit next = view.Next(before, directives);
        if (next != before && await store.ChangeAsync(before.Id, before.Stage, r => LimitRows.Take(r, next, view.NowUnixMs), cancellationToken) && next.IsEnded)
        {
            // What a release failed by before it was done is no news.
            bool isTakenBack = before.Stage == LimitStage.Releasing && next.Detail == before.Detail;
            string how = next.Stage == LimitStage.Failed ? $"was not set: {next.Detail}" : $"is over: {(isTakenBack ? "it was taken back" : next.Detail)}";
            LogEnded(row.Rule, row.VmName, how);
            await keeper.RecordAsync(row.IncidentId, $"the throttle of {row.VmName} by rule '{row.Rule}' {how}", cancellationToken);
        }

        return next;
    }

    private async Task ReleaseAsync(ThrottleRow row, HeldLimit limit, string why, LimitView view, CancellationToken cancellationToken)
    {
        if (view.InForce(limit) != limit.Amount || view.HostOf(limit.Vm) is not { } host || !view.MayAct(host))
        {
            return;
        }

        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        LimitOrder order = new(id, $"rule:{limit.Rule}", limit.Resource, limit.Vm, limit.Device, 0, limit.Amount, $"the throttle is taken back: {why}; incident {row.IncidentId}");
        bool isSent = await sender.SendAsync(
            order, host, context => ThrottleStore.TryChangeAsync(context, limit.Id, LimitStage.InForce, r => (r.Stage, r.DirectiveId, r.Reason) = (LimitStage.Releasing, id, why)), cancellationToken);
        if (isSent)
        {
            await keeper.RecordAsync(row.IncidentId, $"the throttle of {row.VmName} by rule '{row.Rule}' is taken back: {why}, directive {id}", cancellationToken);
        }
    }

    [LoggerMessage(2173, LogLevel.Information, "The throttle of rule '{Rule}' for VM {Vm} {How}")]
    private partial void LogEnded(string rule, string vm, string how);

    [LoggerMessage(2174, LogLevel.Error, "Throttles could not be looked at; it is tried again every five seconds: {Problem}")]
    private partial void LogNotLooked(string problem);
}
