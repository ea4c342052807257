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

/// <summary>Runs the rules over the recorded past: the event feed as it is stored, and thresholds over means of minutes.</summary>
internal sealed class IncidentBacktest(
    ITimeSeriesStore store, IncidentReader incidents, IFleetReader fleet, FleetTopology topology, CollectorOptions options, QueryLimits limits, QueryTurns turns, TimeProvider time)
{
    private const int PageSize = 1_000, MostLines = 1_000_000;
    private const long StepMs = 60_000;
    private static readonly QueryLimits Range = QueryLimits.Default with { Range = TimeSpan.FromDays(92) };

    public async Task<BacktestIncidentsResponse> RunAsync(BacktestIncidentsRequest request, CancellationToken cancellationToken)
    {
        QueryTimes times = QueryTimes.Parse(request.FromUnixMs, request.ToUnixMs, 0, time.GetUtcNow().ToUnixTimeMilliseconds(), Range);
        ImmutableArray<ThresholdRule> rules = RulesOf(request.Thresholds);
        Topology current = topology.Current;
        BacktestSelection selection = await SelectAsync(request, current, cancellationToken);
        using (await turns.TakeAsync(cancellationToken))
        {
            List<FleetEvent> lines = await LinesAsync(times, selection, cancellationToken);
            (List<FleetEvent> told, long values) = await ThresholdsAsync(times, rules, selection, current, lines, cancellationToken);
            IReadOnlyList<Incident> concluded = IncidentReplay.Run(
                Until(lines.Where(l => !IsOfThreshold(l)).Concat(told).OrderBy(l => l.ReceivedUnixMs).ThenBy(l => l.Id), cancellationToken), current, times.ToUnixMs);
            IReadOnlyList<Incident> recorded = await RecordedAsync(times, cancellationToken);
            return new BacktestIncidentsResponse
            {
                FromUnixMs = times.FromUnixMs,
                ToUnixMs = times.ToUnixMs,
                Events = (uint)lines.Count,
                Values = (ulong)values,
                Incidents =
                {
                    IncidentComparison.Pair(recorded, concluded)
                        .Where(p => (p.Recorded is { } one && selection.Includes(one, current)) || (p.Concluded is { } other && selection.Includes(other, current)))
                        .Select(ToMessage),
                },
            };
        }
    }

    private static bool IsOfThreshold(FleetEvent line) =>
        line.Event.Kind is HostEventKind.ThresholdWarning or HostEventKind.ThresholdError or HostEventKind.ThresholdCleared;

    // Months take the rules some seconds, and a caller that goes away must not hold a turn for them.
    private static IEnumerable<FleetEvent> Until(IEnumerable<FleetEvent> lines, CancellationToken cancellationToken)
    {
        foreach (FleetEvent line in lines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line;
        }
    }

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

    private async Task<List<FleetEvent>> LinesAsync(QueryTimes times, BacktestSelection selection, CancellationToken cancellationToken)
    {
        List<FleetEvent> lines = [];
        long after = 0;
        IReadOnlyList<FleetEvent> page;
        do
        {
            page = await store.EventsAsync(new EventQuery(after, times.FromUnixMs, times.ToUnixMs, null, null, [], PageSize, NewestFirst: false), cancellationToken);
            lines.AddRange(page.Where(selection.Includes));
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
        QueryTimes times, ImmutableArray<ThresholdRule> rules, BacktestSelection selection, Topology current, List<FleetEvent> lines, CancellationToken cancellationToken)
    {
        List<FleetEvent> told = [];
        ILookup<HostId, FleetEvent> byHost = lines.ToLookup(l => l.HostId);
        string[] figures = [.. rules.Select(r => r.Figure).Distinct()];
        RecordedFigures reader = new(store, times.FromUnixMs, times.ToUnixMs, StepMs, limits.StoredValues);
        foreach (TopologyHost host in current.Hosts.Where(h => selection.Hosts is null || selection.Hosts.Contains(h.Id)).OrderBy(h => h.Name, StringComparer.Ordinal))
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
