namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>Empties hosts whose VMs fit elsewhere, all of a host or none: those with most watts for each MIPS first, then the least loaded.</summary>
internal sealed class HostDrain(HostLoads loads, TargetChoice targets, ConsolidationTuning tuning)
{
    private readonly List<(int Vm, int From, int To)> _tried = [];

    /// <summary>Empties what can be emptied.</summary>
    /// <param name="kept">Hosts that are left alone: they were overloaded a moment ago.</param>
    /// <param name="moved">Told of each move after it was done.</param>
    public void Run(HashSet<int> kept, Action<int, int> moved)
    {
        int[] order = [.. Enumerable.Range(0, loads.Hosts.Count)
            .Where(host => !loads.IsEmpty(host) && !kept.Contains(host))
            .OrderByDescending(host => loads.Hosts[host].WattsPerMips)
            .ThenBy(loads.MeanOf)];
        int failed = 0;
        foreach (int host in order)
        {
            if (TryEmpty(host))
            {
                _tried.ForEach(move => moved(move.Vm, move.To));
            }
            else if (++failed == tuning.FailedDrains)
            {
                return;
            }
        }
    }

    private bool TryEmpty(int host)
    {
        _tried.Clear();

        // The largest first: what is hard to place shows at once.
        foreach (int vm in loads.VmsOf(host).OrderByDescending(vm => loads.NeedOfVm(vm, tuning.DrainDeviations)).ToArray())
        {
            if (targets.For(vm, tuning.DrainDeviations, inUse: true) is not { } target)
            {
                _tried.ForEach(move => loads.Move(move.Vm, move.From));
                return false;
            }

            loads.Move(vm, target);
            _tried.Add((vm, host, target));
        }

        return true;
    }
}
