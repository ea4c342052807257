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
            ImmutableArray<int> others = [.. Enumerable.Range(0, layout.Vms.Length).Where(v => IsWrong(layout, layout.Home[v], host, rule) && GroupsOf(layout.Vms[v], rule).Contains(group))];
            if (!others.IsEmpty)
            {
                return new(rule, group, others);
            }
        }

        return new(rule, groups[0], []);
    }

    /// <summary>Whether a VM of the snapshot keeps another from a host by a rule of a group that both are in.</summary>
    internal static bool IsBetween(ClusterLayout layout, int other, ClusterVm vm, int host, Obstacle rule) =>
        rule is Obstacle.AntiAffinity or Obstacle.RackSpread or Obstacle.Affinity && IsWrong(layout, layout.Home[other], host, rule) && GroupsOf(layout.Vms[other], rule).Any(GroupsOf(vm, rule).Contains);

    private static ImmutableArray<string> GroupsOf(ClusterVm vm, Obstacle rule) => rule switch
    {
        Obstacle.AntiAffinity => vm.AntiAffinity,
        Obstacle.RackSpread => vm.RackSpread,
        _ => vm.Affinity,
    };

    private static bool IsWrong(ClusterLayout layout, int other, int host, Obstacle rule) => rule switch
    {
        Obstacle.AntiAffinity => other == host,
        Obstacle.RackSpread => layout.Hosts[host].Rack is { } rack && layout.Hosts[other].Rack == rack,
        _ => other != host,
    };
}
