using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>A move in its wave, by index.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="From">Host it leaves.</param>
/// <param name="To">Host it goes to.</param>
/// <param name="Wave">Wave, from 0.</param>
/// <param name="IsParking">Whether it only makes room, and the VM goes on later.</param>
internal readonly record struct OrderedMove(int Vm, int From, int To, int Wave, bool IsParking);

/// <summary>Orders moves into waves so that each is possible when its turn comes, with the VM counted on both hosts during its wave.</summary>
/// <remarks>
/// A host first sends what it is to send and then receives, so that at no time it carries more than before and after, and
/// what has come to it does not find it fuller than it will be; a VM that finds it calm may come earlier. Where moves wait for each other in a circle,
/// one that must goes first, for which another VM is parked elsewhere if it does not fit. One of a balance is rather given up: who plans anew at
/// that moment would take it away again.
/// </remarks>
internal sealed class WaveOrder
{
    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;
    private readonly Arrivals? _arrivals;
    private readonly int[] _final;
    private readonly int _concurrent;
    private readonly int[] _busy;
    private readonly int[] _sending;
    private readonly HashSet<int> _parked = [];
    private readonly HashSet<int> _keeping = [];
    private readonly List<OrderedMove> _moves = [];
    private readonly List<int> _pending;
    private readonly List<int> _givenUp = [];

    /// <summary>Begins where the state is.</summary>
    /// <param name="layout">The cluster.</param>
    /// <param name="state">Where VMs are; it is changed.</param>
    /// <param name="final">Where they are to be.</param>
    /// <param name="concurrent">Most moves of a host in one wave.</param>
    /// <param name="urgency">What goes first.</param>
    /// <param name="arrivals">How they find their hosts; null = all must move.</param>
    public WaveOrder(ClusterLayout layout, ClusterState state, int[] final, int concurrent, Func<int, double> urgency, Arrivals? arrivals = null)
    {
        (_layout, _state, _final, _concurrent, _arrivals) = (layout, state, final, concurrent, arrivals);
        (_busy, _sending) = (new int[layout.Hosts.Length], new int[layout.Hosts.Length]);
        _pending = [.. Enumerable.Range(0, final.Length).Where(vm => final[vm] != state.Place[vm]).OrderByDescending(urgency).ThenBy(vm => vm)];
        foreach (int vm in _pending)
        {
            _sending[state.Place[vm]]++;
        }
    }

    /// <summary>The moves, once it has run.</summary>
    public IReadOnlyList<OrderedMove> Moves => _moves;

    /// <summary>VMs that must move and cannot; they stay.</summary>
    public IReadOnlyList<int> Stuck => _pending;

    /// <summary>VMs of a balance that were given up, the first one first; they stay.</summary>
    public IReadOnlyList<int> GivenUp => _givenUp;

    /// <summary>Orders all there is.</summary>
    public List<OrderedMove> Run()
    {
        for (int wave = 0; _pending.Count > 0;)
        {
            int before = _moves.Count;
            Fill(wave, IsReady);
            if (_moves.Count == before)
            {
                Fill(wave, MustMove);
            }

            if (_moves.Count > before || Park(wave))
            {
                End(before);
                wave++;
            }
            else if (!GiveUpOne())
            {
                break;
            }
        }

        return _moves;
    }

    /// <summary>What the moves lead to.</summary>
    public ClusterState End()
    {
        var end = new ClusterState(_layout);
        foreach (OrderedMove move in _moves)
        {
            end.Move(move.Vm, move.To);
        }

        return end;
    }

    private void Fill(int wave, Func<int, bool> isTurn)
    {
        int kept = 0;
        for (int i = 0; i < _pending.Count; i++)
        {
            int vm = _pending[i], from = _state.Place[vm], to = _final[vm];
            if (_busy[from] < _concurrent && _busy[to] < _concurrent && isTurn(vm) && _state.Fits(vm, to))
            {
                Start(new(vm, from, to, wave, IsParking: false));
            }
            else
            {
                _pending[kept++] = vm;
            }
        }

        _pending.RemoveRange(kept, _pending.Count - kept);
    }

    // A host that keeps what it was to send is fuller than was reckoned with.
    private bool IsReady(int vm) =>
        (_sending[_final[vm]] == 0 && (!_keeping.Contains(_final[vm]) || MustMove(vm))) || (_arrivals is not null && _arrivals.Excess(vm, _final[vm]) <= 0);

    // One that is parked goes on: it is where nobody wants it.
    private bool MustMove(int vm) => _arrivals is null || _parked.Contains(vm) || _arrivals.MustMove(vm);

    private void Start(OrderedMove move)
    {
        _arrivals?.Move(move.Vm, move.From, move.To);
        _busy[move.From]++;
        _busy[move.To]++;
        _state.Count(move.Vm, move.To, 1);
        _moves.Add(move);
    }

    private void End(int first)
    {
        foreach (OrderedMove move in _moves.Skip(first))
        {
            _state.Count(move.Vm, move.To, -1);
            _state.Move(move.Vm, move.To);
            (_busy[move.From], _busy[move.To]) = (0, 0);
            _sending[move.From] -= move.IsParking ? 0 : 1;
            if (move.IsParking)
            {
                _sending[move.From]--;
                _sending[move.To]++;
            }
        }
    }

    // The one that would find its host highest.
    private bool GiveUpOne()
    {
        int[] free = [.. _pending.Where(vm => !MustMove(vm))];
        if (free.Length == 0)
        {
            return false;
        }

        int worst = free.MaxBy(vm => _arrivals!.Excess(vm, _final[vm]));
        int host = _state.Place[worst];
        _sending[host]--;
        _keeping.Add(host);
        _pending.Remove(worst);
        _givenUp.Add(worst);
        return true;
    }

    // The smallest VM whose leaving lets another one begin that must; none is parked twice.
    private bool Park(int wave)
    {
        foreach (int vm in _pending.Where(vm => !_parked.Contains(vm)).OrderBy(vm => _layout.Vms[vm].MemoryMb).ThenBy(vm => vm))
        {
            int from = _state.Place[vm];
            for (int host = 0; host < _layout.Hosts.Length; host++)
            {
                if (host == from || host == _final[vm] || !_state.Fits(vm, host))
                {
                    continue;
                }

                _state.Move(vm, host);
                bool helps = _pending.Exists(other => other != vm && MustMove(other) && _state.Fits(other, _final[other]));
                _state.Move(vm, from);
                if (helps)
                {
                    _parked.Add(vm);
                    Start(new(vm, from, host, wave, IsParking: true));
                    return true;
                }
            }
        }

        return false;
    }
}
