using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Lets two VMs change places, each time the two that lower the score most, for where moving any one VM gains nothing.</summary>
/// <remarks>
/// One of the two is on a host that is too high in what it uses (<see cref="Pressure"/>), as all that the search moves; the other on one that
/// is not above the mean in what it uses, which seldom holds where something was moved to: so who plans anew leaves that. Both are promised
/// equally much: between others a host of the two is fuller while one of them is on its way, and who plans anew then would move more. Both may have
/// been moved before: what this ends with has no exchange left that gains.
/// Only the hosts that make most of the score take part: the time does not grow with the square of the cluster.
/// </remarks>
internal sealed class ExchangeDescent
{
    private const float Rounding = 1e-6f;
    private const int MostHosts = 48;

    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;
    private readonly LoadField _field;
    private readonly Pressure _pressure;
    private readonly List<int>[] _on;
    private readonly int[] _hosts;
    private readonly float[] _contributions;

    /// <summary>Begins with the state as it is; the field is of that state.</summary>
    /// <param name="layout">The cluster.</param>
    /// <param name="state">Where VMs are; it is changed.</param>
    /// <param name="field">Their load; it is changed.</param>
    /// <param name="pressure">Of that field.</param>
    /// <param name="movable">Whether a VM may be moved for the sake of balance.</param>
    public ExchangeDescent(ClusterLayout layout, ClusterState state, LoadField field, Pressure pressure, bool[] movable)
    {
        (_layout, _state, _field, _pressure) = (layout, state, field, pressure);
        _on = SteepestDescent.OnHosts(layout, state, movable);
        _hosts = [.. Enumerable.Range(0, layout.Hosts.Length).Where(h => layout.Carries[h])];
        _contributions = new float[_hosts.Length];
    }

    /// <summary>Runs on while it can still gain what is needed.</summary>
    /// <param name="budget">What VMs that leave home may cost.</param>
    /// <param name="needed">The score at which it is worth it.</param>
    /// <returns>What they cost.</returns>
    public MoveBudget Run(in MoveBudget budget, double needed)
    {
        MoveBudget cost = default;

        // One exchange for each host is more than any balance needs; what gains most comes first, so the rest gains no more each.
        for (int left = _hosts.Length; left > 0; left--)
        {
            ChooseHosts();
            float score = _field.Score;
            Exchange best = Best(score, cost, budget);
            if (SteepestDescent.IsOver(score, best.Gain) || score - (left * best.Gain) > needed)
            {
                break;
            }

            Swap(best.First, best.Second);
            cost = best.Cost;
        }

        return cost;
    }

    private void ChooseHosts()
    {
        if (_hosts.Length <= MostHosts)
        {
            return;
        }

        for (int i = 0; i < _hosts.Length; i++)
        {
            _contributions[i] = -_field.ContributionOf(_hosts[i]);
        }

        Array.Sort(_contributions, _hosts);
    }

    private Exchange Best(float score, in MoveBudget cost, in MoveBudget budget)
    {
        var best = new Exchange(-1, -1, 0, cost);
        ReadOnlySpan<int> hosts = _hosts.AsSpan(0, Math.Min(MostHosts, _hosts.Length));
        foreach (int from in hosts)
        {
            foreach (int first in _on[from])
            {
                if (_pressure.IsTooHigh(first, from))
                {
                    Try(score, first, hosts, cost, budget, ref best);
                }
            }
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Try(float score, int first, ReadOnlySpan<int> hosts, in MoveBudget cost, in MoveBudget budget, ref Exchange best)
    {
        int from = _state.Place[first];
        foreach (int to in hosts)
        {
            if (to == from)
            {
                continue;
            }

            foreach (int second in _on[to])
            {
                float gain = score - _field.ScoreOfExchange(first, from, second, to);
                if (gain > best.Gain && IsAlike(first, second) && _pressure.NetOn(second, to) <= Rounding && CostOf(cost, first, second) is var then && budget.Covers(then) && IsPossible(first, second))
                {
                    best = new(first, second, gain, then);
                }
            }
        }
    }

    private bool IsAlike(int first, int second) =>
        _layout.Vms[first].Vcpus == _layout.Vms[second].Vcpus && _layout.Vms[first].MemoryMb == _layout.Vms[second].MemoryMb;

    private MoveBudget CostOf(in MoveBudget cost, int first, int second)
    {
        int from = _state.Place[first], to = _state.Place[second];
        return cost.Plus(MigrationCost.Of(_layout, first), Away(first, to) - Away(first, from)).Plus(MigrationCost.Of(_layout, second), Away(second, from) - Away(second, to));
    }

    private int Away(int vm, int host) => host == _layout.Home[vm] ? 0 : 1;

    private bool IsPossible(int first, int second)
    {
        int from = _state.Place[first], to = _state.Place[second];
        return IsCalm(from, first, second) && IsCalm(to, second, first) && IsAllowed(first, from, second, to);
    }

    // Both have to be where they go before either can be judged.
    private bool IsAllowed(int first, int from, int second, int to)
    {
        _state.Move(first, to);
        _state.Move(second, from);
        bool isAllowed = _state.IsAllowed(first) && _state.IsAllowed(second);
        _state.Move(second, to);
        _state.Move(first, from);
        return isAllowed;
    }

    // Who comes to a host, or has come to it, must not find it one that VMs are taken from; one that it was so for before does not count.
    private bool IsCalm(int host, int goes, int comes)
    {
        Vector256<float> change = _field.LoadOf(comes, host) - _field.LoadOf(goes, host);
        if (_layout.Home[comes] != host && _pressure.IsTooHigh(comes, host, change))
        {
            return false;
        }

        foreach (int vm in _on[host])
        {
            if (vm != goes && _layout.Home[vm] != host && _pressure.IsTooHigh(vm, host, change) && !_pressure.IsTooHigh(vm, host))
            {
                return false;
            }
        }

        return true;
    }

    private void Swap(int first, int second)
    {
        int from = _state.Place[first], to = _state.Place[second];
        Take(first, from, to);
        Take(second, to, from);
    }

    private void Take(int vm, int from, int to)
    {
        _on[from].Remove(vm);
        _on[to].Add(vm);
        _field.Move(vm, from, to);
        _state.Move(vm, to);
    }

    private readonly record struct Exchange(int First, int Second, float Gain, MoveBudget Cost);
}
