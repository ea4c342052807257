using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads where VMs may be, a part of the schedule policy.</summary>
internal static class PlacementPolicyReader
{
    private const int MostEntries = 1_000;

    private static readonly IReadOnlyDictionary<string, GroupRule> Rules = new Dictionary<string, GroupRule>(StringComparer.Ordinal)
    {
        ["anti-affinity"] = GroupRule.AntiAffinity,
        ["affinity"] = GroupRule.Affinity,
        ["rack-spread"] = GroupRule.RackSpread,
    };

    public static PlacementPolicy Check(PlacementText? text, string at, List<string> problems)
    {
        GroupText[] groups = text?.Groups ?? [];
        JsonFile.RefuseTwins(groups.Select(g => g.Name ?? ""), at + "groups", problems);
        PlacementPolicy policy = new(
            Each(text?.Racks, at + "racks", problems, (r, field) => new RackHosts(JsonFile.Name(r.Rack, field + "rack", problems), Needed(r.Host, field + "host", problems))),
            Each(groups, at + "groups", problems, (g, field) => new VmGroup(JsonFile.Name(g.Name, field + "name", problems), JsonFile.Choice(g.Rule, Rules, field + "rule", problems), VmsOf(g.Vm, g.Tenant, field, problems))),
            Each(text?.Hosts, at + "hosts", problems, (h, field) => new HostBinding(VmsOf(h.Vm, h.Tenant, field, problems), HostsOf(h.Hosts, field + "hosts", problems))),
            Each(text?.Pinned, at + "pinned", problems, (p, field) => VmsOf(p.Vm, p.Tenant, field, problems)));
        if (policy.Racks.IsEmpty && policy.Groups.Any(g => g.Rule == GroupRule.RackSpread))
        {
            problems.Add($"{at}racks: there are none; allowed: at least one where a group has rule rack-spread, as its VMs are put on no host whose rack is not known");
        }

        return policy;
    }

    private static ImmutableArray<TResult> Each<TText, TResult>(TText[]? entries, string field, List<string> problems, Func<TText, string, TResult> read)
    {
        if (entries is { Length: > MostEntries })
        {
            problems.Add($"{field}: there are {entries.Length}; allowed: up to {MostEntries}");
        }

        return [.. (entries ?? []).Take(MostEntries).Select((entry, i) => read(entry, $"{field}[{i}]."))];
    }

    private static VmGlob VmsOf(string? vm, string? tenant, string at, List<string> problems)
    {
        if (string.IsNullOrEmpty(vm) && string.IsNullOrEmpty(tenant))
        {
            problems.Add($"{at}vm: '' is not valid; allowed: names of VMs, such as web-*, where tenant is left out");
        }

        return new(AnyOr(vm, at + "vm", problems), AnyOr(tenant, at + "tenant", problems));
    }

    private static ImmutableArray<NameGlob> HostsOf(string[]? hosts, string field, List<string> problems)
    {
        if (hosts is not { Length: > 0 and <= MostEntries })
        {
            problems.Add($"{field}: there are {hosts?.Length ?? 0}; allowed: 1 to {MostEntries} names of hosts, such as big-*");
        }

        return [.. (hosts ?? []).Take(MostEntries).Select((h, i) => Needed(h, $"{field}[{i}]", problems))];
    }

    private static NameGlob AnyOr(string? text, string field, List<string> problems) => new(JsonFile.Glob(text, field, problems) is { Length: > 0 } glob ? glob : "*");

    private static NameGlob Needed(string? text, string field, List<string> problems)
    {
        string glob = JsonFile.Glob(text, field, problems);
        if (glob.Length == 0)
        {
            problems.Add($"{field}: '' is not valid; allowed: names of hosts, * for any characters and ? for any one");
        }

        return new(glob);
    }

    /// <summary>The part as it is written.</summary>
    internal sealed record PlacementText(RackText[]? Racks, GroupText[]? Groups, BindingText[]? Hosts, PinText[]? Pinned);

    /// <summary>Where hosts stand, as it is written.</summary>
    internal sealed record RackText(string? Rack, string? Host);

    /// <summary>A group as it is written.</summary>
    internal sealed record GroupText(string? Name, string? Rule, string? Vm, string? Tenant);

    /// <summary>Hosts that VMs are bound to, as they are written.</summary>
    internal sealed record BindingText(string? Vm, string? Tenant, string[]? Hosts);

    /// <summary>VMs that stay, as they are written.</summary>
    internal sealed record PinText(string? Vm, string? Tenant);
}
