using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Tries to put all VMs on a given set of hosts.</summary>
/// <remarks>
/// VMs of the other hosts are put where they fit best, largest first; then what is above the room of a host is worked off by moving
/// and exchanging VMs among the kept hosts (annealing on the sum of the shares by which hosts are overfilled). Each VM that
/// leaves a kept host costs a little, so that few do. Bounded by a count of steps.
/// </remarks>
internal sealed class PackingSearch
{
    private const double MoveWeight = 0.002, Warmth = 0.001, Coolness = 0.0001, WarmerPerTry = 6;
    private const int StepsPerVm = 1_500, MostSteps = 4_000_000, StepsPerLook = 1024;

    private readonly ClusterLayout _layout;
    private readonly ConsolidationRoom _room;
    private readonly ClusterState _state;
    private readonly int[] _kept;
    private readonly int[] _movers;
    private readonly double[][] _free;
    private SearchRandom _random;
    private readonly double _warmth;
    private double _over;

    public PackingSearch(ClusterLayout layout, ConsolidationRoom room, ClusterState state, int[] kept, int[] movers, long seed, int attempt)
    {
        (_layout, _room, _state, _kept, _movers, _random) = (layout, room, state, kept, movers, new SearchRandom((ulong)(seed + attempt)));
        _warmth = Warmth * Math.Pow(WarmerPerTry, attempt);
        _free = [.. room.Hosts.Select(h => (double[])h.Clone())];
        for (int vm = 0; vm < state.Place.Length; vm++)
        {
            Take(vm, state.Place[vm], 1);
        }
    }

    /// <summary>Whether it succeeded; the state has the packing then.</summary>
    public bool Run(Func<bool> isOver)
    {
        HashSet<int> kept = [.. _kept];
        foreach (int vm in _movers.Where(vm => !kept.Contains(_state.Place[vm])).OrderByDescending(Size).ThenBy(vm => vm))
        {
            int best = -1;
            double least = double.PositiveInfinity;
            foreach (int host in _kept.Where(h => IsAllowed(vm, h)))
            {
                double cost = CostOf(vm, host);
                (best, least) = cost < least ? (host, cost) : (best, least);
            }

            if (best < 0)
            {
                return false;
            }

            Move(vm, best);
        }

        _over = _kept.Sum(h => Overfilled(_free[h], h, null, null));
        return WorkOff(isOver);
    }

    private bool WorkOff(Func<bool> isOver)
    {
        long steps = Math.Min(MostSteps, (long)StepsPerVm * _movers.Length);
        for (long step = 0; step < steps && _over > 1e-9; step++)
        {
            if (step % StepsPerLook == 0 && isOver())
            {
                return false;
            }

            double temperature = _warmth * Math.Pow(Coolness / _warmth, (double)step / steps);
            double limit = -Math.Log((_random.Next() + 1.0) / 4294967296.0) * temperature;
            int vm = _movers[_random.Below(_movers.Length)];
            if ((_random.Next() & 1) == 0)
            {
                TryMove(vm, _kept[_random.Below(_kept.Length)], limit);
            }
            else
            {
                TryExchange(vm, _movers[_random.Below(_movers.Length)], limit);
            }
        }

        if (_over > 1e-9 || !_kept.All(h => _state.IsWithinLimits(h)))
        {
            return false;
        }

        BringHome();
        return true;
    }

    // What was moved on the way to the packing and need not have been.
    private void BringHome()
    {
        HashSet<int> kept = [.. _kept];
        foreach (int vm in _movers.Where(vm => kept.Contains(_layout.Home[vm]) && _state.Place[vm] != _layout.Home[vm]))
        {
            int home = _layout.Home[vm];
            if (Overfilled(_free[home], home, _room.Vms[vm], null) == 0 && IsAllowed(vm, home))
            {
                Move(vm, home);
            }
        }
    }

    private void TryMove(int vm, int to, double limit)
    {
        int from = _state.Place[vm];
        if (from == to)
        {
            return;
        }

        double over = Overfilled(_free[from], from, null, _room.Vms[vm]) + Overfilled(_free[to], to, _room.Vms[vm], null)
            - Overfilled(_free[from], from, null, null) - Overfilled(_free[to], to, null, null);
        if (over + (MoveWeight * (Away(vm, to) - Away(vm, from))) <= limit && IsAllowed(vm, to))
        {
            Move(vm, to);
            _over += over;
        }
    }

    private void TryExchange(int first, int second, double limit)
    {
        (int a, int b) = (_state.Place[first], _state.Place[second]);
        if (a == b)
        {
            return;
        }

        double over = Overfilled(_free[a], a, _room.Vms[second], _room.Vms[first]) + Overfilled(_free[b], b, _room.Vms[first], _room.Vms[second])
            - Overfilled(_free[a], a, null, null) - Overfilled(_free[b], b, null, null);
        double away = Away(first, b) + Away(second, a) - Away(first, a) - Away(second, b);
        if (over + (MoveWeight * away) > limit)
        {
            return;
        }

        Move(first, b);
        Move(second, a);
        if (IsRuled(first) && IsRuled(second))
        {
            _over += over;
        }
        else
        {
            Move(second, b);
            Move(first, a);
        }
    }

    // Sum over resources of the share above the room, with a VM more and one less.
    private double Overfilled(double[] free, int host, double[]? more, double[]? less)
    {
        double over = 0;
        for (int resource = 0; resource < ConsolidationRoom.Resources; resource++)
        {
            double left = free[resource] - (more is null ? 0 : more[resource]) + (less is null ? 0 : less[resource]);
            over += left < 0 ? -left / _room.Hosts[host][resource] : 0;
        }

        return over;
    }

    // Overfilling first; without it the fullest host, so that large gaps stay for large VMs.
    private double CostOf(int vm, int host)
    {
        double[] room = _room.Hosts[host], need = _room.Vms[vm];
        return (1000 * Overfilled(_free[host], host, need, null)) + ((_free[host][0] - need[0]) / room[0]) + ((_free[host][1] - need[1]) / room[1]) + ((_free[host][3] - need[3]) / room[3]);
    }

    private double Size(int vm) => _room.Vms[vm][0] / _layout.Reference.MemoryMb + (_room.Vms[vm][1] / _layout.Reference.CpuCores / _layout.Snapshot.Limits.VcpuRatio)
        + (_room.Vms[vm][3] / _layout.Reference.CpuCores);

    private double Away(int vm, int host) => host == _layout.Home[vm] ? 0 : 1;

    private bool IsAllowed(int vm, int host) =>
        (_layout.Reach[vm] is not { } reach || reach[host]) && _state.WouldBeApart(vm, host);

    private bool IsRuled(int vm) => (_layout.Reach[vm] is not { } reach || reach[_state.Place[vm]]) && _state.IsApart(vm);

    private void Move(int vm, int to)
    {
        Take(vm, _state.Place[vm], -1);
        Take(vm, to, 1);
        _state.Move(vm, to);
    }

    private void Take(int vm, int host, int sign)
    {
        for (int resource = 0; resource < ConsolidationRoom.Resources; resource++)
        {
            _free[host][resource] -= sign * _room.Vms[vm][resource];
        }
    }
}
