using System.Runtime.Intrinsics;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>How the VMs that a balance moved find their hosts while the moves are carried out, one after the other.</summary>
internal sealed class Arrivals
{
    private readonly LoadField _field;
    private readonly Pressure _pressure;
    private readonly IReadOnlyList<bool> _mustMove;
    private readonly List<int>[] _on;

    /// <param name="layout">The cluster.</param>
    /// <param name="lanes">What counts as load.</param>
    /// <param name="mustMove">VMs that move whatever they find.</param>
    public Arrivals(ClusterLayout layout, LoadLanes lanes, IReadOnlyList<bool> mustMove)
    {
        _field = new LoadField(layout, lanes);
        _field.Rebuild(layout.Home);
        _pressure = new Pressure(layout, lanes, _field);
        _mustMove = mustMove;
        _on = [.. layout.Hosts.Select(_ => new List<int>())];
        foreach (int vm in Enumerable.Range(0, layout.Vms.Length).Where(vm => layout.IsGuarded[vm] && !_pressure.IsTooHigh(vm, layout.Home[vm])))
        {
            _on[layout.Home[vm]].Add(vm);
        }
    }

    /// <summary>Whether a VM moves whatever it finds.</summary>
    public bool MustMove(int vm) => _mustMove[vm];

    /// <summary>How much too high a host would be for a VM that comes now or one that has come before; 0 or less = for none.</summary>
    public float Excess(int vm, int host)
    {
        Vector256<float> load = _field.LoadOf(vm, host);
        float most = _pressure.Excess(vm, host, load);
        foreach (int other in _on[host])
        {
            most = Math.Max(most, _pressure.Excess(other, host, load));
        }

        return most;
    }

    public void Move(int vm, int from, int to)
    {
        _field.Move(vm, from, to);
        _on[from].Remove(vm);
        if (!_mustMove[vm] || !_pressure.IsTooHigh(vm, to))
        {
            _on[to].Add(vm);
        }
    }
}
