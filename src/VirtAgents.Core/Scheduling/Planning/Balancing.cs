using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Makes the load even, after what must move has done so.</summary>
/// <remarks>
/// The search judges hosts also by their own size, and moves VMs only where whoever plans anew leaves them. Where the cluster
/// score does not get clearly better than by moving one VM at a time, the own size is left out. Only if time ends the search, and what it has is worse, one VM at a time
/// is moved: nobody is to fare worse for want of time. Else it is never done, since who plans anew would move some of those VMs again.
/// Where nothing must move and moving any one VM gains nothing, there is no budget to search with, and VMs change places if that is worth it.
/// Whether it is worth it at all is judged by the whole way: a plan that a limit ends early needs to go as much of it as it may cost, since
/// else nothing would ever be moved in a cluster so large that one plan is a small part of what it takes.
/// </remarks>
internal sealed partial class Balancing(ClusterLayout layout, ClusterState state, PlanOptions options, bool[] mayLeave, IReadOnlyList<int> waiting, bool mayExchange)
{
    // Steepest descent may go on for ever by tiny steps; each VM once on average is more than any balance needs.
    private const int DescentMovesPerVm = 1;

    // Below this share of the score a change is not worth migrations: the next measurement differs by as much.
    private const double LeastShare = 0.25;

    // From here on the search has made something of its freedom.
    private const double ClearlyBetter = 0.9;

    // Two long ones find more than four short ones, and every machine has as many cores. Seeds are apart, so that those of plans with seeds in a row are others.
    private const int Searches = 2;
    private const long SeedStep = 1 << 20;

    private readonly int[] _forced = [.. state.Place];
    private readonly bool[] _mustMove = [.. state.Place.Select((host, vm) => host != layout.Home[vm] || waiting.Contains(vm))];
    private readonly double _minGain = options.MinGain ?? PlanOptions.DefaultMinGain;
    private Yardstick? _yardstick;
    private Choice? _choice;

    /// <summary>Where VMs are once those that must have moved.</summary>
    public IReadOnlyList<int> Forced => _forced;

    /// <summary>Which VMs must move.</summary>
    public IReadOnlyList<bool> MustMove => _mustMove;

    /// <summary>Whether time ended it.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Whether one VM at a time was moved, for want of time.</summary>
    public bool IsOneByOne { get; private set; }

    /// <summary>Whether VMs change places, since moving any one VM gains nothing. Each pair is a circle; who plans anew in its middle completes it.</summary>
    public bool IsExchange { get; private set; }

    /// <summary>Leaves the best placement in the state.</summary>
    /// <param name="lanes">What counts as load.</param>
    /// <param name="staying">VMs that are not moved for the sake of balance.</param>
    /// <param name="isOver">Whether the time is over.</param>
    public void Run(LoadLanes lanes, IReadOnlySet<int> staying, Func<bool> isOver)
    {
        Yardstick yardstick = _yardstick ??= Measure();
        Outcome best = Best(lanes, yardstick, staying, isOver);
        if (WasCut && best.Score > yardstick.Simple.Score && yardstick.IsSimpleAffordable)
        {
            (best, IsOneByOne) = (yardstick.Simple, true);
        }

        bool gains = best.IsWorthIt(_minGain, yardstick.Part) && (yardstick.Part == 1 || yardstick.Whole.IsWorthIt(_minGain, 1));
        _choice = gains || MakesRoom(best.Place) ? new(best, yardstick.Part)
            : mayExchange && yardstick.WholeCost.Moves == 0 ? Exchanged(yardstick.Lanes)
            : null;
        IsExchange = _choice is { } choice && !ReferenceEquals(choice.End, best);
        state.Restore(_choice?.End.Place ?? Spread(lanes, yardstick.Budget, isOver));
    }

    /// <summary>Whether a part of what was chosen is worth it, too.</summary>
    /// <param name="place">Host of each VM.</param>
    public bool IsWorthIt(int[] place) => MakesRoom(place) || (_choice is { } choice && OutcomeOf(choice.End.Lanes, place).IsWorthIt(_minGain, choice.Part));

    /// <summary>How many VMs still wait for room.</summary>
    /// <param name="place">Host of each VM.</param>
    public int Waiting(int[] place) => waiting.Count(vm => place[vm] == layout.Home[vm]);

    // Whatever it does to the load: one more that must leave does so.
    private bool MakesRoom(int[] place) => Waiting(place) < waiting.Count;

    /// <summary>What moving one VM at a time would cost, with what must move anyway; all that can move takes part.</summary>
    /// <param name="most">Most moves; null = as many as it takes.</param>
    public (MoveBudget Cost, ClusterState End) Descend(int? most)
    {
        var field = new LoadField(layout, new LoadLanes(layout, ownSize: false));
        var end = new ClusterState(layout);
        MoveBudget budget = CostOfWhatMustMove();
        end.Restore(_forced);
        field.Rebuild(end.Place);
        bool[] movable = [.. _mustMove.Select((must, vm) => CanMove(vm) && (must || layout.UseIsKnown[vm]))];
        return (budget.Plus(new SteepestDescent(layout, end, field, movable).Run(Math.Min(DescentMovesPerVm * _mustMove.Length, (most ?? int.MaxValue) - budget.Moves))), end);
    }

    // How much of the whole way the limits allow, 0 to 1.
    private static double PartOf(in MoveBudget budget, in MoveBudget cost) =>
        cost.Moves == 0 ? 1 : Math.Min((double)budget.Moves / cost.Moves, cost.PromisedGb > 0 ? budget.PromisedGb / cost.PromisedGb : 1);

    private MoveBudget CostOfWhatMustMove() =>
        Enumerable.Range(0, _mustMove.Length).Where(vm => _mustMove[vm]).Aggregate(default(MoveBudget), (sum, vm) => sum.Plus(MigrationCost.Of(layout, vm)));

    private Yardstick Measure()
    {
        (MoveBudget wholeCost, ClusterState wholeDescent) = Descend(null);
        MoveBudget budget = waiting.Aggregate(wholeCost, (sum, vm) => sum.Plus(MigrationCost.Of(layout, vm))).AtMost(options.MaxMoves, options.MaxGb);
        (MoveBudget cost, ClusterState descent) = budget.Moves < wholeCost.Moves ? Descend(budget.Moves) : (wholeCost, wholeDescent);
        LoadLanes byReference = new(layout, ownSize: false);
        (Outcome whole, Outcome simple) = (OutcomeOf(byReference, wholeDescent.Place), OutcomeOf(byReference, descent.Place));
        return new(byReference, wholeCost, whole, budget, simple, budget.Covers(cost), PartOf(budget, wholeCost));
    }

    private Outcome Best(LoadLanes lanes, Yardstick by, IReadOnlySet<int> staying, Func<bool> isOver)
    {
        int[] movers = Movers(vm => mayLeave[vm] && !staying.Contains(vm) && !layout.IsGuarded[vm]);
        Outcome best = Search(lanes, movers, by.Budget, isOver);
        return best.Score > ClearlyBetter * by.Simple.Score && lanes.Weights != by.Lanes.Weights ? Better(best, Search(by.Lanes, movers, by.Budget, isOver)) : best;
    }

    // What must move costs the same wherever it goes.
    private int[] Spread(LoadLanes lanes, MoveBudget budget, Func<bool> isOver)
    {
        int[] movers = Movers(static _ => false);
        return movers.Length == 0 ? _forced : Search(lanes, movers, budget, isOver).Place;
    }

    private Outcome Better(Outcome one, Outcome other) => (Waiting(other.Place), other.Score).CompareTo((Waiting(one.Place), one.Score)) < 0 ? other : one;

    // Those that must move always; of the others those that are free to.
    private int[] Movers(Func<int, bool> isFree) => [.. Enumerable.Range(0, _forced.Length).Where(vm => CanMove(vm) && (_mustMove[vm] || isFree(vm)))];

    private Outcome Search(LoadLanes lanes, int[] movers, MoveBudget budget, Func<bool> isOver)
    {
        var searches = new BalanceSearch[Searches];
        Parallel.For(0, Searches, i => searches[i] = Searched(lanes, movers, budget, options.Seed + (i * SeedStep), isOver));
        WasCut |= searches.Any(s => s.WasCut);
        return OutcomeOf(lanes, searches.MinBy(s => (s.Waiting, s.BestScore))!.Best);
    }

    // Each has a state of its own, and of equal ends the first counts: which one is done first does not matter.
    private BalanceSearch Searched(LoadLanes lanes, int[] movers, MoveBudget budget, long seed, Func<bool> isOver)
    {
        var own = new ClusterState(layout);
        own.Restore(_forced);
        LoadField field = FieldOf(lanes, _forced);
        var search = new BalanceSearch(layout, own, field, new Pressure(layout, lanes, field), movers, _mustMove, budget, seed);
        search.Run(isOver);
        return search;
    }

    private LoadField FieldOf(LoadLanes lanes, ReadOnlySpan<int> place)
    {
        var field = new LoadField(layout, lanes);
        field.Rebuild(place);
        return field;
    }

    private bool CanMove(int vm) => !layout.IsFixed[vm] && !layout.Together[vm];

    private Outcome OutcomeOf(LoadLanes lanes, ReadOnlySpan<int> place)
    {
        int[] end = place.ToArray();
        state.Restore(end);
        return new(end, lanes, ClusterFigures.Of(layout, state).Score, ScoreOf(lanes, _forced), ScoreOf(lanes, end));
    }

    private double ScoreOf(LoadLanes lanes, int[] place) => FieldOf(lanes, place).Score;

    /// <summary>A placement.</summary>
    /// <param name="Place">Host of each VM.</param>
    /// <param name="Lanes">What the search saw as load.</param>
    /// <param name="Score">Cluster score.</param>
    /// <param name="Before">Score as the search saw it before, without what must move.</param>
    /// <param name="After">The same after it.</param>
    private sealed record Outcome(int[] Place, LoadLanes Lanes, double Score, double Before, double After)
    {
        /// <summary>Whether it lowers the score enough.</summary>
        /// <param name="minGain">Least fall of the score.</param>
        /// <param name="part">How much of what that asks for is enough, 0 to 1.</param>
        public bool IsWorthIt(double minGain, double part) => Before - After >= Needed(Before, minGain, part);

        public static double Needed(double before, double minGain, double part) => part * Math.Max(minGain, LeastShare * before);
    }

    /// <summary>What plans are measured by.</summary>
    /// <param name="Lanes">Load as the cluster score sees it, without the own size of hosts.</param>
    /// <param name="WholeCost">What it costs to move one VM at a time as often as that gains something.</param>
    /// <param name="Whole">What that leads to.</param>
    /// <param name="Budget">What a plan may cost.</param>
    /// <param name="Simple">What one VM at a time leads to with as many moves.</param>
    /// <param name="IsSimpleAffordable">Whether the budget covers that.</param>
    /// <param name="Part">How much of the whole way the limits allow, 0 to 1.</param>
    private sealed record Yardstick(LoadLanes Lanes, MoveBudget WholeCost, Outcome Whole, MoveBudget Budget, Outcome Simple, bool IsSimpleAffordable, double Part);

    /// <summary>What is to be done.</summary>
    /// <param name="End">Where it leads to.</param>
    /// <param name="Part">How much of the whole way that is.</param>
    private sealed record Choice(Outcome End, double Part);
}
