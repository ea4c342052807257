using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Finds hosts for the VMs that must leave theirs, and makes room where there is none.</summary>
/// <param name="layout">The cluster.</param>
/// <param name="state">Where VMs are; it is changed.</param>
/// <param name="field">Load of the hosts.</param>
/// <param name="pressure">Which VMs would be taken from a host again.</param>
/// <param name="departures">What must leave.</param>
/// <param name="limit">Most moves and GB.</param>
/// <param name="hasty">
/// Where a balance follows: VMs that must have a host at once. Any other that finds only hosts where it would be taken from again, or
/// none, waits for the balance to make better room. Null = none follows.
/// </param>
internal sealed class Rehousing(ClusterLayout layout, ClusterState state, LoadField field, Pressure pressure, Departures departures, MoveBudget limit, IReadOnlySet<int>? hasty)
{
    private readonly List<Unsatisfied> _unsatisfied = [];
    private readonly List<int> _waiting = [];
    private readonly bool _takesAny = hasty is null || departures.Vms.All(hasty.Contains);
    private MoveBudget _left = limit;

    /// <summary>VMs that could not leave.</summary>
    public IReadOnlyList<Unsatisfied> Unsatisfied => _unsatisfied;

    /// <summary>VMs that wait.</summary>
    public IReadOnlyList<int> Waiting => _waiting;

    /// <summary>Moves them in the state; what is left out is told.</summary>
    public void Run()
    {
        field.Rebuild(state.Place);
        foreach (int vm in departures.Vms)
        {
            string? why = layout.Vms[vm].IsPinned ? "it is pinned"
                : layout.IsFixed[vm] ? $"the state of {layout.Hosts[layout.Home[vm]].Id} is unknown"
                : !_left.Covers(MigrationCost.Of(layout, vm)) ? "the limit of moves or GB does not allow it"
                : Find(vm) is { } host ? Move(vm, host)
                : IsPatient(vm) ? Wait(vm)
                : MakeRoom(vm) ? null
                : Obstacles(vm, state);
            if (why is not null)
            {
                _unsatisfied.Add(new(layout.Vms[vm].Id, $"{departures.Reason(vm)}, but {why}"));
            }
        }
    }

    /// <summary>Those that wait in vain.</summary>
    /// <param name="end">Where VMs are in the end.</param>
    public IEnumerable<int> InVain(ClusterState end) => _waiting.Where(vm => end.Place[vm] == layout.Home[vm]);

    /// <summary>Tells of those that wait in vain.</summary>
    /// <param name="end">Where VMs are in the end.</param>
    public IReadOnlyList<Unsatisfied> Tell(ClusterState end) =>
        [.. InVain(end).Select(vm => new Unsatisfied(layout.Vms[vm].Id, $"{departures.Reason(vm)}, but {Obstacles(vm, end)}"))];

    private string? Move(int vm, int to)
    {
        if (state.Place[vm] == layout.Home[vm])
        {
            _left = _left.Plus(MigrationCost.Of(layout, vm), -1);
        }

        field.Move(vm, state.Place[vm], to);
        state.Move(vm, to);
        return null;
    }

    // A balance moves none of those that belong together.
    private bool IsPatient(int vm) => hasty is not null && !hasty.Contains(vm) && !layout.Together[vm];

    private string? Wait(int vm)
    {
        _waiting.Add(vm);
        return null;
    }

    // The most even host of those where it will not be taken from again; if there is none, and it does not wait for one, the most even of all.
    private int? Find(int vm)
    {
        (int Host, float Score, bool IsCalm)? best = null;
        for (int host = 0; host < layout.Hosts.Length; host++)
        {
            if (host == state.Place[vm] || !IsAllowed(vm, host) || !state.Fits(vm, host))
            {
                continue;
            }

            float score = field.ScoreOfMove(vm, state.Place[vm], host);
            bool isCalm = pressure.WouldAccept(vm, host);
            if (!isCalm && IsPatient(vm))
            {
                continue;
            }

            if (best is not { } found || (isCalm && !found.IsCalm) || (isCalm == found.IsCalm && score < found.Score))
            {
                best = (host, score, isCalm);
            }
        }

        return best?.Host;
    }

    private bool IsAllowed(int vm, int host) =>
        (departures.Homes[vm] < 0 || departures.Homes[vm] == host) && (departures.Homes[vm] >= 0 || !layout.Together[vm] || HasRoomForAll(vm, host));

    // Of VMs that belong together the first goes only where the others can follow; the others go where it went.
    private bool HasRoomForAll(int vm, int host)
    {
        double memory = 0, vcpus = 0;
        foreach (int other in Companions(vm))
        {
            if (state.Place[other] == host)
            {
                return true;
            }

            if (departures.Reason(other) is null || layout.IsFixed[other] || state.Place[other] != layout.Home[other])
            {
                return false;
            }

            (memory, vcpus) = (memory + layout.Vms[other].MemoryMb, vcpus + layout.Vms[other].Vcpus);
        }

        return state.FreeMemoryMb[host] >= memory + layout.Vms[vm].MemoryMb && state.FreeVcpus[host] >= vcpus + layout.Vms[vm].Vcpus;
    }

    private IEnumerable<int> Companions(int vm) =>
        Enumerable.Range(0, layout.Vms.Length).Where(other => other != vm && layout.Vms[other].Affinity.Intersect(layout.Vms[vm].Affinity).Any());

    // One other VM makes room: the smallest that is enough, on the first host where it is. Beside a balance the one that it would rather send away.
    private bool MakeRoom(int vm)
    {
        double Height(int other) => hasty is null ? 0 : pressure.On(other, state.Place[other]);
        foreach (int other in Enumerable.Range(0, layout.Vms.Length).OrderByDescending(Height).ThenBy(o => layout.Vms[o].MemoryMb).ThenBy(o => o))
        {
            int host = state.Place[other];
            if (!MayGiveWay(other, vm) || Find(other) is not { } refuge)
            {
                continue;
            }

            Move(other, refuge);
            if (state.Fits(vm, host))
            {
                Move(vm, host);
                return true;
            }

            Move(other, host);
            _left = _left.Plus(MigrationCost.Of(layout, other));
        }

        return false;
    }

    // One that a balance would leave may have been moved before: it gives way only where nothing waits for better any more.
    private bool MayGiveWay(int other, int vm)
    {
        int host = state.Place[other];
        return other != vm && host != state.Place[vm] && layout.Carries[host] && !layout.IsFixed[other] && !layout.Together[other]
            && (_takesAny || pressure.IsTooHigh(other, host))
            && _left.Covers(MigrationCost.Of(layout, vm).Plus(MigrationCost.Of(layout, other)))
            && IsAllowed(vm, host) && state.FreeMemoryMb[host] + layout.Vms[other].MemoryMb >= layout.Vms[vm].MemoryMb;
    }

    private string Obstacles(int vm, ClusterState state)
    {
        IEnumerable<string> counts = Enumerable.Range(0, layout.Hosts.Length).Where(h => h != state.Place[vm])
            .Select(h => state.Refusal(vm, h) ?? Obstacle.Affinity).GroupBy(o => o).OrderByDescending(g => g.Count()).ThenBy(g => g.Key)
            .Select(g => $"{g.Count()} by {ObstacleNames.Of(g.Key)}");
        return $"no other host takes it (refused: {string.Join(", ", counts)})";
    }
}
