using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Fleet;

/// <summary>Watches the VMs of one host for what is unlike before.</summary>
/// <param name="baselines">What was learnt of all VMs.</param>
/// <param name="host">The host.</param>
/// <param name="threshold">Score from which on it is told.</param>
internal sealed class UnusualVms(VmBaselines baselines, HostId host, double threshold)
{
    private readonly AnomalyWatch _watch = new(host, baselines, threshold);
    private readonly StartTimes _starts = new();
    private readonly List<HostEvent> _told = [];
    private long? _bootUnixMs;

    /// <summary>Takes a report whose samples the figures have taken; what began and what is over. Valid until the next call.</summary>
    /// <remarks>Which VMs there are is looked at with the slow samples only: one that stops meanwhile has no samples.</remarks>
    public IReadOnlyList<HostEvent> After(SampleSet samples, HostState state, IReadOnlyDictionary<VmId, VmInfo> vms, FigureTracker figures, long nowUnixMs)
    {
        // A clock that is ahead would bring what was learnt into a future that it does not come back from.
        long time = Math.Min(samples.TimeUnixMs, nowUnixMs);
        if (samples.Tier != SampleTier.Slow)
        {
            _bootUnixMs = BootOf(samples);
            return _watch.Observe(time, figures);
        }

        _told.Clear();
        _starts.See(samples.TimeUnixMs, _bootUnixMs, state.Vms);
        _told.AddRange(_watch.See(time, [.. state.Vms.Values.Select(v => Seen(v, vms.GetValueOrDefault(v.Id)))]));
        _told.AddRange(_watch.Observe(time, figures));
        return _told;
    }

    /// <summary>Takes what the feed tells of the host.</summary>
    public void Note(IReadOnlyList<FleetEvent> events)
    {
        foreach (FleetEvent line in events)
        {
            _starts.Note(line.Event);
        }
    }

    /// <summary>The agent is back: what it told before is in doubt until it is told again.</summary>
    public void TellAgain() => _watch.TellAgain();

    private SeenVm Seen(VmCondition vm, VmInfo? info) => new(vm.Id, vm.Name, vm.State, info?.VcpuCount ?? 0, info?.Tenant ?? "", _starts.Of(vm.Id));

    private static long? BootOf(SampleSet samples)
    {
        for (int i = 0; i < samples.TableCount; i++)
        {
            if (samples[i] is { Kind: SubjectKind.Host, RowCount: > 0 } table && table.ColumnOf(Metric.HostUptime) is >= 0 and var column && table.TryGet(0, column, out long uptimeMs))
            {
                return samples.TimeUnixMs - uptimeMs;
            }
        }

        return null;
    }
}
