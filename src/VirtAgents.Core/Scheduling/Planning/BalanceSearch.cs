using System.Runtime.CompilerServices;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Finds what to move where within a budget so that the load is as even as can be.</summary>
/// <remarks>
/// Simulated annealing (Kirkpatrick, Gelatt, Vecchi, 1983). A step moves one VM, brings one home, lets one move in place of another,
/// or lets two that are moved change places; steps that would leave the budget, the limits of a host, or a VM where it could be
/// taken from again (<see cref="Pressure"/>) are not taken. The number of steps depends on the size of the cluster alone, so equal
/// input gives an equal plan; the clock only ends it early, and the result says so. Where it ends depends on its first large moves, so
/// two are run and the better one counts (<see cref="Balancing"/>). Nothing is allocated on the way. The inner methods are compiled
/// to the end at once: virtctl ends before the runtime would have found out which are worth it.
/// </remarks>
internal sealed partial class BalanceSearch
{
    private const double StepsPerRoot = 150_000, WarmthPerHost = 0.07, CoolnessPerHost = 0.0015;
    private const int StepsPerTemperature = 1024, StepsPerRebuild = 1 << 16, Thresholds = 4096;
    private const float Rounding = 1e-6f;

    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;
    private readonly LoadField _field;
    private readonly Pressure _pressure;
    private readonly Displaced _displaced;
    private readonly MoveBudget _budget;
    private readonly MoveBudget[] _costs;
    private readonly bool[] _mustMove;
    private readonly bool[] _isExempt;
    private readonly int[] _movers;
    private readonly int[] _targets;
    private readonly int[] _best;
    private readonly float[] _thresholds = ThresholdTable();
    private int[][] _guarded = [];
    private SearchRandom _random;
    private MoveBudget _cost;
    private float _score;
    private int _waiting;

    /// <summary>Begins with a state in which every VM that must move has done so or waits at home for room.</summary>
    public BalanceSearch(ClusterLayout layout, ClusterState state, LoadField field, Pressure pressure, int[] movers, bool[] mustMove, MoveBudget budget, long seed)
    {
        (_layout, _state, _field, _pressure, _budget, _mustMove) = (layout, state, field, pressure, budget, mustMove);
        _displaced = new Displaced(layout.Vms.Length, layout.Hosts.Length);
        _costs = [.. layout.Vms.Select((_, vm) => MigrationCost.Of(layout, vm))];
        _movers = movers;
        _isExempt = new bool[layout.Vms.Length];
        _targets = [.. Enumerable.Range(0, layout.Hosts.Length).Where(h => layout.Carries[h])];
        _best = [.. state.Place];
        _random = new SearchRandom((ulong)seed);
    }

    /// <summary>Whether time ended it.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Score of what was found.</summary>
    public float BestScore { get; private set; }

    /// <summary>VMs that must move and are still at home in what was found.</summary>
    public int Waiting { get; private set; }

    /// <summary>Host of each VM in what was found.</summary>
    public ReadOnlySpan<int> Best => _best;

    /// <summary>Runs to the end.</summary>
    /// <param name="isOver">Whether the time is over.</param>
    public void Run(Func<bool> isOver)
    {
        Begin();
        long steps = _movers.Length == 0 || _targets.Length == 0 ? 0 : (long)(StepsPerRoot * Math.Sqrt(_movers.Length));
        Cool(steps, isOver);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Cool(long steps, Func<bool> isOver)
    {
        double warmth = WarmthPerHost / _targets.Length, ratio = CoolnessPerHost / WarmthPerHost;
        float temperature = 0;
        for (long step = 0; step < steps && !WasCut; step++)
        {
            if (step % StepsPerTemperature == 0)
            {
                temperature = (float)(warmth * Math.Pow(ratio, (double)step / steps));
                WasCut = isOver();
            }

            if (step % StepsPerRebuild == 0)
            {
                _field.Rebuild(_state.Place);
                _score = _field.Score;
            }

            Step(_score + (temperature * _thresholds[_random.Next() % Thresholds]));
        }
    }

    // How much worse a step may be, in temperatures: -ln of a number drawn evenly, the rule of Metropolis turned round.
    private static float[] ThresholdTable() => [.. Enumerable.Range(0, Thresholds).Select(i => (float)-Math.Log((i + 0.5) / Thresholds))];

    private void Begin()
    {
        foreach (int vm in _movers)
        {
            if (_state.Place[vm] != _layout.Home[vm])
            {
                _displaced.Add(vm, _state.Place[vm]);
                _cost = _cost.Plus(_costs[vm]);
            }
            else if (_mustMove[vm])
            {
                _waiting++;
            }
        }

        Waiting = _waiting;
        _field.Rebuild(_state.Place);
        (_score, BestScore) = (_field.Score, _field.Score);

        ILookup<int, int> guarded = Enumerable.Range(0, _layout.Vms.Length).Where(vm => _layout.IsGuarded[vm] && !_mustMove[vm] && !_pressure.IsTooHigh(vm, _state.Place[vm])).ToLookup(vm => _state.Place[vm]);
        _guarded = [.. _layout.Hosts.Select((_, host) => guarded[host].ToArray())];

        // One that had to move had perhaps nowhere better to go; the rest is not to be held up by it.
        foreach (int vm in _movers)
        {
            _isExempt[vm] = _mustMove[vm] && _state.Place[vm] != _layout.Home[vm] && _pressure.IsTooHigh(vm, _state.Place[vm]);
        }
    }

    // Copying every VM at each improvement would cost more than the search; a plan has few moves, and most improvements come late.
    private void Keep()
    {
        if (_waiting < Waiting || _score < BestScore - Rounding)
        {
            (Waiting, BestScore) = (_waiting, _score);
            foreach (int vm in _movers)
            {
                _best[vm] = _state.Place[vm];
            }
        }
    }
}
