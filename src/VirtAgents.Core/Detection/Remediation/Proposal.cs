using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Remediation;

/// <summary>Where a proposal stands. The numbers are part of the API and of the control database: never reuse one.</summary>
public enum ProposalState
{
    /// <summary>Not a state; as a filter: any.</summary>
    Unspecified = 0,

    /// <summary>It may be approved.</summary>
    Open = 1,

    /// <summary>A person has approved it, and its directive was recorded.</summary>
    Approved = 2,

    /// <summary>A person has declined it.</summary>
    Declined = 3,

    /// <summary>Nobody has decided in time.</summary>
    Expired = 4,

    /// <summary>Its finding has ended, or the policy does not propose it any more.</summary>
    Withdrawn = 5,
}

/// <summary>What a rule proposes to do about a finding.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Kind">Kind of the finding.</param>
/// <param name="Detail">Detail of the finding.</param>
/// <param name="SinceUnixMs">Since when the finding holds, milliseconds since 1970 UTC: tells it from a later one of the same kind.</param>
/// <param name="Vm">The VM that it is about.</param>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Directive">What would be sent.</param>
/// <param name="ExpiresUnixMs">It may be approved before this time, milliseconds since 1970 UTC.</param>
/// <param name="State">Where it stands.</param>
public sealed record Proposal(
    Guid Id, FindingKind Kind, string Detail, long SinceUnixMs, VmId Vm, string Rule, DirectiveKind Directive, long ExpiresUnixMs, ProposalState State)
{
    /// <summary>Whether it was made about a finding, as long as that holds.</summary>
    public bool IsAbout(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.SinceUnixMs == SinceUnixMs && finding.Key.Kind == Kind && finding.Key.Detail == Detail
            && Guid.TryParse(finding.Key.Element.Id, out Guid id) && id == Vm.Value;
    }
}
