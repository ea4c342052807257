using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <content>Exchanges, where moving any one VM gains nothing. Elsewhere they would gain too, but plans from the middle of others would move again what those have moved.</content>
internal sealed partial class Balancing
{
    /// <summary>What exchanges lead to; null when that is not worth it.</summary>
    private Choice? Exchanged(LoadLanes lanes)
    {
        MoveBudget limit = MoveBudget.Unlimited.AtMost(options.MaxMoves, options.MaxGb);
        (MoveBudget wholeCost, Outcome whole) = Exchange(lanes, MoveBudget.Unlimited, 1);
        double part = PartOf(limit.AtMost(wholeCost.Moves, wholeCost.PromisedGb), wholeCost);
        Outcome end = part < 1 ? Exchange(lanes, limit, part).End : whole;
        return whole.IsWorthIt(_minGain, 1) && end.IsWorthIt(_minGain, part) ? new(end, part) : null;
    }

    private (MoveBudget Cost, Outcome End) Exchange(LoadLanes lanes, in MoveBudget limit, double part)
    {
        var own = new ClusterState(layout);
        own.Restore(_forced);
        var field = new LoadField(layout, lanes);
        field.Rebuild(_forced);
        bool[] movable = [.. layout.UseIsKnown.Select((isKnown, vm) => isKnown && CanMove(vm) && !layout.IsGuarded[vm])];
        var descent = new ExchangeDescent(layout, own, field, new Pressure(layout, lanes, field), movable);
        double worth = field.Score - Outcome.Needed(field.Score, _minGain, part);
        MoveBudget cost = descent.Run(limit, worth);
        return (cost, OutcomeOf(lanes, own.Place));
    }
}
