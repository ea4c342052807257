using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Finds hosts for the VMs that must leave theirs, and makes room where there is none.</summary>
internal sealed class Rehousing(ClusterLayout layout, ClusterState state, LoadField field, Pressure pressure, Departures departures, MoveBudget limit)
{
    private readonly List<Unsatisfied> _unsatisfied = [];
    private MoveBudget _left = limit;

    /// <summary>VMs that could not leave.</summary>
    public IReadOnlyList<Unsatisfied> Unsatisfied => _unsatisfied;

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
                : MakeRoom(vm) ? null
                : Obstacles(vm);
            if (why is not null)
            {
                _unsatisfied.Add(new(layout.Vms[vm].Id, $"{departures.Reason(vm)}, but {why}"));
            }
        }
    }

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

    // The most even host of those where it will not be taken from again; if there is none, the most even of all.
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

    // One other VM makes room: the smallest that is enough, on the first host where it is.
    private bool MakeRoom(int vm)
    {
        foreach (int other in Enumerable.Range(0, layout.Vms.Length).OrderBy(o => layout.Vms[o].MemoryMb).ThenBy(o => o))
        {
            int host = state.Place[other];
            if (other == vm || host == state.Place[vm] || layout.IsFixed[other] || !_left.Covers(MigrationCost.Of(layout, vm).Plus(MigrationCost.Of(layout, other))) || layout.Together[other] || !layout.Carries[host] || !IsAllowed(vm, host)
                || state.FreeMemoryMb[host] + layout.Vms[other].MemoryMb < layout.Vms[vm].MemoryMb || Find(other) is not { } refuge)
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

    private string Obstacles(int vm)
    {
        IEnumerable<string> counts = Enumerable.Range(0, layout.Hosts.Length).Where(h => h != state.Place[vm])
            .Select(h => state.Refusal(vm, h) ?? Obstacle.Affinity).GroupBy(o => o).OrderByDescending(g => g.Count()).ThenBy(g => g.Key)
            .Select(g => $"{g.Count()} by {ObstacleNames.Of(g.Key)}");
        return $"no other host takes it (refused: {string.Join(", ", counts)})";
    }
}
