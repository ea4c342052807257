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
/// what has come to it does not find it fuller than it will be. Only where moves wait for each other in a circle is one of the VMs parked elsewhere.
/// </remarks>
internal sealed class WaveOrder
{
    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;
    private readonly int[] _final;
    private readonly int _concurrent;
    private readonly int[] _busy;
    private readonly int[] _sending;
    private readonly HashSet<int> _parked = [];
    private readonly List<OrderedMove> _moves = [];
    private readonly List<int> _pending;

    /// <summary>Begins where the state is.</summary>
    public WaveOrder(ClusterLayout layout, ClusterState state, int[] final, int concurrent, Func<int, double> urgency)
    {
        (_layout, _state, _final, _concurrent) = (layout, state, final, concurrent);
        (_busy, _sending) = (new int[layout.Hosts.Length], new int[layout.Hosts.Length]);
        _pending = [.. Enumerable.Range(0, final.Length).Where(vm => final[vm] != state.Place[vm]).OrderByDescending(urgency).ThenBy(vm => vm)];
        foreach (int vm in _pending)
        {
            _sending[state.Place[vm]]++;
        }
    }

    /// <summary>VMs that cannot get where they should; they stay.</summary>
    public IReadOnlyList<int> Stuck => _pending;

    public List<OrderedMove> Run()
    {
        for (int wave = 0; _pending.Count > 0; wave++)
        {
            int before = _moves.Count;
            Fill(wave, onlyReady: true);
            if (_moves.Count == before)
            {
                Fill(wave, onlyReady: false);
            }

            if (_moves.Count == before && !Park(wave))
            {
                break;
            }

            End(before);
        }

        return _moves;
    }

    private void Fill(int wave, bool onlyReady)
    {
        int kept = 0;
        for (int i = 0; i < _pending.Count; i++)
        {
            int vm = _pending[i], from = _state.Place[vm], to = _final[vm];
            if (_busy[from] < _concurrent && _busy[to] < _concurrent && (!onlyReady || _sending[to] == 0) && _state.Fits(vm, to))
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

    private void Start(OrderedMove move)
    {
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

    // The smallest VM whose leaving lets another move begin; none is parked twice.
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
                bool helps = _pending.Exists(other => other != vm && _state.Fits(other, _final[other]));
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
