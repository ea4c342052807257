using System.Collections.Immutable;
using System.Threading.Channels;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Limits;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>What the last look at an uplink led to.</summary>
internal sealed record UplinkTold(UplinkSight Seen, ShareDecision Decision);

/// <summary>
/// Divides full uplinks: each five seconds. Limits are read from the control database each time, so a restart neither forgets nor repeats; how long an uplink has been
/// full is not kept, and is waited for anew.
/// </summary>
internal sealed partial class ShareRunner(
    ScheduleFile file, IFleetReader fleet, ShareSights sights, ShareStore store, ShareSender sender, Restraints restraints, ShareTurn turn, TimeProvider time, ILogger<ShareRunner> log)
    : BackgroundService
{
    /// <summary>How long an interface whose limit could not be set is left alone.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<(string Rule, HostId Host), ShareMemory> _memories = [];
    private volatile IReadOnlyList<UplinkTold> _told = [];

    /// <summary>Uplinks as they were seen last.</summary>
    public IReadOnlyList<UplinkTold> Told => _told;

    /// <summary>Looks at all uplinks once.</summary>
    public Task<bool> LookAsync(CancellationToken cancellationToken) => turn.RunAsync(() => DoLookAsync(cancellationToken), cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        _wake.LooksAsync(() => LookAsync(stoppingToken), LogNotLooked, stoppingToken), _wake.TicksAsync(Period, time, stoppingToken));

    private async Task<bool> DoLookAsync(CancellationToken cancellationToken)
    {
        SharePolicy policy = file.Current().Shares;
        IReadOnlyList<ShareLimitRow> rows = await store.OpenAsync(cancellationToken);
        if (policy.Rules.IsEmpty && rows.Count == 0)
        {
            _told = [];
            return false;
        }

        IReadOnlyList<HostView> hosts = await fleet.HostsAsync(cancellationToken);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        ShareView view = new(hosts, restraints.ComingBack(hosts, now), await restraints.WhyHeldAsync(cancellationToken), now);
        List<HeldLimit> held = await FollowAsync(rows, view, cancellationToken);
        view = view with { Failed = await store.FailedSinceAsync(now - (long)Rest.TotalMilliseconds, cancellationToken) };
        await ReleaseAsync(held, rows, policy, view, cancellationToken);
        _told = await JudgeAsync(held, policy, view, cancellationToken);
        return true;
    }

    private async Task<List<HeldLimit>> FollowAsync(IReadOnlyList<ShareLimitRow> rows, ShareView view, CancellationToken cancellationToken)
    {
        Dictionary<Guid, DirectiveNow> directives = await store.DirectivesAsync(rows, cancellationToken);
        List<HeldLimit> held = [];
        foreach (HeldLimit before in rows.Select(LimitRows.ToLimit))
        {
            HeldLimit next = view.Next(before, directives);
            if (next != before && await store.ChangeAsync(before.Id, before.Stage, row => LimitRows.Take(row, next, view.NowUnixMs), cancellationToken) && next.IsEnded)
            {
                LogEnded(next.Rule, next.Vm, next.Device, next.Stage, next.Detail);
            }

            if (!next.IsEnded)
            {
                held.Add(next);
            }
        }

        return held;
    }

    /// <summary>What is taken back whatever its uplink carries is no longer judged in this look.</summary>
    private async Task ReleaseAsync(List<HeldLimit> held, IReadOnlyList<ShareLimitRow> rows, SharePolicy policy, ShareView view, CancellationToken cancellationToken)
    {
        Dictionary<Guid, string> names = rows.ToDictionary(r => r.Id, r => r.HostName);
        foreach (HeldLimit limit in held.Where(l => l.IsFree(view.NowUnixMs)).ToArray())
        {
            bool isOurs = view.InForce(limit) == limit.Amount;
            if (isOurs && view.HostOf(limit.Vm) is { } host && view.MayAct(host) && policy.WhyRelease(limit, names[limit.Id], host.Host.Id, view.NowUnixMs) is { } why)
            {
                await sender.ReleaseAsync(limit, host, ShareJudge.Release(limit, why), cancellationToken);
                held[held.IndexOf(limit)] = limit with { Stage = LimitStage.Releasing };
            }
        }
    }

    private async Task<IReadOnlyList<UplinkTold>> JudgeAsync(List<HeldLimit> held, SharePolicy policy, ShareView view, CancellationToken cancellationToken)
    {
        List<UplinkTold> told = [];
        Dictionary<(string, HostId), ShareMemory> memories = [];
        foreach (UplinkSight seen in await sights.ReadAsync(policy, view.Hosts, cancellationToken))
        {
            (string, HostId) key = (seen.Rule.Name, seen.Host.Host.Id);
            HeldLimit[] own = [.. held.Where(l => l.Rule == seen.Rule.Name && l.Host == seen.Host.Host.Id)];
            ShareDecision decision = ShareJudge.Judge(seen.Rule, seen.Sight, own, _memories.GetValueOrDefault(key, ShareMemory.None), view.NowUnixMs);
            memories[key] = decision.Memory;
            told.Add(new(seen, decision with { Steps = [.. decision.Steps.Where(s => s.Limit is not null || !view.Rests(s.Nic!, seen.Rule.Resource))] }));
            if (seen.Rule.Mode == ScheduleMode.Auto && view.MayAct(seen.Host))
            {
                await CarryOutAsync(told[^1], cancellationToken);
            }
        }

        _memories.Clear();
        foreach (((string, HostId) key, ShareMemory memory) in memories)
        {
            _memories[key] = memory;
        }

        return told;
    }

    private async Task CarryOutAsync(UplinkTold told, CancellationToken cancellationToken)
    {
        foreach (ShareStep step in told.Decision.Steps)
        {
            Task sent = step is { Limit: { } limit, BytesPerSecond: 0 }
                ? sender.ReleaseAsync(limit, told.Seen.Host, step, cancellationToken)
                : sender.SetAsync(told.Seen.Rule, told.Seen.Host, step, cancellationToken);
            await sent;
        }
    }

    [LoggerMessage(2171, LogLevel.Information, "The limit of rule '{Rule}' for {Mac} of VM {Vm} is {Stage}: {Why}")]
    private partial void LogEnded(string rule, VmId vm, string mac, LimitStage stage, string why);

    [LoggerMessage(2172, LogLevel.Error, "Uplinks could not be looked at; it is tried again every five seconds: {Problem}")]
    private partial void LogNotLooked(string problem);
}
