using System.Globalization;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Takes VMs from hosts whose CPU is nearly used up until that is over, with few moves; all other hosts are left as they are.</summary>
/// <remarks>
/// A host is hot when what is known of its VMs reaches the ceiling; of one whose VMs wait for CPU (<see cref="ClusterHost.IsSaturated"/>) that is at most what the mean host uses, which no
/// move changes. It is relieved down to nine tenths of that, and no host is filled further than nine tenths of the ceiling or than the relieved host was at first, with what is not known counted as on
/// every plan. A saturated host takes none, whether it is closed or not. So whoever plans anew, from the end or from any point in between, finds a VM that was moved on a host that is not hot.
/// </remarks>
internal sealed class Relief
{
    // Between this part of the ceiling and the ceiling nothing is done.
    private const double CalmPart = 0.9;

    // A VM that uses less of its host than this is no relief: the next measurement differs by as much.
    private const double LeastShare = 0.02;

    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;
    private readonly LoadField _field;
    private readonly Departures _departures;
    private readonly List<Unsatisfied> _unsatisfied = [];
    private readonly double[] _known;
    private readonly double[] _reckoned;
    private readonly double _ceiling;
    private readonly double[] _ceilings;
    private readonly double[] _most;
    private MoveBudget _left;

    public Relief(ClusterLayout layout, ClusterState state, LoadField field, Departures departures, PlanOptions options)
    {
        (_layout, _state, _field, _departures) = (layout, state, field, departures);
        (_ceiling, _left) = (options.Ceiling, MoveBudget.Unlimited.AtMost(options.MaxMoves, options.MaxGb));
        _known = KnownCores(layout, state.Place);
        _ceilings = CeilingsOf(layout, _known, _ceiling);

        // Share that may be in use where VMs of a host go: it is no relief when more is in use there than where they were.
        _most = [.. Enumerable.Range(0, _known.Length).Select(h => Math.Min(CalmPart * _ceiling, ShareOf(h)))];
        _reckoned = [.. ClusterFigures.LoadsOf(layout, state.Place).Select(l => l.CpuCores)];
        field.Rebuild(state.Place);
    }

    /// <summary>Hosts that stay hot.</summary>
    public IReadOnlyList<Unsatisfied> Unsatisfied => _unsatisfied;

    /// <summary>pCPUs that VMs are known to use on each host; VMs of which that is unknown are left out.</summary>
    public static double[] KnownCores(ClusterLayout layout, ReadOnlySpan<int> place)
    {
        var cores = new double[layout.Hosts.Length];
        for (int vm = 0; vm < place.Length; vm++)
        {
            cores[place[vm]] += layout.Vms[vm].Use.CpuCores ?? 0;
        }

        return cores;
    }

    /// <summary>Share of each host's CPU from which on it is hot.</summary>
    /// <param name="layout">The cluster.</param>
    /// <param name="known">pCPUs that VMs are known to use on each host.</param>
    /// <param name="ceiling">That of a host whose VMs do not wait.</param>
    public static double[] CeilingsOf(ClusterLayout layout, double[] known, double ceiling)
    {
        int[] carrying = [.. Enumerable.Range(0, known.Length).Where(h => layout.Carries[h])];
        double mean = carrying.Sum(h => known[h]) / Math.Max(1, carrying.Sum(h => layout.Hosts[h].Size.CpuCores));
        return [.. layout.Hosts.Select(h => h.IsSaturated ? Math.Min(ceiling, mean) : ceiling)];
    }

    /// <summary>Moves VMs in the state, the hottest host first; a host that was relieved may make room for what another one could not get rid of.</summary>
    public void Run()
    {
        int[] hot = [.. Enumerable.Range(0, _known.Length).Where(IsHot).OrderByDescending(ShareOf).ThenBy(h => h)];
        ILookup<int, int> on = Enumerable.Range(0, _state.Place.Length).Where(IsMovable).ToLookup(vm => _state.Place[vm]);
        while (hot.Any(h => Relieve(h, [.. on[h].Where(vm => _state.Place[vm] == h)])))
        {
        }

        _unsatisfied.AddRange(hot.Where(IsHot).Select(h => new Unsatisfied(_layout.Hosts[h].Id, $"{Told(h)}, and no other VM of it can be moved to a host that stays below {Percent(_most[h])}")));
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");

    private double ShareOf(int host) => _known[host] / _layout.Hosts[host].Size.CpuCores;

    private bool IsHot(int host) => _layout.Carries[host] && (ShareOf(host) >= _ceiling || (_layout.Hosts[host].IsSaturated && ShareOf(host) > _ceilings[host]));

    private bool IsMovable(int vm) => !_layout.IsFixed[vm] && !_layout.Together[vm] && _layout.UseIsKnown[vm];

    private string Told(int host)
    {
        (string id, string used) = (_layout.Hosts[host].Id, Percent(ShareOf(host)));
        return _layout.Hosts[host].IsSaturated && _ceilings[host] < _ceiling
            ? $"VMs of {id} wait for CPU, and it uses {used} of it, where the mean host uses {Percent(_ceilings[host])}"
            : $"{id} uses {used} of its CPU, {Percent(_ceilings[host])} or more";
    }

    private bool Relieve(int host, List<int> vms)
    {
        if (!IsHot(host))
        {
            return false;
        }

        string why = Told(host);
        bool hasMoved = false;
        while (ShareOf(host) > CalmPart * _ceilings[host] && Choose(host, vms) is { } move)
        {
            Move(move.Vm, move.To);
            _departures.Add(move.Vm, why);
            hasMoved = vms.Remove(move.Vm);
        }

        return hasMoved;
    }

    // Of VMs that are enough by themselves the one that is the least to send, else the one that uses most; and where it goes, what leaves the load most even.
    private (int Vm, int To)? Choose(int host, List<int> vms)
    {
        double excess = _known[host] - (CalmPart * _ceilings[host] * _layout.Hosts[host].Size.CpuCores), least = LeastShare * _layout.Hosts[host].Size.CpuCores;
        IEnumerable<int> order = vms.Where(vm => _layout.Uses[vm].CpuCores >= least && _left.Covers(MigrationCost.Of(_layout, vm)))
            .OrderByDescending(vm => _layout.Uses[vm].CpuCores >= excess)
            .ThenBy(vm => _layout.Uses[vm].CpuCores >= excess ? MigrationCost.Of(_layout, vm).UsedGb : -_layout.Uses[vm].CpuCores).ThenBy(vm => vm);
        foreach (int vm in order)
        {
            if (TargetOf(vm) is { } to)
            {
                return (vm, to);
            }
        }

        return null;
    }

    private int? TargetOf(int vm)
    {
        int? best = null;
        float least = float.PositiveInfinity;
        for (int host = 0; host < _known.Length; host++)
        {
            if (host == _state.Place[vm] || _layout.Hosts[host].IsSaturated || !StaysCalm(host, vm) || !_state.Fits(vm, host))
            {
                continue;
            }

            float score = _field.ScoreOfMove(vm, _state.Place[vm], host);
            (best, least) = score < least ? (host, score) : (best, least);
        }

        return best;
    }

    private bool StaysCalm(int host, int vm) => _reckoned[host] + _layout.Uses[vm].CpuCores <= _most[_state.Place[vm]] * _layout.Hosts[host].Size.CpuCores;

    private void Move(int vm, int to)
    {
        int from = _state.Place[vm];
        double cores = _layout.Uses[vm].CpuCores;
        _left = _left.Plus(MigrationCost.Of(_layout, vm), -1);
        (_known[from], _known[to]) = (_known[from] - cores, _known[to] + cores);
        (_reckoned[from], _reckoned[to]) = (_reckoned[from] - cores, _reckoned[to] + cores);
        _field.Move(vm, from, to);
        _state.Move(vm, to);
    }
}
