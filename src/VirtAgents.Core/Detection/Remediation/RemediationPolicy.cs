using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Remediation;

/// <summary>How far a rule goes by itself.</summary>
public enum RemediationMode
{
    /// <summary>Nothing is done, and nothing is said beyond the incident.</summary>
    Observe = 0,

    /// <summary>The incident says what the rule would do, and nothing is done.</summary>
    Recommend = 1,

    /// <summary>The incident proposes the directive, and it is sent once a person has approved it.</summary>
    Approve = 2,

    /// <summary>The directive is sent.</summary>
    Auto = 3,
}

/// <summary>What is to be done about findings of some kinds.</summary>
/// <param name="Name">Name, unique in its policy; it is in the record of everything the rule does.</param>
/// <param name="Findings">Kinds of findings it is about; all are about VMs.</param>
/// <param name="Vm">Only VMs whose name fits this glob; empty = any.</param>
/// <param name="Host">Only on hosts whose name fits this glob; empty = any.</param>
/// <param name="Tenant">Only VMs of this tenant; empty = any.</param>
/// <param name="Mode">How far it goes.</param>
/// <param name="Directive">What it does; one of <see cref="Directives"/>.</param>
/// <param name="Limit">At most so many times for one VM within <paramref name="Window"/>; 1 to 100.</param>
/// <param name="Window">Time over which tries are counted; 1 minute to 7 days.</param>
/// <param name="FirstPause">Time between the first try and the second; twice as long before each further one. 1 s to 1 h.</param>
public sealed record RemediationRule(
    string Name, ImmutableArray<FindingKind> Findings, string Vm, string Host, string Tenant, RemediationMode Mode, DirectiveKind Directive,
    int Limit, TimeSpan Window, TimeSpan FirstPause)
{
    /// <summary>Kinds a rule may use: none of them costs a guest its data.</summary>
    public static ImmutableArray<DirectiveKind> Directives { get; } = [DirectiveKind.Start, DirectiveKind.Resume, DirectiveKind.SetLink, DirectiveKind.Migrate];

    /// <summary>How far it throttles; null = it does something else. Its directive is the one that limits the resource then.</summary>
    public ThrottleBounds? Throttle { get; init; }

    /// <summary>Only findings whose detail (rule of a threshold, disk, device) fits this glob; empty = any.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The interface to set down is the one whose network fits this glob; empty = any. Of <see cref="DirectiveKind.SetLink"/> alone.</summary>
    public string Network { get; init; } = "";

    /// <summary>Address of the hypervisor to migrate to; of <see cref="DirectiveKind.Migrate"/> alone.</summary>
    public string To { get; init; } = "";

    /// <summary>
    /// Whether a kind needs a person each time and is done at most once about a finding: it undoes no fault, so the finding may well go on,
    /// and it takes something from a guest that works.
    /// </summary>
    public static bool NeedsApproval(DirectiveKind kind) => kind is DirectiveKind.SetLink or DirectiveKind.Migrate;

    /// <summary>Whether a VM that is seen in a state can be helped by the directive; one that is unknown never is.</summary>
    public bool Helps(VmState state) => Directive switch
    {
        DirectiveKind.Start => state == VmState.Crashed,
        DirectiveKind.Resume => state == VmState.Paused,
        DirectiveKind.SetLink => state is VmState.Running or VmState.Paused,
        DirectiveKind.Migrate or DirectiveKind.SetCpuQuota or DirectiveKind.SetDiskLimit => state == VmState.Running,
        _ => false,
    };

    /// <summary>Parameters of the directive for a VM; null = it cannot be told which interface is meant.</summary>
    public ImmutableSortedDictionary<string, string>? ParametersFor(VmInfo vm)
    {
        ArgumentNullException.ThrowIfNull(vm);
        ImmutableSortedDictionary<string, string> none = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        if (Directive != DirectiveKind.SetLink)
        {
            return Directive == DirectiveKind.Migrate ? none.Add("destination", To) : none;
        }

        // Two at a time would be two directives, and with one of them down the guest is cut off only by half.
        VmInterfaceInfo[] meant = [.. vm.Interfaces.Where(i => Fits(Network, i.Network))];
        return meant.Length == 1 && meant[0].Mac.Length > 0 ? none.Add("mac", meant[0].Mac).Add("state", "down") : null;
    }

    /// <summary>Whether the rule is about a finding of a VM.</summary>
    public bool IsAbout(FindingKey finding, VmInfo vm, string host)
    {
        ArgumentNullException.ThrowIfNull(vm);
        return Findings.Contains(finding.Kind) && (Throttle?.IsAbout(finding) ?? true) && Fits(Detail, finding.Detail) && Fits(Vm, vm.Name) && Fits(Host, host) && (Tenant.Length == 0 || Tenant == vm.Tenant);
    }

    private static bool Fits(string glob, string name) => glob.Length == 0 || new NameGlob(glob).Matches(name);
}

/// <summary>What the collector may do by itself about findings. The first rule that is about a finding decides.</summary>
/// <param name="Rules">Rules, in order.</param>
/// <param name="MaxPerHour">Most directives of all rules together in an hour; a storm is for people to look at.</param>
public sealed record RemediationPolicy(ImmutableArray<RemediationRule> Rules, int MaxPerHour)
{
    /// <summary>Nothing is done.</summary>
    public static RemediationPolicy None { get; } = new([], 0);

    /// <summary>How long a proposal may be approved; 1 minute to 7 days.</summary>
    public TimeSpan ProposalLifetime { get; init; } = TimeSpan.FromHours(1);
}
