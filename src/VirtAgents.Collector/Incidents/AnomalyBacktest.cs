using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Incidents;

/// <summary>What the detectors of now conclude of recorded VMs.</summary>
/// <param name="Lines">Their lines, in order.</param>
/// <param name="SinceUnixMs">From when on those count of a host instead of the recorded ones, milliseconds since 1970 UTC; a host without samples is missing.</param>
internal sealed record ConcludedAnomalies(IReadOnlyList<FleetEvent> Lines, IReadOnlyDictionary<HostId, long> SinceUnixMs);

/// <summary>
/// Runs what is learnt of VMs anew over stored samples, from two weeks before the time that is asked about. Samples are held for a part of that time after the other, a shorter one the
/// more VMs there are.
/// </summary>
internal sealed class AnomalyBacktest(ITimeSeriesStore store, CollectorOptions options, QueryTurns turns)
{
    // Each value takes 16 bytes.
    private const long MostHeld = 4_000_000;
    private const int LongestPart = 2 * 24 * 60, ShortestPart = 10, Percent = 100;

    /// <summary>Runs.</summary>
    /// <param name="times">The time that is asked about.</param>
    /// <param name="hosts">The hosts.</param>
    /// <param name="lines">Lines of the feed about them, in order, from <see cref="From"/> on.</param>
    /// <param name="progress">Takes how far it is, percent.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ConcludedAnomalies> RunAsync(
        QueryTimes times, IReadOnlyList<TopologyHost> hosts, IReadOnlyList<FleetEvent> lines, Func<int, Task> progress, CancellationToken cancellationToken)
    {
        if (!options.Anomalies.IsEnabled)
        {
            return new([], hosts.ToDictionary(h => h.Id, _ => times.FromUnixMs));
        }

        AnomalyReplay replay = new(options.Anomalies.Threshold, options.Anomalies.Vms, hosts.SelectMany(h => h.Vms), lines);
        Dictionary<HostId, long> first = [];
        List<FleetEvent> told = [];
        long from = From(times);
        int part = PartFor(hosts, lines);
        for (long at = from; at < times.ToUnixMs; at += part * AnomalyReplay.MinuteMs)
        {
            using (await turns.TakeAsync(cancellationToken))
            {
                RecordedHost[] recorded = await ReadAsync(at, part, times.ToUnixMs, hosts, cancellationToken);
                foreach (RecordedHost host in recorded.Where(h => h.Ticks.First is not null))
                {
                    _ = first.TryAdd(host.Id, at + (host.Ticks.First!.Value * AnomalyReplay.MinuteMs));
                }

                told.AddRange(IncidentBacktest.Until(replay.Run(at, part, recorded), cancellationToken));
            }

            await progress((int)(Percent * (at - from) / (times.ToUnixMs - from)));
        }

        Dictionary<HostId, long> since = first.ToDictionary(f => f.Key, f => SinceOf(f.Value, from, times));
        return new([.. told.Where(t => t.ReceivedUnixMs < times.ToUnixMs && since.TryGetValue(t.HostId, out long s) && t.ReceivedUnixMs >= s)], since);
    }

    /// <summary>From when on samples and lines are read, milliseconds since 1970 UTC.</summary>
    public static long From(QueryTimes times)
    {
        long from = times.FromUnixMs - AnomalyReplay.WarmUpMs;
        return from - (from % AnomalyReplay.MinuteMs);
    }

    // VMs that are not there any more are told by lines.
    private static int PartFor(IEnumerable<TopologyHost> hosts, IEnumerable<FleetEvent> lines)
    {
        long vms = hosts.SelectMany(h => h.Vms.Select(v => v.Id)).Concat(lines.Select(l => l.Event.Vm).OfType<VmId>()).Distinct().LongCount();
        return (int)Math.Clamp(MostHeld / Math.Max(1, vms * RecordedSignal.All.Length), ShortestPart, LongestPart);
    }

    // Where samples begin later than they were asked for, those before may be gone, and with them what was learnt when something was recorded.
    private static long SinceOf(long firstUnixMs, long fromUnixMs, QueryTimes times) =>
        firstUnixMs < fromUnixMs + VmBaseline.LearningMs ? times.FromUnixMs : Math.Max(times.FromUnixMs, firstUnixMs + VmBaseline.LearningMs);

    private async Task<RecordedHost[]> ReadAsync(long fromUnixMs, int minutes, long untilUnixMs, IReadOnlyList<TopologyHost> hosts, CancellationToken cancellationToken)
    {
        Dictionary<HostId, RecordedHost> recorded = hosts.ToDictionary(h => h.Id, h => new RecordedHost(h.Id, h.Name, new(minutes)));
        long toUnixMs = Math.Min(untilUnixMs, fromUnixMs + (minutes * AnomalyReplay.MinuteMs));
        foreach (RecordedSignal signal in RecordedSignal.All)
        {
            SummaryQuery query = new(signal.Figure, [], null, fromUnixMs, toUnixMs, AnomalyReplay.MinuteMs) { Hosts = recorded.Keys.ToHashSet() };
            await foreach (SeriesSummaries series in store.SummariesAsync(query, cancellationToken))
            {
                if (series.Host is { } id && recorded.TryGetValue(id, out RecordedHost? host))
                {
                    foreach (StepSummary step in series.Steps)
                    {
                        host.Ticks.Add(signal, signal.IsOfHost ? default : new VmId(series.Subject.Owner), (int)((step.StartUnixMs - fromUnixMs) / AnomalyReplay.MinuteMs), step.Summary);
                    }
                }
            }
        }

        return [.. recorded.Values.OrderBy(h => h.Name, StringComparer.Ordinal)];
    }
}
