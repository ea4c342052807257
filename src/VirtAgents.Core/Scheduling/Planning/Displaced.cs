namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>The VMs that are not at home at a stage of a search: as one list to draw from, and by the host they are on.</summary>
internal sealed class Displaced
{
    private readonly int[] _all;
    private readonly int[] _position;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _first;

    public Displaced(int vms, int hosts)
    {
        (_all, _position, _next, _previous, _first) = (new int[vms], new int[vms], new int[vms], new int[vms], new int[hosts]);
        Clear();
    }

    public int Count { get; private set; }

    public int this[int index] => _all[index];

    public bool Contains(int vm) => _position[vm] >= 0;

    /// <summary>The first that is on a host; below 0 = none.</summary>
    public int FirstOn(int host) => _first[host];

    /// <summary>The next one on the same host; below 0 = none.</summary>
    public int NextOf(int vm) => _next[vm];

    public void Clear()
    {
        Count = 0;
        Array.Fill(_position, -1);
        Array.Fill(_first, -1);
    }

    public void Add(int vm, int host)
    {
        (_position[vm], _all[Count]) = (Count, vm);
        Count++;
        (_next[vm], _previous[vm]) = (_first[host], -1);
        if (_first[host] >= 0)
        {
            _previous[_first[host]] = vm;
        }

        _first[host] = vm;
    }

    public void Remove(int vm, int host)
    {
        int last = _all[--Count];
        (_all[_position[vm]], _position[last]) = (last, _position[vm]);
        _position[vm] = -1;
        if (_previous[vm] >= 0)
        {
            _next[_previous[vm]] = _next[vm];
        }
        else
        {
            _first[host] = _next[vm];
        }

        if (_next[vm] >= 0)
        {
            _previous[_next[vm]] = _previous[vm];
        }
    }
}
