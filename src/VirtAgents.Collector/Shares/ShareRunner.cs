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

/// <summary>What the last look at a place led to.</summary>
internal sealed record PlaceTold(PlaceSight Seen, ShareDecision Decision);

/// <summary>
/// Divides uplinks, CPU and pools that are full: each five seconds. Limits are read from the control database each time, so a restart neither forgets nor repeats; how long a place has been
/// full is not kept, and is waited for anew.
/// </summary>
internal sealed partial class ShareRunner(
    ScheduleFile file, IFleetReader fleet, ShareSights sights, ShareStore store, ShareSender sender, Restraints restraints, ShareTurn turn, TimeProvider time, ILogger<ShareRunner> log)
    : BackgroundService
{
    /// <summary>How long somebody whose limit could not be set is left alone.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<(string Rule, string Owner, string Pool), ShareMemory> _memories = [];
    private volatile IReadOnlyList<PlaceTold> _told = [];

    /// <summary>Places as they were seen last.</summary>
    public IReadOnlyList<PlaceTold> Told => _told;

    /// <summary>Looks at all places once.</summary>
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
        ImmutableArray<SharePlace> places = SharePlace.Of(policy, hosts);
        await ReleaseAsync(held, places, view, cancellationToken);
        _told = await JudgeAsync(held, places, view, cancellationToken);
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

    /// <summary>What is taken back whatever its place carries is no longer judged in this look.</summary>
    private async Task ReleaseAsync(List<HeldLimit> held, ImmutableArray<SharePlace> places, ShareView view, CancellationToken cancellationToken)
    {
        Dictionary<Guid, string> pools = view.PoolsOf(held);
        foreach (HeldLimit limit in held.Where(l => l.IsFree(view.NowUnixMs)).ToArray())
        {
            bool isOurs = view.InForce(limit) == limit.Amount;
            ShareRule? rule = places.FirstOrDefault(p => p.Has(limit, pools))?.Rule;
            if (isOurs && view.HostOf(limit.Vm) is { } host && view.MayAct(host) && ShareJudge.WhyRelease(limit, rule, host.Host.Id, view.NowUnixMs) is { } why)
            {
                await sender.ReleaseAsync(limit, host, ShareJudge.Release(limit, why), cancellationToken);
                held[held.IndexOf(limit)] = limit with { Stage = LimitStage.Releasing };
            }
        }
    }

    private async Task<IReadOnlyList<PlaceTold>> JudgeAsync(List<HeldLimit> held, ImmutableArray<SharePlace> places, ShareView view, CancellationToken cancellationToken)
    {
        List<PlaceTold> told = [];
        Dictionary<(string, string, string), ShareMemory> memories = [];
        Dictionary<Guid, string> pools = view.PoolsOf(held);
        foreach (PlaceSight seen in await sights.ReadAsync(places.Where(p => p.Rule.Mode != ScheduleMode.Observe), view.Hosts, cancellationToken))
        {
            (SharePlace place, ShareRule rule) = (seen.Place, seen.Place.Rule);
            HeldLimit[] own = [.. held.Where(l => l.Rule == rule.Name && place.Has(l, pools))];
            ShareDecision decision = ShareJudge.Judge(rule, seen.Sight, own, _memories.GetValueOrDefault(place.Key, ShareMemory.None), view.NowUnixMs);
            memories[place.Key] = decision.Memory;
            told.Add(new(seen, decision with { Steps = [.. decision.Steps.Where(s => s.Limit is not null || !view.Rests(s.Taker!, rule.Resource))] }));
            if (rule.Mode == ScheduleMode.Auto && place.Hosts.All(view.MayAct))
            {
                await CarryOutAsync(told[^1], cancellationToken);
            }
        }

        _memories.Clear();
        foreach (((string, string, string) key, ShareMemory memory) in memories)
        {
            _memories[key] = memory;
        }

        return told;
    }

    private async Task CarryOutAsync(PlaceTold told, CancellationToken cancellationToken)
    {
        foreach (ShareStep step in told.Decision.Steps)
        {
            HostView host = told.Seen.Place.Hosts.First(h => h.Host.Id == step.Taker!.Host);
            Task sent = step is { Limit: { } limit, Amount: 0 }
                ? sender.ReleaseAsync(limit, host, step, cancellationToken)
                : sender.SetAsync(told.Seen.Place.Rule, host, step, cancellationToken);
            await sent;
        }
    }

    [LoggerMessage(2171, LogLevel.Information, "The limit of rule '{Rule}' for {Device} of VM {Vm} is {Stage}: {Why}")]
    private partial void LogEnded(string rule, VmId vm, string device, LimitStage stage, string why);

    [LoggerMessage(2172, LogLevel.Error, "Uplinks, CPU and pools could not be looked at; it is tried again every five seconds: {Problem}")]
    private partial void LogNotLooked(string problem);
}
