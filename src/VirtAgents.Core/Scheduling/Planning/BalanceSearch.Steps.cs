using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VirtAgents.Core.Scheduling.Planning;

/// <content>The steps: proposed, weighed, and taken or taken back.</content>
internal sealed partial class BalanceSearch
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(float limit)
    {
        // Most of a good plan is reached by exchanges. Once the budget is spent, only VMs that have left home can go elsewhere.
        uint kind = _random.Next();
        if ((kind & 3) != 0 && _displaced.Count > 0)
        {
            Exchange(_displaced[_random.Below(_displaced.Count)], _movers[_random.Below(_movers.Length)], limit);
            return;
        }

        int vm = (kind & 4) != 0 && _displaced.Count > 0 ? _displaced[_random.Below(_displaced.Count)] : _movers[_random.Below(_movers.Length)];
        bool goesHome = _displaced.Contains(vm) && !_mustMove[vm] && (kind >> 4 & 15) == 0;
        Relocate(vm, goesHome ? _layout.Home[vm] : _targets[_random.Below(_targets.Length)], limit);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Relocate(int vm, int to, float limit)
    {
        int from = _state.Place[vm], home = _layout.Home[vm];
        if (to == from || (_mustMove[vm] && to == home))
        {
            return;
        }

        var cost = _cost.Plus(_costs[vm], (to == home ? 0 : 1) - (from == home ? 0 : 1));
        if ((from == home && !_budget.Covers(cost)) || (!IsWaiting(vm) && _field.ScoreOfMove(vm, from, to) > limit) || !_state.Fits(vm, to))
        {
            return;
        }

        Place(vm, to);
        if (IsCalm(to))
        {
            _cost = cost;
            _score = _field.Score;
            Keep();
        }
        else
        {
            Place(vm, from);
        }
    }

    // A displaced VM leaves its host to another one: it goes home if that one comes from home, else they change places.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Exchange(int first, int second, float limit)
    {
        int place = _state.Place[first], from = _state.Place[second];
        bool isNew = !_displaced.Contains(second);
        int to = isNew ? _layout.Home[first] : from;
        if (from == place || (isNew && _mustMove[first]) || to == place || (!isNew && (to == _layout.Home[first] || place == _layout.Home[second])))
        {
            return;
        }

        MoveBudget cost = isNew ? _cost.Plus(_costs[first], -1).Plus(_costs[second]) : _cost;
        if ((isNew && !_budget.Covers(cost)) || (!IsWaiting(second) && ScoreOfExchange(first, second, place, from, to) > limit))
        {
            return;
        }

        Place(first, to);
        Place(second, place);
        // Limits and rules after the fact: both have to be where they go before either can be judged.
        if (_state.IsAllowed(first) && _state.IsAllowed(second) && IsCalm(place) && IsCalm(to))
        {
            _cost = cost;
            _score = _field.Score;
            Keep();
        }
        else
        {
            Place(second, from);
            Place(first, place);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float ScoreOfExchange(int first, int second, int place, int from, int to)
    {
        if (from == to)
        {
            return _field.ScoreOfExchange(first, place, second, from);
        }

        (Vector256<float> squares, Vector256<float> sums) = (_field.Squares, _field.Sums);
        _field.Add(place, _field.LoadOf(second, place) - _field.LoadOf(first, place), ref squares, ref sums);
        _field.Add(from, -_field.LoadOf(second, from), ref squares, ref sums);
        _field.Add(to, _field.LoadOf(first, to), ref squares, ref sums);
        return _field.ScoreOf(squares, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Place(int vm, int to)
    {
        int from = _state.Place[vm], home = _layout.Home[vm];
        if (from != home)
        {
            _displaced.Remove(vm, from);
        }

        if (to != home)
        {
            _displaced.Add(vm, to);
        }

        if (_mustMove[vm])
        {
            _waiting += (to == home ? 1 : 0) - (from == home ? 1 : 0);
        }

        _field.Move(vm, from, to);
        _state.Move(vm, to);
    }

    // It goes wherever it can: the load that it brings is in the score only once it is there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsWaiting(int vm) => _mustMove[vm] && _state.Place[vm] == _layout.Home[vm];

    // Whoever has come to a host must not find it a host that VMs are taken from.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool IsCalm(int host)
    {
        for (int vm = _displaced.FirstOn(host); vm >= 0; vm = _displaced.NextOf(vm))
        {
            if (_pressure.IsTooHigh(vm, host) && !_isExempt[vm])
            {
                return false;
            }
        }

        foreach (int vm in _guarded[host])
        {
            if (_pressure.IsTooHigh(vm, host))
            {
                return false;
            }
        }

        return true;
    }
}
