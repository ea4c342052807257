using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Compares VMs with the others of their role. A pure function of a snapshot of the fleet; keeps nothing.</summary>
/// <remarks>
/// <para>
/// For each signal a VM's level is compared with the median of its role, in units of the spread there: the modified z-score of B. Iglewicz and
/// D. C. Hoaglin, "How to Detect and Handle Outliers", ASQC 1993, which a few that are unlike the rest do not move. The spread is 1.4826 times the
/// median distance from the median, but not less than a part of the median and a least that matters of each signal: peers that are all but
/// equal must not make a trifle an outlier.
/// </para>
/// <para>
/// At least <see cref="LeastPeers"/> others must be known in a signal. What is unknown is not compared.
/// </para>
/// </remarks>
public static class PeerComparison
{
    /// <summary>Fewer peers say nothing.</summary>
    public const int LeastPeers = 8;

    /// <summary>Distance from the median of the peers, in units of their spread, from which on a VM is unlike them.</summary>
    public const double OutlierScore = 12;

    private const double MadToDeviation = 1.4826, PartOfMedian = 0.1;

    // By signal: percent of CPU, steal and memory; operations; milliseconds; bytes in and out. A tenth of what anybody would look at.
    private static readonly double[] LeastSpread = [1.5, 0.5, 2, 3, 0.5, 20_000, 20_000];

    /// <summary>The VMs that are unlike their peers, each once, in the order of the snapshot.</summary>
    /// <param name="vms">The running VMs of the fleet.</param>
    /// <param name="score">Least distance that counts; over 0.</param>
    public static IReadOnlyList<PeerOutlier> Outliers(IReadOnlyList<PeerVm> vms, double score = OutlierScore)
    {
        ArgumentNullException.ThrowIfNull(vms);
        Dictionary<Role, Group> groups = [];
        foreach (IGrouping<Role, PeerVm> role in vms.GroupBy(v => v.Role))
        {
            groups[role.Key] = new Group(role);
        }

        List<PeerOutlier> outliers = [];
        foreach (PeerVm vm in vms)
        {
            if (groups[vm.Role].MostUnlike(vm) is { } most && most.Score >= score)
            {
                outliers.Add(most);
            }
        }

        return outliers;
    }

    /// <summary>The levels of the VMs of one role, by signal.</summary>
    private sealed class Group
    {
        private readonly double[][] _sorted;
        private readonly (double Median, double Spread)[] _usual;

        public Group(IEnumerable<PeerVm> vms)
        {
            _sorted = [.. Enumerable.Range(0, VmSignals.Count).Select(s => vms.Select(v => v.Levels[s]).OfType<double>().Order().ToArray())];
            _usual = [.. _sorted.Select(Usual)];
        }

        public PeerOutlier? MostUnlike(PeerVm vm)
        {
            PeerOutlier? most = null;
            for (int signal = 0; signal < VmSignals.Count; signal++)
            {
                if (vm.Levels[signal] is not { } level || _sorted[signal].Length <= LeastPeers)
                {
                    continue;
                }

                double score = Math.Abs(level - _usual[signal].Median) / _usual[signal].Spread;
                if (most is null || score > most.Value.Score)
                {
                    most = Of(vm, signal, level, score);
                }
            }

            return most;
        }

        private PeerOutlier Of(PeerVm vm, int signal, double level, double score)
        {
            double[] sorted = _sorted[signal];
            double low = level <= sorted[0] ? sorted[1] : sorted[0], high = level >= sorted[^1] ? sorted[^2] : sorted[^1];
            return new(vm, signal, level, low, high, sorted.Length - 1, score);
        }

        private static (double Median, double Spread) Usual(double[] sorted, int signal)
        {
            if (sorted.Length == 0)
            {
                return default;
            }

            double median = Middle(sorted);
            double deviation = MadToDeviation * Middle([.. sorted.Select(p => Math.Abs(p - median)).Order()]);
            return (median, Math.Max(deviation, Math.Max(LeastSpread[signal], PartOfMedian * median)));
        }

        private static double Middle(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
