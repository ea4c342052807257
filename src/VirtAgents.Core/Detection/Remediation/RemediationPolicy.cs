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
    /// <summary>Kinds a rule may use: none of them costs a guest its data, and each undoes what a fault has done.</summary>
    public static ImmutableArray<DirectiveKind> Directives { get; } = [DirectiveKind.Start, DirectiveKind.Resume];

    /// <summary>Whether a VM that is seen in a state can be helped by the directive; one that is unknown never is.</summary>
    public bool Helps(VmState state) => Directive switch
    {
        DirectiveKind.Start => state == VmState.Crashed,
        DirectiveKind.Resume => state == VmState.Paused,
        _ => false,
    };

    /// <summary>Whether the rule is about a finding of a VM.</summary>
    public bool IsAbout(FindingKind kind, VmInfo vm, string host)
    {
        ArgumentNullException.ThrowIfNull(vm);
        return Findings.Contains(kind) && Fits(Vm, vm.Name) && Fits(Host, host) && (Tenant.Length == 0 || Tenant == vm.Tenant);
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
