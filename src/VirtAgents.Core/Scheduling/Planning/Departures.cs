using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Which VMs must leave where they are, and why.</summary>
internal sealed class Departures
{
    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;
    private readonly string?[] _reasons;

    public Departures(ClusterLayout layout, ClusterState state)
    {
        (_layout, _state, _reasons) = (layout, state, new string?[layout.Vms.Length]);
        Homes = [.. Enumerable.Repeat(-1, layout.Vms.Length)];
    }

    /// <summary>For each VM that must go to one host alone: the host; below 0 = any.</summary>
    public int[] Homes { get; }

    /// <summary>Those that must leave, largest first: the small ones find room later.</summary>
    public int[] Vms => [.. Enumerable.Range(0, _reasons.Length).Where(vm => _reasons[vm] is not null).OrderByDescending(vm => _layout.Vms[vm].MemoryMb).ThenBy(vm => vm)];

    /// <summary>Why a VM must leave; null = it need not.</summary>
    public string? Reason(int vm) => _reasons[vm];

    public void AddHosts(IEnumerable<int> hosts)
    {
        HashSet<int> leaving = [.. hosts];
        Add(vm => leaving.Contains(_state.Place[vm]) ? $"{HostOf(vm)} is to be emptied" : null);
    }

    public void AddBrokenRules()
    {
        Add(vm => _layout.Reach[vm] is { } reach && !reach[_state.Place[vm]] ? $"it may not be on {HostOf(vm)}, or its pools are not reached there" : null);
        AddConflicts();
        AddOverLimit();
        AddSplit();
    }

    public void Add(int vm, string reason) => _reasons[vm] = reason;

    private void Add(Func<int, string?> rule)
    {
        for (int vm = 0; vm < _reasons.Length; vm++)
        {
            _reasons[vm] ??= rule(vm);
        }
    }

    private string HostOf(int vm) => _layout.Hosts[_state.Place[vm]].Id;

    // Of those that are too many in one place the pinned stays, then the one of most worth, then the largest.
    private void AddConflicts()
    {
        var stays = new Dictionary<(int Group, int Place), int>();
        foreach (int vm in Enumerable.Range(0, _reasons.Length).Where(vm => _reasons[vm] is null).OrderByDescending(vm => _layout.IsFixed[vm])
            .ThenByDescending(vm => _layout.Vms[vm].Priority).ThenByDescending(vm => _layout.Vms[vm].MemoryMb).ThenBy(vm => vm))
        {
            foreach (int group in _layout.Apart.Of(vm))
            {
                int place = _layout.Apart.PlaceOf(group, _state.Place[vm]);
                if (place >= 0 && !stays.TryAdd((group, place), vm) && _reasons[vm] is null)
                {
                    _reasons[vm] = $"{_layout.Vms[stays[(group, place)]].Id} is there too, of group {_layout.Apart.Names[group]}";
                }
            }
        }
    }

    private void AddOverLimit()
    {
        ILookup<int, int> on = Enumerable.Range(0, _reasons.Length).ToLookup(vm => _state.Place[vm]);
        for (int host = 0; host < _layout.Hosts.Length; host++)
        {
            if (!_state.IsWithinLimits(host))
            {
                Relieve(host, [.. on[host].OrderBy(vm => _layout.Vms[vm].MemoryMb).ThenBy(vm => _layout.Vms[vm].Priority).ThenBy(vm => vm)]);
            }
        }
    }

    // The smallest that is enough by itself, else the largest and on from there.
    private void Relieve(int host, List<int> vms)
    {
        (double memory, double vcpus, double disk) = (-_state.FreeMemoryMb[host], -_state.FreeVcpus[host], -_state.FreeDiskGb[host]);
        foreach (int vm in vms.Where(vm => _reasons[vm] is not null))
        {
            Leave(_layout.Vms[vm], ref memory, ref vcpus, ref disk);
        }

        vms.RemoveAll(vm => _reasons[vm] is not null || _layout.IsFixed[vm]);
        while ((memory > 0 || vcpus > 0 || disk > 0) && vms.Count > 0)
        {
            int enough = vms.FindIndex(vm => _layout.Vms[vm].MemoryMb >= memory && _layout.Vms[vm].Vcpus >= vcpus && _layout.Vms[vm].DiskGb >= disk);
            int index = enough >= 0 ? enough : vms.Count - 1;
            Leave(_layout.Vms[vms[index]], ref memory, ref vcpus, ref disk);
            _reasons[vms[index]] = $"{_layout.Hosts[host].Id} was promised more than it has";
            vms.RemoveAt(index);
        }
    }

    private static void Leave(ClusterVm vm, ref double memory, ref double vcpus, ref double disk) =>
        (memory, vcpus, disk) = (memory - vm.MemoryMb, vcpus - vm.Vcpus, disk - vm.DiskGb);

    // VMs that belong together meet where a pinned one is, else where most of their memory is.
    private void AddSplit()
    {
        var members = _layout.Vms.SelectMany((v, vm) => v.Affinity.Select(group => (group, vm))).ToLookup(m => m.group, m => m.vm);
        foreach (IGrouping<string, int> group in members)
        {
            int meeting = group.GroupBy(vm => _state.Place[vm]).OrderByDescending(on => _layout.Carries[on.Key]).ThenByDescending(on => on.Any(vm => _layout.IsFixed[vm]))
                .ThenByDescending(on => on.Sum(vm => _layout.Vms[vm].MemoryMb)).ThenBy(on => on.Key).First().Key;
            foreach (int vm in group.Where(vm => _layout.Carries[meeting] && _state.Place[vm] != meeting))
            {
                _reasons[vm] ??= $"it belongs together with group {group.Key}";
                Homes[vm] = meeting;
            }
        }
    }
}
