using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Remediation;

/// <summary>How a proposal ends without anybody deciding.</summary>
/// <param name="State">Expired or withdrawn.</param>
/// <param name="Why">For people.</param>
public sealed record ProposalEnd(ProposalState State, string Why);

/// <summary>Decides when something is proposed and when a proposal ends. Pure.</summary>
public static class ProposalJudge
{
    /// <summary>
    /// Whether a rule may propose something about a finding: not beside an open proposal about the same VM, and not again what people have
    /// declined or let expire, for as long as that finding holds. What needs a person each time is done at most once about it.
    /// </summary>
    /// <param name="finding">The finding.</param>
    /// <param name="vm">Its VM.</param>
    /// <param name="rule">Name of the rule.</param>
    /// <param name="known">Proposals that are open, and those that were made about the finding.</param>
    public static bool MayPropose(Finding finding, VmId vm, string rule, IEnumerable<Proposal> known)
    {
        ArgumentNullException.ThrowIfNull(finding);
        ArgumentNullException.ThrowIfNull(known);
        return !known.Any(p => p.State switch
        {
            ProposalState.Open => p.Vm == vm,
            ProposalState.Approved => RemediationRule.NeedsApproval(p.Directive) && p.Rule == rule && p.IsAbout(finding),
            ProposalState.Declined or ProposalState.Expired => p.Rule == rule && p.IsAbout(finding),
            _ => false,
        });
    }

    /// <summary>How an open proposal ends now; null = it stays. That the state of its VM is unknown, or its cause holds again, does not end it.</summary>
    /// <param name="proposal">The proposal.</param>
    /// <param name="policy">The policy now.</param>
    /// <param name="incidents">Active incidents.</param>
    /// <param name="nowUnixMs">Now, milliseconds since 1970 UTC.</param>
    public static ProposalEnd? EndOf(Proposal proposal, RemediationPolicy policy, IEnumerable<Incident> incidents, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        ArgumentNullException.ThrowIfNull(policy);
        if (FindingOf(proposal, incidents) is null)
        {
            return new(ProposalState.Withdrawn, "its finding has ended");
        }

        if (!policy.Rules.Any(r => r.Name == proposal.Rule && r.Mode == RemediationMode.Approve && r.Directive == proposal.Directive))
        {
            return new(ProposalState.Withdrawn, $"the policy has changed: rule '{proposal.Rule}' does not propose it any more");
        }

        return nowUnixMs >= proposal.ExpiresUnixMs ? new(ProposalState.Expired, "nobody has decided in time") : null;
    }

    /// <summary>The finding that a proposal was made about, and the active incident that has it now; null = it does not hold any more.</summary>
    public static (Incident Incident, Finding Finding)? FindingOf(Proposal proposal, IEnumerable<Incident> incidents)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        ArgumentNullException.ThrowIfNull(incidents);
        foreach (Incident incident in incidents.Where(i => i.IsActive))
        {
            if (incident.Findings().FirstOrDefault(f => f.IsActive && proposal.IsAbout(f)) is { } finding)
            {
                return (incident, finding);
            }
        }

        return null;
    }
}
