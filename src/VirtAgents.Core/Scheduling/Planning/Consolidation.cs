using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Empties as many hosts as can be.</summary>
/// <remarks>
/// From the fewest hosts that could carry everything upwards, the packing is tried on the hosts whose VMs are the most to move, with
/// two ways of choosing: those that carry most, and the largest. The first that succeeds is taken if it empties a host. A packing of
/// the same count as now moves nothing, so that planning its result anew does not either. Counts that a limit of moves cannot reach are
/// not tried: each host that is emptied costs a move for each of its VMs, and a packing that fails takes a second in a large cluster.
/// </remarks>
internal sealed class Consolidation(ClusterLayout layout, ClusterState state, PlanOptions options)
{
    private const int TriesPerCount = 3;

    private readonly ConsolidationRoom _room = new(layout);
    private readonly int[] _targets = [.. Enumerable.Range(0, layout.Hosts.Length).Where(h => layout.Carries[h])];

    /// <summary>Fewest hosts that can carry all VMs.</summary>
    public int LowerBound => _room.LowerBound(_targets, layout.Snapshot.Limits.FailoverHosts);

    /// <summary>Whether time ended it.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Packs, and leaves the packing in the state.</summary>
    public void Run(Func<bool> isOver)
    {
        bool Over() => WasCut |= isOver();
        int[] start = [.. state.Place];
        int[] movers = [.. Enumerable.Range(0, start.Length).Where(vm => !layout.IsFixed[vm] && !layout.Together[vm] && layout.UseIsKnown[vm] && layout.Carries[start[vm]])];
        HashSet<int> needed = [.. Enumerable.Range(0, start.Length).Except(movers).Select(vm => start[vm]).Where(h => layout.Carries[h])];
        int used = _targets.Count(h => state.VmCount[h] > 0);
        for (int count = Math.Max(Math.Max(LowerBound, needed.Count), used - MostEmptied(needed)); count < used && !WasCut; count++)
        {
            for (int attempt = 0; attempt < TriesPerCount && !WasCut; attempt++)
            {
                if (IsPacked(Choose(count, needed, attempt), movers, attempt, Over))
                {
                    return;
                }

                state.Restore(start);
            }
        }
    }

    // Most hosts that the limit of moves could empty, were there room for all their VMs: those that hold fewest. What has to move anyway is not counted.
    private int MostEmptied(HashSet<int> needed)
    {
        int[] held = new int[layout.Hosts.Length];
        for (int vm = 0; vm < state.Place.Length; vm++)
        {
            held[state.Place[vm]] += state.Place[vm] == layout.Home[vm] ? 1 : 0;
        }

        (int emptied, long moves) = (0, 0);
        foreach (int host in _targets.Where(h => state.VmCount[h] > 0 && !needed.Contains(h)).OrderBy(h => held[h]))
        {
            moves += held[host];
            emptied += moves <= (options.MaxMoves ?? int.MaxValue) ? 1 : 0;
        }

        return emptied;
    }

    private bool IsPacked(int[] kept, int[] movers, int attempt, Func<bool> isOver) =>
        new PackingSearch(layout, _room, state, kept, movers, options.Seed, attempt).Run(isOver) && IsWithinBudget();

    private bool IsWithinBudget()
    {
        var cost = default(MoveBudget);
        for (int vm = 0; vm < state.Place.Length; vm++)
        {
            cost = state.Place[vm] == layout.Home[vm] ? cost : cost.Plus(MigrationCost.Of(layout, vm));
        }

        return MoveBudget.Unlimited.AtMost(options.MaxMoves, options.MaxGb).Covers(cost);
    }

    // Where few hosts are to carry much, large ones are needed; else those that hold most stay, since that moves least. Those that take no VM are the first to be emptied.
    private int[] Choose(int count, HashSet<int> needed, int attempt)
    {
        double most = _targets.Max(h => layout.MemoryRoomMb[h]), cores = _targets.Max(h => layout.VcpuRoom[h]);
        double Size(int h) => (layout.MemoryRoomMb[h] / most) + (layout.VcpuRoom[h] / cores);
        double Load(int h) => ((layout.MemoryRoomMb[h] - state.FreeMemoryMb[h]) / most) + ((layout.VcpuRoom[h] - state.FreeVcpus[h]) / cores);
        IOrderedEnumerable<int> order = _targets.OrderByDescending(needed.Contains).ThenBy(h => layout.Hosts[h].Availability == HostAvailability.Closed);
        order = attempt == 0 ? order.ThenByDescending(h => (4 * Size(h)) + Load(h)) : order.ThenByDescending(Size).ThenByDescending(Load);
        return [.. order.ThenBy(h => h).Take(count)];
    }
}
