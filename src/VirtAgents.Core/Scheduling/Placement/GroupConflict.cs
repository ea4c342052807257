using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Placement;

/// <summary>A group whose rule a VM would break on a host.</summary>
/// <param name="Rule">How its VMs are to be.</param>
/// <param name="Group">Its name.</param>
/// <param name="Vms">The VMs by which it would be broken, by their place in the snapshot; empty = the rack of the host is unknown.</param>
public sealed record GroupConflict(Obstacle Rule, string Group, ImmutableArray<int> Vms)
{
    /// <summary>Names what is in the way of a VM that a rule keeps from a host.</summary>
    internal static GroupConflict Of(ClusterLayout layout, ClusterVm vm, int host, Obstacle rule)
    {
        ImmutableArray<string> groups = GroupsOf(vm, rule);
        foreach (string group in groups)
        {
            ImmutableArray<int> others = [.. Enumerable.Range(0, layout.Vms.Length).Where(v => IsInTheWay(layout, layout.Home[v], host, rule) && GroupsOf(layout.Vms[v], rule).Contains(group))];
            if (!others.IsEmpty)
            {
                return new(rule, group, others);
            }
        }

        return new(rule, groups[0], []);
    }

    private static ImmutableArray<string> GroupsOf(ClusterVm vm, Obstacle rule) => rule switch
    {
        Obstacle.AntiAffinity => vm.AntiAffinity,
        Obstacle.RackSpread => vm.RackSpread,
        _ => vm.Affinity,
    };

    private static bool IsInTheWay(ClusterLayout layout, int other, int host, Obstacle rule) => rule switch
    {
        Obstacle.AntiAffinity => other == host,
        Obstacle.RackSpread => layout.Hosts[host].Rack is { } rack && layout.Hosts[other].Rack == rack,
        _ => other != host,
    };
}
