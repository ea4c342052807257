using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Incidents;

/// <summary>
/// Runs what is learnt of VMs anew over stored samples, from two weeks before the time that is asked about, and looks at them together from a day before. Samples are held for a part of that
/// time after the other, a shorter one the more VMs there are.
/// </summary>
internal sealed class AnomalyBacktest(ITimeSeriesStore store, CollectorOptions options, QueryTurns turns)
{
    // Each value takes 16 bytes.
    private const long MostHeld = 4_000_000;
    private const int LongestPart = 2 * 24 * 60, ShortestPart = 10, Percent = 100;

    /// <summary>Runs.</summary>
    /// <param name="times">The time that is asked about.</param>
    /// <param name="topology">What depends on what.</param>
    /// <param name="selection">Which hosts are looked at.</param>
    /// <param name="lines">Lines of the feed about those that have to be known, in order, from <see cref="From"/> on.</param>
    /// <param name="progress">Takes how far it is, percent.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ConcludedLines> RunAsync(
        QueryTimes times, Topology topology, BacktestSelection selection, IReadOnlyList<FleetEvent> lines, Func<int, Task> progress, CancellationToken cancellationToken)
    {
        if (!options.Anomalies.IsEnabled)
        {
            return ConcludedLines.NoneOf(AnomalyReplay.Kinds);
        }

        TopologyHost[] hosts = selection.Reach(topology);
        AnomalyReplay replay = new(options.Anomalies.Threshold, options.Anomalies.Vms, topology, lines, times.FromUnixMs - VmBaseline.LearningMs);
        Dictionary<HostId, long> first = [];
        List<FleetEvent> told = [];
        long from = From(times);
        int part = PartFor(hosts, lines);
        for (long at = from; at < times.ToUnixMs; at += part * AnomalyReplay.MinuteMs)
        {
            using (await turns.TakeAsync(cancellationToken))
            {
                RecordedHost[] recorded = await ReadAsync(at, part, times.ToUnixMs, hosts, cancellationToken);
                NoteFirst(recorded, at, first);
                told.AddRange(IncidentBacktest.Until(replay.Run(at, part, recorded), cancellationToken));
            }

            await progress((int)(Percent * (at - from) / (times.ToUnixMs - from)));
        }

        Dictionary<HostId, long> since = first.ToDictionary(f => f.Key, f => ConcludedLines.Since(f.Value, from, times.FromUnixMs));
        bool Counts(FleetEvent line) => since.TryGetValue(line.HostId, out long s) && line.ReceivedUnixMs >= s && line.ReceivedUnixMs < times.ToUnixMs;
        return new([.. told.Where(Counts)], line => AnomalyReplay.Kinds.Contains(line.Event.Kind) && Counts(line), NotesOf(hosts.Where(h => selection.Includes(h.Id)), since, times));
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

    private static void NoteFirst(RecordedHost[] recorded, long atUnixMs, Dictionary<HostId, long> first)
    {
        foreach (RecordedHost host in recorded.Where(h => h.Ticks.First is not null))
        {
            _ = first.TryAdd(host.Id, atUnixMs + (host.Ticks.First!.Value * AnomalyReplay.MinuteMs));
        }
    }

    private static IReadOnlyList<string> NotesOf(IEnumerable<TopologyHost> hosts, Dictionary<HostId, long> sinceUnixMs, QueryTimes times) => ConcludedLines.Few(
        [
            .. hosts.Where(h => !sinceUnixMs.TryGetValue(h.Id, out long since) || since > times.FromUnixMs).Select(h => sinceUnixMs.TryGetValue(h.Id, out long since) && since < times.ToUnixMs
                ? $"anomalies of host {h.Name} and its VMs before {ConcludedLines.TimeText(since)} are those that were recorded: its samples begin a day before, and a day is learnt first"
                : $"anomalies of host {h.Name} and its VMs are those that were recorded: there are no samples of long enough to learn from"),
        ],
        "hosts");

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
