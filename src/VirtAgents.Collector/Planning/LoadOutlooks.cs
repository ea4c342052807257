using System.Collections.Frozen;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Storage;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Collector.Planning;

/// <summary>How much CPU each VM will use at most in the next hours. What it used is read from the store: two weeks at first, then each hour when it has ended.</summary>
internal sealed class LoadOutlooks(ITimeSeriesStore store, QueryTurns turns, IFleetReader fleet, TimeProvider time)
{
    private const long HourMs = 3_600_000, Day = 24, StaleHours = 2;
    private static readonly Figure CpuTime = Figure.RateOf(MetricCatalogue.Find(Metric.VmCpuTime)!);
    private static readonly Outlook None = new(0, FrozenDictionary<VmId, double>.Empty);

    private readonly HourlyLoads _hours = new();
    private volatile Outlook _newest = None;
    private long? _read;

    /// <summary>pCPUs that VMs will keep busy at most. VMs of which too little is known are left out, and all of them when the newest look is hours old.</summary>
    public IReadOnlyDictionary<VmId, double> Current => _newest is { } newest && HourNow() - newest.Hour <= StaleHours ? newest.Cores : None.Cores;

    /// <summary>Looks ahead anew, if another hour has ended since.</summary>
    /// <exception cref="QueryTooLargeException">There is more stored of an hour than one query may read.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        long now = HourNow();
        if (_read is { } read && read >= now)
        {
            return;
        }

        VmView[] vms = [.. (await fleet.HostsAsync(cancellationToken)).SelectMany(h => h.Vms)];
        if (vms.Length > 0)
        {
            await ReadAsync(Math.Max(_read ?? 0, now - LoadOutlook.PastHours), now, cancellationToken);

            // A VM that is off will be what it was when it is on again.
            _hours.Keep(vms.Select(v => v.Info.Id).ToHashSet());
            _read = now;
            _newest = new(now, Reckon(vms.Where(v => LiveCluster.Counts(v.State)), cancellationToken));
        }
    }

    // Newest days first. A store without rollups cannot tell two weeks of a large estate at once: what is missing then is gathered from now on.
    private async Task ReadAsync(long from, long end, CancellationToken cancellationToken)
    {
        _hours.Advance(end);
        long left = QueryLimits.Default.StoredValues;
        for (long stop = end; stop > from && left > 0; stop -= Day)
        {
            try
            {
                left -= await AddAsync(Math.Max(from, stop - Day), stop, left, cancellationToken);
            }
            catch (QueryTooLargeException) when (from < end - 1)
            {
                _ = stop == end ? await AddAsync(end - 1, end, left, cancellationToken) : 0;
                return;
            }
        }
    }

    // All or nothing: an answer that breaks off would leave hours that are known in part.
    private async Task<long> AddAsync(long from, long end, long most, CancellationToken cancellationToken)
    {
        List<SeriesSummaries> told = [];
        SummaryQuery query = new(CpuTime, [], null, from * HourMs, end * HourMs, HourMs) { MostStored = most };
        using (await turns.TakeAsync(cancellationToken))
        {
            await foreach (SeriesSummaries series in store.SummariesAsync(query, cancellationToken))
            {
                told.Add(series);
            }
        }

        // Some may be known of a look that ended half way.
        _hours.Clear(from, end);
        foreach ((SeriesSummaries series, StepSummary step) in told.SelectMany(s => s.Steps.Select(step => (s, step))))
        {
            _hours.Add(new VmId(series.Subject.Owner), step.StartUnixMs / HourMs, step.Summary.Amount, step.Summary.Weight);
        }

        return told.Sum(s => s.Sources.Total);
    }

    private FrozenDictionary<VmId, double> Reckon(IEnumerable<VmView> vms, CancellationToken cancellationToken)
    {
        Dictionary<VmId, double> cores = [];
        foreach (VmInfo vm in vms.Select(v => v.Info).Where(v => v.VcpuCount > 0).DistinctBy(v => v.Id))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_hours.Ahead(vm.Id, vm.VcpuCount) is { } ahead)
            {
                cores.Add(vm.Id, ahead);
            }
        }

        return cores.ToFrozenDictionary();
    }

    private long HourNow() => time.GetUtcNow().ToUnixTimeMilliseconds() / HourMs;

    /// <summary>What was seen ahead at the start of an hour.</summary>
    private sealed record Outlook(long Hour, IReadOnlyDictionary<VmId, double> Cores);
}
