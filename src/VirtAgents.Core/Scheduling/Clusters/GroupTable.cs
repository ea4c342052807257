using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>
/// Groups whose VMs are to be apart: by host or by rack. A place is a host or a rack, so both are one rule: in no place more than one.
/// </summary>
internal sealed class GroupTable
{
    private readonly int[] _starts;
    private readonly int[] _groups;
    private readonly bool[] _byRack;
    private readonly int[] _rackOf;
    private readonly Dictionary<(string, bool), int> _ids;

    private GroupTable(int[] starts, int[] groups, Dictionary<(string, bool), int> ids, int[] rackOf, int hosts)
    {
        (_starts, _groups, _ids, _rackOf, Places) = (starts, groups, ids, rackOf, hosts);
        Names = [.. ids.OrderBy(i => i.Value).Select(i => i.Key.Item1)];
        _byRack = [.. ids.OrderBy(i => i.Value).Select(i => i.Key.Item2)];
    }

    /// <summary>Names of the groups.</summary>
    public string[] Names { get; }

    /// <summary>Places of a group at most: there are no more racks than hosts.</summary>
    public int Places { get; }

    public static GroupTable Of(ImmutableArray<ClusterVm> vms, ImmutableArray<ClusterHost> hosts)
    {
        var ids = new Dictionary<(string, bool), int>();
        var starts = new int[vms.Length + 1];
        var groups = new List<int>();
        for (int vm = 0; vm < vms.Length; vm++)
        {
            groups.AddRange(vms[vm].AntiAffinity.Distinct().Select(g => IdOf(ids, (g, false))));
            groups.AddRange(vms[vm].RackSpread.Distinct().Select(g => IdOf(ids, (g, true))));
            starts[vm + 1] = groups.Count;
        }

        return new(starts, [.. groups], ids, RacksOf(hosts), hosts.Length);
    }

    public ReadOnlySpan<int> Of(int vm) => _groups.AsSpan(_starts[vm], _starts[vm + 1] - _starts[vm]);

    /// <summary>A group by its name; null = no VM is in it.</summary>
    public int? Find(string name, bool byRack) => _ids.TryGetValue((name, byRack), out int id) ? id : null;

    public bool IsByRack(int group) => _byRack[group];

    /// <summary>Place of a host for a group; below 0 = unknown.</summary>
    public int PlaceOf(int group, int host) => _byRack[group] ? _rackOf[host] : host;

    private static int IdOf(Dictionary<(string, bool), int> ids, (string, bool) key)
    {
        if (!ids.TryGetValue(key, out int id))
        {
            ids.Add(key, id = ids.Count);
        }

        return id;
    }

    private static int[] RacksOf(ImmutableArray<ClusterHost> hosts)
    {
        var racks = new Dictionary<string, int>(StringComparer.Ordinal);
        var of = new int[hosts.Length];
        for (int host = 0; host < hosts.Length; host++)
        {
            of[host] = hosts[host].Rack is not { } rack ? -1 : racks.TryGetValue(rack, out int known) ? known : racks[rack] = racks.Count;
        }

        return of;
    }
}
