using System.Collections.Immutable;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Thresholds;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using TopologyHost = VirtAgents.Core.Detection.Incidents.TopologyHost;

namespace VirtAgents.Collector.Incidents;

/// <summary>Runs the rules over the recorded past: the event feed as it is stored, thresholds over means of minutes, and what is learnt of VMs and pools over their samples.</summary>
internal sealed class IncidentBacktest(
    ITimeSeriesStore store, AnomalyBacktest anomalies, PoolFillBacktest pools, IncidentReader incidents, IFleetReader fleet, FleetTopology topology, CollectorOptions options, QueryLimits limits, QueryTurns turns, TimeProvider time)
{
    private const int PageSize = 1_000, MostLines = 1_000_000;

    // Parts of the progress: what is learnt of VMs takes the most.
    private const int Percent = 100, PercentOfVms = 90;
    private const long StepMs = 60_000;
    private static readonly QueryLimits Range = QueryLimits.Default with { Range = TimeSpan.FromDays(92) };

    /// <summary>Runs.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="progress">Takes how far it is, percent.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<BacktestIncidentsResponse> RunAsync(BacktestIncidentsRequest request, Func<int, Task> progress, CancellationToken cancellationToken)
    {
        QueryTimes times = QueryTimes.Parse(request.FromUnixMs, request.ToUnixMs, 0, time.GetUtcNow().ToUnixTimeMilliseconds(), Range);
        ImmutableArray<ThresholdRule> rules = RulesOf(request.Thresholds);
        Topology current = topology.Current;
        BacktestSelection selection = await SelectAsync(request, current, cancellationToken);
        List<FleetEvent> lines = await LinesAsync(AnomalyBacktest.From(times), times, selection, current, cancellationToken);
        ConcludedLines ofVms = await anomalies.RunAsync(times, current, selection, lines, percent => progress(percent * PercentOfVms / Percent), cancellationToken);
        ConcludedLines ofPools = await pools.RunAsync(times, current, selection, percent => progress(PercentOfVms + (percent * (Percent - PercentOfVms) / Percent)), cancellationToken);
        lines.RemoveAll(l => l.ReceivedUnixMs < times.FromUnixMs || !selection.Includes(l, current));
        using (await turns.TakeAsync(cancellationToken))
        {
            (List<FleetEvent> told, long values) = await ThresholdsAsync(times, rules, [.. selection.Of(current)], lines, cancellationToken);
            IEnumerable<FleetEvent> recordedLines = lines.Where(l => !IsOfThreshold(l) && !ofVms.Replaces(l) && !ofPools.Replaces(l)), anew = ofVms.Lines.Concat(ofPools.Lines).Where(l => selection.Includes(l, current));
            IEnumerable<FleetEvent> all = recordedLines.Concat(told).Concat(anew).OrderBy(l => l.ReceivedUnixMs).ThenBy(l => l.Id);
            IReadOnlyList<Incident> concluded = IncidentReplay.Run(Until(all, cancellationToken), current, times.ToUnixMs), recorded = await RecordedAsync(times, cancellationToken);
            return new BacktestIncidentsResponse
            {
                FromUnixMs = times.FromUnixMs,
                ToUnixMs = times.ToUnixMs,
                Events = (uint)lines.Count,
                Values = (ulong)values,
                Incidents = { IncidentComparison.Pair(recorded, concluded).Where(p => Includes(selection, p, current)).Select(ToMessage) },
                Notes = { ofVms.Notes, ofPools.Notes },
            };
        }
    }

    /// <summary>Lines until somebody cancels: months take the rules some seconds, and a caller that goes away must not hold a turn for them.</summary>
    public static IEnumerable<FleetEvent> Until(IEnumerable<FleetEvent> lines, CancellationToken cancellationToken)
    {
        foreach (FleetEvent line in lines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line;
        }
    }

    private static bool Includes(BacktestSelection selection, IncidentPair pair, Topology current) =>
        (pair.Recorded is { } one && selection.Includes(one, current)) || (pair.Concluded is { } other && selection.Includes(other, current));

    private static bool IsOfThreshold(FleetEvent line) =>
        line.Event.Kind is HostEventKind.ThresholdWarning or HostEventKind.ThresholdError or HostEventKind.ThresholdCleared;

    private static bool TellsState(FleetEvent line) => line.Event is { Vm: not null, State: not Core.Model.VmState.Unknown } or { Kind: HostEventKind.VmUnknown };

    private static ComparedIncident ToMessage(IncidentPair pair)
    {
        ComparedIncident message = new()
        {
            Recorded = pair.Recorded is { } recorded ? IncidentMapping.Summary(recorded) : null,
            Concluded = pair.Concluded is { } concluded ? IncidentMapping.Summary(concluded) : null,
        };
        if (pair is { Recorded: { } one, Concluded: { } other })
        {
            message.Differences.AddRange(IncidentComparison.Differences(one, other));
        }

        return message;
    }

    private ImmutableArray<ThresholdRule> RulesOf(string text) => text.Length == 0 ? options.Thresholds
        : ThresholdReader.TryParse(text, out IReadOnlyList<string> problems) ?? throw QueryRefusedException.Invalid("thresholds", "the table", string.Join("; ", problems));

    private async Task<BacktestSelection> SelectAsync(BacktestIncidentsRequest request, Topology current, CancellationToken cancellationToken)
    {
        HostId? host = request.Host.Length == 0 ? null : (await FleetDirectory.ReadAsync(fleet, cancellationToken)).Host(request.Host, "host").Host.Id;
        BacktestSelection selection = BacktestSelection.Of(host, request.Cluster, request.Vm, request.Tenant, current);
        return selection.Hosts is { Count: 0 } ? throw QueryRefusedException.NotFound($"cluster: no host is in a cluster '{request.Cluster}'")
            : selection.Vms is { Count: 0 } ? throw QueryRefusedException.NotFound("vm, tenant: no VM is selected; 'virtctl vms' or GET /v1/vms lists them")
            : selection;
    }

    // Of the time before the one that is judged, and of hosts that are only compared with, only what tells which VMs ran.
    private async Task<List<FleetEvent>> LinesAsync(long fromUnixMs, QueryTimes times, BacktestSelection selection, Topology current, CancellationToken cancellationToken)
    {
        HashSet<HostId>? reached = selection.Hosts is null ? null : [.. selection.Reach(current).Select(h => h.Id)];
        bool IsNeeded(FleetEvent line) => TellsState(line) ? reached?.Contains(line.HostId) != false : line.ReceivedUnixMs >= times.FromUnixMs && selection.Includes(line, current);
        List<FleetEvent> lines = [];
        long after = 0;
        IReadOnlyList<FleetEvent> page;
        do
        {
            page = await store.EventsAsync(new EventQuery(after, fromUnixMs, times.ToUnixMs, null, null, [], PageSize, NewestFirst: false), cancellationToken);
            lines.AddRange(page.Where(IsNeeded));
            if (lines.Count > MostLines)
            {
                throw QueryRefusedException.TooMuch($"there are more than {MostLines} events in this time; ask for a shorter range, or name a host or cluster");
            }

            after = page.Count > 0 ? page[^1].Id : after;
        }
        while (page.Count == PageSize);
        return lines;
    }

    private async Task<(List<FleetEvent> Told, long Values)> ThresholdsAsync(
        QueryTimes times, ImmutableArray<ThresholdRule> rules, IReadOnlyList<TopologyHost> hosts, List<FleetEvent> lines, CancellationToken cancellationToken)
    {
        List<FleetEvent> told = [];
        ILookup<HostId, FleetEvent> byHost = lines.ToLookup(l => l.HostId);
        string[] figures = [.. rules.Select(r => r.Figure).Distinct()];
        RecordedFigures reader = new(store, times.FromUnixMs, times.ToUnixMs, StepMs, limits.StoredValues);
        foreach (TopologyHost host in hosts)
        {
            IReadOnlyList<RecordedFigure> recorded = await reader.ReadAsync(host, figures, cancellationToken);
            told.AddRange(ThresholdReplay.Run(host.Id, host.Name, recorded, [.. byHost[host.Id]], rules, StepMs));
        }

        return (told, reader.Values);
    }

    // Those that began before cannot be concluded from what is read.
    private async Task<IReadOnlyList<Incident>> RecordedAsync(QueryTimes times, CancellationToken cancellationToken)
    {
        List<Incident> recorded = [];
        IncidentSelection any = IncidentRequests.Select(null);
        Guid? before = null;
        IReadOnlyList<Control.IncidentRow> page;
        do
        {
            page = await incidents.ListAsync(any, before, PageSize, cancellationToken);
            recorded.AddRange(page.Where(r => r.OpenedUnixMs >= times.FromUnixMs && r.OpenedUnixMs < times.ToUnixMs).Select(r => IncidentStore.Parse(r.Document)));
            before = page.Count > 0 ? page[^1].Id : before;
        }
        while (page.Count == PageSize && page[^1].OpenedUnixMs >= times.FromUnixMs);
        return recorded;
    }
}
