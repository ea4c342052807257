namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>Moves VMs away from hosts that are expected to have too little, most loaded hosts first.</summary>
/// <remarks>
/// One migration is better than several, so of the VMs that relieve the host alone that one moves which loses the least by moving:
/// demand times memory, as the loss is a part of the demand for as long as the memory is copied. (Minimum migration time,
/// Beloglazov and Buyya, 2012, section 5.3, looks at memory alone.) Where none suffices the one with the largest effect
/// moves first.
/// </remarks>
internal sealed class OverloadRelief(IReadOnlyList<VmModel> vms, HostLoads loads, TargetChoice targets, ConsolidationTuning tuning)
{
    /// <summary>Relieves the hosts; gives those that were overloaded.</summary>
    /// <param name="demands">Demand of each VM now, MIPS.</param>
    /// <param name="move">Does a move.</param>
    public HashSet<int> Run(ReadOnlySpan<double> demands, Action<int, int> move)
    {
        List<(double Need, int Host)> overloaded = [];
        for (int host = 0; host < loads.Hosts.Count; host++)
        {
            if (IsOverloaded(host))
            {
                overloaded.Add((loads.Need(host, tuning.OverloadDeviations), host));
            }
        }

        overloaded.Sort((one, other) => other.CompareTo(one));
        foreach ((_, int host) in overloaded)
        {
            while (IsOverloaded(host) && TryMoveOne(host, demands, move))
            {
            }
        }

        return [.. overloaded.Select(o => o.Host)];
    }

    // A VM alone on a host gains nothing by moving.
    private bool IsOverloaded(int host) =>
        loads.VmsOf(host).Count > 1 && loads.Need(host, tuning.OverloadDeviations) > loads.Hosts[host].CapacityMips;

    private bool TryMoveOne(int host, ReadOnlySpan<double> demands, Action<int, int> move)
    {
        int vm = Choose(host, demands);
        if ((targets.For(vm, tuning.TargetDeviations, inUse: true) ?? targets.For(vm, tuning.TargetDeviations, inUse: false)) is not { } target)
        {
            return false;
        }

        move(vm, target);
        return true;
    }

    private int Choose(int host, ReadOnlySpan<double> demands)
    {
        (int? cheapest, double leastLoss) = (null, double.PositiveInfinity);
        (int largest, double leastNeed) = (loads.VmsOf(host)[0], double.PositiveInfinity);
        foreach (int vm in loads.VmsOf(host))
        {
            double need = loads.NeedWithout(host, vm, tuning.OverloadDeviations);
            double loss = demands[vm] * vms[vm].RamMb;
            if (need <= loads.Hosts[host].CapacityMips && loss < leastLoss)
            {
                (cheapest, leastLoss) = (vm, loss);
            }

            if (need < leastNeed)
            {
                (largest, leastNeed) = (vm, need);
            }
        }

        return cheapest ?? largest;
    }
}
