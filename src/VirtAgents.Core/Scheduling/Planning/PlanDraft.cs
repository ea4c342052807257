using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>A plan while it is made: what must move, what had better move, and in which order.</summary>
internal sealed class PlanDraft
{
    private readonly ClusterLayout _layout;
    private readonly PlanOptions _options;
    private readonly ClusterState _state;
    private readonly LoadLanes _lanes;
    private readonly LoadField _field;
    private readonly Pressure _pressure;
    private readonly bool[] _mayLeave;
    private readonly Departures _departures;
    private readonly List<Unsatisfied> _unsatisfied = [];
    private readonly ClusterFigures _before;
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
        if (_options.Goal == PlanGoal.Relieve)
        {
            Relieve();
        }
        else
        {
            Rehouse();
        }

        if (_options.Goal == PlanGoal.Consolidate)
        {
            Consolidate(isOver);
        }

        Take(_options.Goal == PlanGoal.Balance ? Balance(isOver) : Order());
    }

    /// <summary>Ids of the VMs that may leave for the sake of balance or must.</summary>
    public IEnumerable<string> Movers => _layout.Vms.Where((_, vm) => _mayLeave[vm] || _departures.Reason(vm) is not null).Select(v => v.Id);

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
        Rehouse();
        (MoveBudget cost, ClusterState end) = new Balancing(_layout, _state, _options, _mayLeave).Descend(_options.MaxMoves);
        return new(ClusterFigures.Of(_layout, end).Score, cost.Moves, cost.UsedGb);
    }

    private void Rehouse()
    {
        AddDepartures();
        var rehousing = new Rehousing(_layout, _state, _field, _pressure, _departures, MoveBudget.Unlimited.AtMost(_options.MaxMoves, _options.MaxGb));
        rehousing.Run();
        _unsatisfied.AddRange(rehousing.Unsatisfied);
    }

    private void Relieve()
    {
        var relief = new Relief(_layout, _state, _field, _departures, _options);
        relief.Run();
        _unsatisfied.AddRange(relief.Unsatisfied);
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

    private WaveOrder Balance(Func<bool> isOver)
    {
        var balancing = new OrderedBalancing(new Balancing(_layout, _state, _options, _mayLeave), _layout, _state, _options, _lanes, Urgency);
        WaveOrder order = balancing.Run(isOver);
        (_wasCut, _isOneByOne, IsExchange) = (balancing.WasCut, balancing.IsOneByOne, balancing.IsExchange);
        return order;
    }

    private void Consolidate(Func<bool> isOver)
    {
        var consolidation = new Consolidation(_layout, _state, _options);
        consolidation.Run(isOver);
        (_hostsNeeded, _wasCut) = (consolidation.LowerBound, consolidation.WasCut);
    }

    private WaveOrder Order()
    {
        var order = new WaveOrder(_layout, new ClusterState(_layout), [.. _state.Place], _options.MaxConcurrent, Urgency);
        order.Run();
        return order;
    }

    private void Take(WaveOrder order)
    {
        _moves = [.. order.Moves];

        // Parked VMs take moves that nobody reckoned with; a plan may end after any of its moves.
        int most = Math.Min(_moves.Count, _options.MaxMoves ?? int.MaxValue);
        IEnumerable<int> left = order.Stuck.Concat(_moves.Skip(most).Select(m => m.Vm)).Distinct();
        foreach (int vm in left.Where(vm => _departures.Reason(vm) is not null))
        {
            _unsatisfied.Add(new(_layout.Vms[vm].Id, $"{_departures.Reason(vm)}, but the moves that make room for it wait for each other, or are more than the limit"));
        }

        _moves.RemoveRange(most, _moves.Count - most);
    }

    // What must leave goes first, then what is largest: it has most effect.
    private double Urgency(int vm) => (_departures.Reason(vm) is null ? 0 : 1e12) + _layout.Vms[vm].MemoryMb;
}
