using System.Runtime.CompilerServices;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>
/// Moves one VM after another, each time the one that lowers the score most, until none does. Its cost is what a plan may
/// cost: the search spends the same on better moves.
/// </summary>
/// <remarks>
/// The rule of Ganeti's hbal, with its end: no move lowers the score, or the score is at most 0.1 and the best move gains less than
/// 0.01. In large clusters only the VMs of the hosts that are furthest above the mean are tried, on those furthest below it: what
/// it costs hardly changes, and the time does not grow with the square of the cluster.
/// </remarks>
internal sealed class SteepestDescent(ClusterLayout layout, ClusterState state, LoadField field, bool[] movable)
{
    private const float GoodScore = 0.1f, LeastGainThen = 0.01f, Rounding = 1e-6f;
    private const int MostHosts = 24, AllUpTo = 100;

    private readonly List<int>[] _on = OnHosts(layout, state, movable);
    private int[] _sources = [];
    private int[] _targets = [];

    /// <summary>Runs on, at most so many moves.</summary>
    public MoveBudget Run(int most)
    {
        var cost = default(MoveBudget);
        while (cost.Moves < most)
        {
            ChooseHosts();
            float score = field.Score;
            (int vm, int to, float gain) = Best(score);
            if (vm < 0 || IsOver(score, gain))
            {
                break;
            }

            Take(vm, to);
            cost = cost.Plus(MigrationCost.Of(layout, vm));
        }

        return cost;
    }

    /// <summary>Whether the best step from a score gains too little to be made.</summary>
    public static bool IsOver(float score, float gain) => gain <= Rounding || (score <= GoodScore && gain < LeastGainThen);

    /// <summary>The VMs of each host that may be moved.</summary>
    public static List<int>[] OnHosts(ClusterLayout layout, ClusterState state, bool[] movable)
    {
        List<int>[] on = [.. layout.Hosts.Select(_ => new List<int>())];
        for (int vm = 0; vm < movable.Length; vm++)
        {
            if (movable[vm])
            {
                on[state.Place[vm]].Add(vm);
            }
        }

        return on;
    }

    private void ChooseHosts()
    {
        if (layout.Hosts.Length <= AllUpTo)
        {
            _sources = _sources.Length > 0 ? _sources : [.. Enumerable.Range(0, layout.Hosts.Length)];
            _targets = _targets.Length > 0 ? _targets : [.. _sources.Where(h => layout.Carries[h])];
            return;
        }

        var loads = new float[layout.Hosts.Length];
        var order = new int[loads.Length];
        for (int host = 0; host < loads.Length; host++)
        {
            (order[host], loads[host]) = (host, System.Runtime.Intrinsics.Vector256.Sum(field.Deviations[host]));
        }

        Array.Sort(loads, order);
        _targets = [.. order.Where(h => layout.Carries[h]).Take(MostHosts)];
        _sources = order[^MostHosts..];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Vm, int To, float Gain) Best(float score)
    {
        (int Vm, int To, float Gain) best = (-1, -1, 0);
        foreach (int from in _sources)
        {
            foreach (int vm in _on[from])
            {
                Try(score, vm, from, ref best);
            }
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Try(float score, int vm, int from, ref (int Vm, int To, float Gain) best)
    {
        foreach (int to in _targets)
        {
            if (to == from)
            {
                continue;
            }

            float gain = score - field.ScoreOfMove(vm, from, to);
            if (gain > best.Gain && state.Fits(vm, to))
            {
                best = (vm, to, gain);
            }
        }
    }

    private void Take(int vm, int to)
    {
        int from = state.Place[vm];
        _on[from].Remove(vm);
        _on[to].Add(vm);
        field.Move(vm, from, to);
        state.Move(vm, to);
    }
}
