namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Finds VMs that suffer while another one on the same host or pool takes much. A pure function of a snapshot; keeps nothing.</summary>
/// <remarks>
/// <para>
/// A victim waits for CPU at least <see cref="LeastStealPercent"/> of the time, or its disk latency is <see cref="LatencyFactor"/> times what is usual for it and
/// <see cref="LeastLatencyMs"/> more, in each of the newest two windows. A culprit has a third of what all VMs there used, and more than the victim. It is the
/// cause with a confidence of the correlation of its share with the symptom over two hours, times its part of what both have: who always takes much explains nothing
/// that comes and goes.
/// </para>
/// <para>
/// A window in which the use of any VM of the group is unknown, though it is known in others, has no shares: the unknown one may be the culprit. VMs of which
/// nothing is known are not there.
/// </para>
/// </remarks>
public static class NeighbourJudge
{
    /// <summary>Confidence from which on it is told.</summary>
    public const double LeastConfidence = 0.6;

    internal const double LeastStealPercent = 10, LatencyFactor = 3, LeastLatencyMs = 1;
    private const double LeastShare = 1 / 3.0;
    private const int NewestWindows = 2, LeastKnown = 8;

    /// <summary>Every pair of one that suffers and one that takes much, by whatever confidence.</summary>
    /// <param name="vms">The running VMs of the fleet.</param>
    public static IReadOnlyList<NeighbourVerdict> Judge(IReadOnlyList<NeighbourVm> vms)
    {
        ArgumentNullException.ThrowIfNull(vms);
        List<NeighbourVerdict> verdicts = [];
        foreach (IGrouping<string, NeighbourVm> host in vms.GroupBy(v => v.Host.ToString()))
        {
            Judge(new(host, SharedResource.Cpu), u => u.StealPercent, v => LeastStealPercent, verdicts);
        }

        foreach (IGrouping<string, NeighbourVm> pool in vms.SelectMany(v => v.Pools.Select(p => (Pool: p, Vm: v))).GroupBy(p => p.Pool, p => p.Vm))
        {
            Judge(new(pool, SharedResource.Operations), u => u.LatencyMs, LatencyLimit, verdicts);
            Judge(new(pool, SharedResource.Bytes), u => u.LatencyMs, LatencyLimit, verdicts);
        }

        return verdicts;
    }

    /// <summary>Whether a VM waits for CPU or disk in the newest windows, whoever is to blame.</summary>
    public static bool Suffers(NeighbourVm vm)
    {
        ArgumentNullException.ThrowIfNull(vm);
        return Waits(vm, isCpu: true) || Waits(vm, isCpu: false);
    }

    /// <summary>Whether a VM waits for CPU, or for its disks, in the newest windows.</summary>
    internal static bool Waits(NeighbourVm vm, bool isCpu) =>
        isCpu ? Suffers([.. vm.Uses.Select(u => (double)u.StealPercent)], LeastStealPercent) : Suffers([.. vm.Uses.Select(u => (double)u.LatencyMs)], LatencyLimit(vm));

    private static bool Suffers(double[] symptoms, double? limit) => symptoms.Length > NewestWindows && symptoms[^NewestWindows..].All(s => s >= limit);

    internal static double? LatencyLimit(NeighbourVm vm) => vm.UsualLatencyMs is { } usual ? Math.Max(LatencyFactor * usual, usual + LeastLatencyMs) : null;

    private static void Judge(Group group, Func<VmUse, float> symptomOf, Func<NeighbourVm, double?> limitOf, List<NeighbourVerdict> verdicts)
    {
        foreach (NeighbourVm victim in group.Vms)
        {
            double[] symptoms = [.. victim.Uses.Select(u => (double)symptomOf(u))];
            if (Suffers(symptoms, limitOf(victim)))
            {
                verdicts.AddRange(group.Vms.Where(v => v.Id != victim.Id).Select(v => JudgePair(group, victim, v, symptoms)).OfType<NeighbourVerdict>());
            }
        }
    }

    private static NeighbourVerdict? JudgePair(Group group, NeighbourVm victim, NeighbourVm culprit, double[] symptoms)
    {
        double[] shares = group.SharesOf(culprit);
        double share = shares[^NewestWindows..].Average(), own = group.SharesOf(victim)[^NewestWindows..].Average();
        if (!(share >= LeastShare && share > own))
        {
            return null;
        }

        double correlation = Correlation(shares, symptoms);
        double[] before = [.. shares[..^NewestWindows].Where(s => !double.IsNaN(s))];
        return new(
            victim, culprit, group.Resource, group.Place, symptoms[^NewestWindows..].Average(), share, before.Length > 0 ? before.Average() : 0, correlation,
            Math.Max(0, correlation) * share / (share + own));
    }

    // Pearson's, over the windows in which both are known; 0 when they are few.
    private static double Correlation(double[] shares, double[] symptoms)
    {
        (double X, double Y)[] pairs = [.. shares.Zip(symptoms).Where(p => !double.IsNaN(p.First) && !double.IsNaN(p.Second))];
        if (pairs.Length < LeastKnown)
        {
            return 0;
        }

        (double x, double y) = (pairs.Average(p => p.X), pairs.Average(p => p.Y));
        double squares = Math.Sqrt(pairs.Sum(p => (p.X - x) * (p.X - x)) * pairs.Sum(p => (p.Y - y) * (p.Y - y)));
        return squares > 0 ? pairs.Sum(p => (p.X - x) * (p.Y - y)) / squares : 0;
    }

    /// <summary>VMs that share something, with the use of all of them together in each window; NaN = unknown.</summary>
    private sealed class Group
    {
        private readonly Lazy<double[]> _totals;

        public Group(IGrouping<string, NeighbourVm> vms, SharedResource resource)
        {
            (Place, Resource) = (vms.Key, resource);
            Vms = [.. vms.Where(v => v.Uses.Any(u => !float.IsNaN(Of(u))))];
            _totals = new(() => [.. Enumerable.Range(0, Vms[0].Uses.Length).Select(w => Vms.Sum(v => (double)Of(v.Uses[w])))]);
        }

        public string Place { get; }

        public SharedResource Resource { get; }

        public NeighbourVm[] Vms { get; }

        public double[] SharesOf(NeighbourVm vm) => [.. vm.Uses.Select((u, w) => _totals.Value[w] > 0 ? Of(u) / _totals.Value[w] : double.NaN)];

        private float Of(VmUse use) => Resource switch { SharedResource.Cpu => use.Cpus, SharedResource.Operations => use.Operations, _ => use.Bytes };
    }
}
