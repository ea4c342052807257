using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Makes the load even by moves in an order in which each VM finds its host as whoever plans anew would leave it.</summary>
/// <remarks>
/// Where moves wait for each other in a circle there is no such order. One of them is left out then, the one that would find its host
/// highest, and the search is run again without it: simply giving it up would leave its host fuller than the search reckoned with, and others
/// could not come. That is seldom, so it costs little; after some searches what is left of the best plan is carried out.
/// </remarks>
internal sealed class OrderedBalancing(Balancing balancing, ClusterLayout layout, ClusterState state, PlanOptions options, LoadLanes lanes, Func<int, double> urgency)
{
    // Most plans need one, and most others two; of those that need more, four more find nearly all there is.
    private const int MostSearches = 5;

    private readonly HashSet<int> _staying = [];

    /// <summary>Whether time ended it.</summary>
    public bool WasCut => balancing.WasCut;

    /// <summary>Whether one VM at a time was moved, for want of time.</summary>
    public bool IsOneByOne { get; private set; }

    /// <summary>Whether VMs change places (<see cref="Balancing.IsExchange"/>).</summary>
    public bool IsExchange { get; private set; }

    /// <summary>Begins with a state in which every VM that must move has done so or waits for room; what it gives is ordered.</summary>
    /// <param name="isOver">Whether the time is over.</param>
    public WaveOrder Run(Func<bool> isOver)
    {
        WaveOrder? best = null;
        (int Waiting, double Score) bestRank = (int.MaxValue, 0);
        for (int search = 0; search < MostSearches && !WasCut; search++)
        {
            balancing.Run(lanes, _staying, isOver);
            WaveOrder order = Ordered([.. state.Place]);
            if (RankOf(order) is { } rank && rank.CompareTo(bestRank) < 0)
            {
                (best, bestRank, IsOneByOne, IsExchange) = (order, rank, balancing.IsOneByOne, balancing.IsExchange);
            }

            if (order.GivenUp.Count == 0)
            {
                break;
            }

            _staying.Add(order.GivenUp[0]);
        }

        return best ?? Ordered([.. balancing.Forced]);
    }

    private WaveOrder Ordered(int[] place)
    {
        Arrivals? arrivals = balancing.IsOneByOne || balancing.IsExchange ? null : new(layout, lanes, balancing.MustMove);
        WaveOrder order = new(layout, new ClusterState(layout), place, options.MaxConcurrent, urgency, arrivals);
        order.Run();
        return order;
    }

    // VMs that wait in vain, then how uneven it is; null = what is left of it is not worth it.
    private (int Waiting, double Score)? RankOf(WaveOrder order)
    {
        ClusterState end = order.End();
        int[] place = [.. end.Place];
        return order.GivenUp.Count == 0 || balancing.IsWorthIt(place) ? (balancing.Waiting(place), ClusterFigures.Of(layout, end).Score) : null;
    }
}
