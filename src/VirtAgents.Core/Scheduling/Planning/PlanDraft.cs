using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>A plan while it is made: what must move, what had better move, and in which order.</summary>
internal sealed class PlanDraft
{
    // In the last one nothing waits. More before it seldom find room for one more.
    private const int MostAttempts = 4;

    private readonly ClusterLayout _layout;
    private readonly PlanOptions _options;
    private readonly ClusterState _state;
    private readonly LoadLanes _lanes;
    private readonly LoadField _field;
    private readonly Pressure _pressure;
    private readonly bool[] _mayLeave;
    private readonly Departures _departures;
    private readonly ClusterFigures _before;
    private IReadOnlyList<Unsatisfied> _unsatisfied = [];
    private List<OrderedMove> _moves = [];
    private bool _wasCut;
    private bool _isOneByOne;
    private int? _hostsNeeded;

    public PlanDraft(ClusterLayout layout, PlanOptions options)
    {
        (_layout, _options, _state, _lanes) = (layout, options, new ClusterState(layout), new LoadLanes(layout));
        _field = new LoadField(layout, _lanes);
        _field.Rebuild(_state.Place);
        _pressure = new Pressure(layout, _lanes, _field);
        _mayLeave = [.. layout.Vms.Select((_, vm) => _pressure.MayLeave(vm))];
        _departures = new Departures(layout, _state);
        _before = ClusterFigures.Of(layout, _state);
    }

    public void Make(Func<bool> isOver)
    {
        Take(_options.Goal switch
        {
            PlanGoal.Balance => Balance(isOver),
            PlanGoal.Consolidate => Consolidate(isOver),
            PlanGoal.Relieve => Relieve(),
            _ => Rehouse(),
        });
    }

    /// <summary>Ids of the VMs that may leave for the sake of balance or must.</summary>
    public IEnumerable<string> Movers => _layout.Vms.Where((_, vm) => _mayLeave[vm] || _departures.Reason(vm) is not null).Select(v => v.Id);

    /// <summary>Whether a VM must leave where it is.</summary>
    /// <param name="id">Its id.</param>
    public bool MustLeave(string id) => _layout.FindVm(id) is { } vm && _departures.Reason(vm) is not null;

    /// <summary>Whether VMs change places (<see cref="Balancing.IsExchange"/>).</summary>
    public bool IsExchange { get; private set; }

    public MigrationPlan Finish(string? explain)
    {
        var final = new ClusterState(_layout);
        PlanTelling telling = new(_layout, final, _field, _pressure, _departures);
        ImmutableArray<PlannedMove> moves = [.. _moves.Select(telling.Tell)];
        return new(_options.Goal, moves, _before, ClusterFigures.Of(_layout, final), [.. _unsatisfied])
        {
            WasCut = _wasCut,
            HostsNeeded = _hostsNeeded,
            Explanation = explain is null ? null : telling.Explain(explain, moves, _options.Goal, !_isOneByOne),
        };
    }

    /// <summary>What must move, and then one VM at a time; for comparison.</summary>
    public DescentResult Descend()
    {
        AddDepartures();
        Rehouse(hasty: null);
        (MoveBudget cost, ClusterState end) = new Balancing(_layout, _state, _options, _mayLeave, [], mayExchange: false).Descend(_options.MaxMoves);
        return new(ClusterFigures.Of(_layout, end).Score, cost.Moves, cost.UsedGb);
    }

    private WaveOrder Rehouse()
    {
        AddDepartures();
        _unsatisfied = Rehouse(hasty: null).Unsatisfied;
        return Order();
    }

    private Rehousing Rehouse(HashSet<int>? hasty)
    {
        MoveBudget limit = MoveBudget.Unlimited.AtMost(_options.MaxMoves, _options.MaxGb);
        var rehousing = new Rehousing(_layout, _state, _field, _pressure, _departures, limit, hasty);
        rehousing.Run();
        return rehousing;
    }

    private WaveOrder Relieve()
    {
        var relief = new Relief(_layout, _state, _field, _departures, _options);
        relief.Run();
        _unsatisfied = relief.Unsatisfied;
        return Order();
    }

    private void AddDepartures()
    {
        IEnumerable<int> drained = Enumerable.Range(0, _layout.Hosts.Length).Where(h => _layout.Hosts[h].Availability == HostAvailability.Drain);
        bool isNamed = _options.Goal == PlanGoal.Evacuate && _options.Hosts.Length > 0;
        _departures.AddHosts(isNamed ? _options.Hosts.Select(h => _layout.FindHost(h)!.Value) : drained);
        if (_options.Goal != PlanGoal.Evacuate)
        {
            _departures.AddBrokenRules();
        }
    }

    // Where a VM that must leave finds no good host the balance makes room for it, if it can: it takes others only from where they may be
    // taken from. For one that waits for that in vain any other VM makes room, and in the end for all.
    private WaveOrder Balance(Func<bool> isOver)
    {
        AddDepartures();
        List<BalanceAttempt> attempts = [];
        HashSet<int> hasty = [];
        do
        {
            attempts.Add(Attempt(hasty, isOver));
            hasty.UnionWith(attempts.Count < MostAttempts - 1 ? attempts[^1].InVain : _departures.Vms);
        }
        while (attempts[^1].InVain.Count > 0);

        BalanceAttempt best = attempts.MinBy(a => a.Unsatisfied.Count)!;
        (_unsatisfied, _isOneByOne, IsExchange) = (best.Unsatisfied, best.Balancing.IsOneByOne, best.Balancing.IsExchange);
        _wasCut = attempts.Exists(a => a.Balancing.WasCut);
        return best.Order;
    }

    private BalanceAttempt Attempt(HashSet<int> hasty, Func<bool> isOver)
    {
        _state.Restore(_layout.Home);
        Rehousing rehousing = Rehouse(hasty);
        var balancing = new Balancing(_layout, _state, _options, _mayLeave, rehousing.Waiting, mayExchange: _departures.Vms.Length == 0);
        var ordered = new OrderedBalancing(balancing, _layout, _state, _options, _lanes, Urgency);
        WaveOrder order = ordered.Run(isOver);
        ClusterState end = order.End();
        return new(ordered, order, [.. rehousing.Unsatisfied, .. rehousing.Tell(end), .. Stuck(order.Stuck)], [.. rehousing.InVain(end)]);
    }

    private WaveOrder Consolidate(Func<bool> isOver)
    {
        AddDepartures();
        _unsatisfied = Rehouse(hasty: null).Unsatisfied;
        var consolidation = new Consolidation(_layout, _state, _options);
        consolidation.Run(isOver);
        (_hostsNeeded, _wasCut) = (consolidation.LowerBound, consolidation.WasCut);
        return Order();
    }

    private WaveOrder Order()
    {
        var order = new WaveOrder(_layout, new ClusterState(_layout), [.. _state.Place], _options.MaxConcurrent, Urgency);
        order.Run();
        _unsatisfied = [.. _unsatisfied, .. Stuck(order.Stuck)];
        return order;
    }

    // Parked VMs take moves that nobody reckoned with; a plan may end after any of its moves.
    private void Take(WaveOrder order)
    {
        _moves = [.. order.Moves];
        int most = Math.Min(_moves.Count, _options.MaxMoves ?? int.MaxValue);
        _unsatisfied = [.. _unsatisfied, .. Stuck(_moves.Skip(most).Select(m => m.Vm).Distinct().Except(order.Stuck))];
        _moves.RemoveRange(most, _moves.Count - most);
    }

    private IEnumerable<Unsatisfied> Stuck(IEnumerable<int> vms) => vms.Where(vm => _departures.Reason(vm) is not null)
        .Select(vm => new Unsatisfied(_layout.Vms[vm].Id, $"{_departures.Reason(vm)}, but the moves that make room for it wait for each other, or are more than the limit"));

    // What must leave goes first, then what is largest: it has most effect.
    private double Urgency(int vm) => (_departures.Reason(vm) is null ? 0 : 1e12) + _layout.Vms[vm].MemoryMb;

    /// <summary>One way to balance.</summary>
    /// <param name="Balancing">How it went.</param>
    /// <param name="Order">Its moves.</param>
    /// <param name="Unsatisfied">VMs that could not leave.</param>
    /// <param name="InVain">Those of them that waited in vain for the balance to make room.</param>
    private sealed record BalanceAttempt(OrderedBalancing Balancing, WaveOrder Order, IReadOnlyList<Unsatisfied> Unsatisfied, IReadOnlyList<int> InVain);
}
