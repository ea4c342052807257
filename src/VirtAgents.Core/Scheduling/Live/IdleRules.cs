using System.Globalization;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>Rules of a policy that mean nobody: a name that is misspelt keeps nothing, and looks as if it did.</summary>
public static class IdleRules
{
    private const int MostNotes = 10;

    /// <summary>Tells of them, for people; at most ten, and how many more there are.</summary>
    /// <param name="rules">The policy.</param>
    /// <param name="vms">Names and owners of all VMs that are known, of all clusters; an owner is empty where there is none.</param>
    /// <param name="hosts">Names of all hosts.</param>
    public static IReadOnlyList<string> Of(PlacementPolicy rules, IReadOnlyCollection<(string Name, string Tenant)> vms, IReadOnlyCollection<string> hosts)
    {
        ArgumentNullException.ThrowIfNull(rules);
        bool MeansNone(VmGlob glob) => !vms.Any(v => glob.Matches(v.Name, v.Tenant));
        string[] notes =
        [
            .. rules.Groups.Where(g => MeansNone(g.Vms)).Select(g => $"placement.groups '{g.Name}' keeps nothing: {Told(g.Vms)}"),
            .. rules.Racks.Where(r => !hosts.Any(r.Hosts.Matches)).Select(r => $"placement.racks '{r.Rack}' keeps nothing: no host is called {r.Hosts.Text}"),
            .. rules.Bindings.Index().Where(b => MeansNone(b.Item.Vms)).Select(b => $"placement.hosts[{b.Index}] keeps nothing: {Told(b.Item.Vms)}"),
            .. rules.Bindings.Index().SelectMany(b => b.Item.Hosts.Where(h => !hosts.Any(h.Matches)).Select(h => $"placement.hosts[{b.Index}] names {h.Text}, but no host is called so")),
            .. rules.Pinned.Index().Where(p => MeansNone(p.Item)).Select(p => $"placement.pinned[{p.Index}] keeps nothing: {Told(p.Item)}"),
        ];
        return notes.Length <= MostNotes ? notes : [.. notes[..MostNotes], string.Create(CultureInfo.InvariantCulture, $"{notes.Length - MostNotes} more rules of placement mean nobody")];
    }

    private static string Told(VmGlob glob) => glob.Tenant.Text == "*" ? $"no VM is called {glob.Name.Text}" : $"no VM called {glob.Name.Text} is of a tenant called {glob.Tenant.Text}";
}
