using System.Collections.Immutable;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Shares;

/// <summary>What a rule divides: an uplink or the CPU of a host.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Host">The host.</param>
internal sealed record SharePlace(ShareRule Rule, HostView Host)
{
    /// <summary>Tells it from others, also when it is looked at again.</summary>
    public (string Rule, HostId Host) Key => (Rule.Name, Host.Host.Id);

    /// <summary>What it is called, for people.</summary>
    public string Name => Rule.Resource == LimitedResource.Cpu ? "CPU" : Rule.Place;

    /// <summary>What there is; null = unknown.</summary>
    public double? Capacity => Rule.Capacity ?? (Host.Host.CpuCount > 0 ? Host.Host.CpuCount : null);

    /// <summary>All places that rules are about.</summary>
    public static ImmutableArray<SharePlace> Of(SharePolicy policy, IReadOnlyList<HostView> hosts) =>
        [.. hosts.SelectMany(h => policy.RulesOf(h.Host.Name).Select(r => new SharePlace(r, h)))];

    /// <summary>Whether a limit of its resource was set for the sake of it.</summary>
    public bool Has(HeldLimit limit) => limit.Resource == Rule.Resource && limit.Host == Host.Host.Id;

    /// <summary>What of a VM takes part: its interfaces or disks, or, as an empty name, itself.</summary>
    public IEnumerable<string> DevicesOf(VmInfo vm) => Rule.Resource == LimitedResource.Cpu ? [""] : vm.Interfaces.Where(Rule.Divides).Select(i => i.Mac);
}
