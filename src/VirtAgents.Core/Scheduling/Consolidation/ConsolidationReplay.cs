namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>Runs a recorded day through the policy on the hosts of <see cref="PlanetLabExperiment"/>.</summary>
/// <param name="Initial">Host of each VM before the first step.</param>
/// <param name="Moves">All migrations in order.</param>
/// <param name="Figures">What the day cost.</param>
public sealed record ConsolidationReplay(IReadOnlyList<int> Initial, IReadOnlyList<Migration> Moves, ConsolidationFigures Figures)
{
    /// <summary>Replays a day; null when its VMs do not fit on the hosts with the most they can ask for.</summary>
    /// <param name="percents">CPU of each VM by step and VM, percent of its model; at least two steps with as many VMs each.</param>
    /// <param name="tuning">Figures of the policy.</param>
    public static ConsolidationReplay? TryRun(IReadOnlyList<double[]> percents, ConsolidationTuning tuning)
    {
        ArgumentNullException.ThrowIfNull(percents);
        ArgumentOutOfRangeException.ThrowIfLessThan(percents.Count, 2);
        IReadOnlyList<HostModel> hosts = PlanetLabExperiment.AllHosts();
        IReadOnlyList<VmModel> vms = PlanetLabExperiment.Vms(percents[0].Length);
        if (ConsolidationPolicy.TryPlace(hosts, vms, tuning) is not { } policy)
        {
            return null;
        }

        ConsolidationMeter meter = new(hosts, vms, policy.Initial);
        List<Migration> moves = [];
        double[] demands = new double[vms.Count];
        foreach (double[] percent in percents)
        {
            for (int vm = 0; vm < demands.Length; vm++)
            {
                demands[vm] = vms[vm].Mips * percent[vm] / 100;
            }

            IReadOnlyList<Migration> wanted = policy.Observe(demands);
            meter.Observe(demands, wanted);
            moves.AddRange(wanted);
        }

        return new ConsolidationReplay(policy.Initial, moves, meter.Figures);
    }
}
