using System.Text.Json;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Remediation;

/// <summary>Makes proposals, ends those that nobody may approve any more, and tells both in their incidents.</summary>
internal sealed class ProposalDesk(IncidentKeeper keeper, ProposalStore store, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Proposals that matter for findings, after those have ended that are over.</summary>
    public async Task<List<Proposal>> KnownAsync(RemediationPolicy policy, IReadOnlyCollection<Incident> incidents, IEnumerable<Finding> findings, CancellationToken cancellationToken)
    {
        List<Proposal> known = [];
        foreach (ProposalRow row in await store.KnownAsync(findings.Select(f => f.SinceUnixMs).Append(long.MaxValue).Min(), cancellationToken))
        {
            Proposal proposal = ProposalStore.ToProposal(row);
            if (row.State == ProposalState.Open && ProposalJudge.EndOf(proposal, policy, incidents, Now) is { } end)
            {
                await EndAsync(row, end, cancellationToken);
                proposal = proposal with { State = end.State };
            }

            known.Add(proposal);
        }

        return known;
    }

    /// <summary>Proposes what was decided, unless that may not be proposed.</summary>
    public async Task ProposeAsync(
        RemediationDecision decision, Incident incident, Finding finding, VmEntry vm, RemediationView view, List<Proposal> known, CancellationToken cancellationToken)
    {
        RemediationRule rule = decision.Rule!;
        if (!ProposalJudge.MayPropose(finding, vm.Vm.Info.Id, rule.Name, known))
        {
            return;
        }

        ProposalRow row = new()
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            IncidentId = incident.Id,
            Finding = finding.Key.Kind,
            Detail = finding.Key.Detail,
            SinceUnixMs = finding.SinceUnixMs,
            VmId = vm.Vm.Info.Id.Value,
            VmName = vm.Vm.Info.Name,
            HostName = vm.Host.Host.Name,
            Rule = rule.Name,
            Directive = rule.Directive,
            Parameters = ParametersOf(decision),
            Why = $"{decision.Why}; {FindingKinds.Describe(finding)}: {finding.Evidence}",
            ProposedUnixMs = view.NowUnixMs,
            ExpiresUnixMs = view.NowUnixMs + (long)view.Policy.ProposalLifetime.TotalMilliseconds,
            State = ProposalState.Open,
        };
        await store.AddAsync(row, cancellationToken);
        known.Add(ProposalStore.ToProposal(row));
        await keeper.RecordAsync(
            incident.Id, $"{decision.Why}: {decision.Directive} of {finding.Name} waits for approval, proposal {row.Id}", cancellationToken);
    }

    /// <summary>Ends a proposal that is over, and says so.</summary>
    public async Task EndAsync(ProposalRow row, ProposalEnd end, CancellationToken cancellationToken)
    {
        if (await store.EndAsync(row.Id, end.State, "", end.Why, Now, cancellationToken))
        {
            string verb = end.State == ProposalState.Expired ? "has expired" : "was withdrawn";
            await keeper.RecordAsync(row.IncidentId, $"{NameOf(row.Directive)} of {row.VmName}, proposal {row.Id}, {verb}: {end.Why}", cancellationToken);
        }
    }

    /// <summary>Parameters of a decision as a proposal keeps them: the same text for the same parameters.</summary>
    public static string ParametersOf(RemediationDecision decision) => JsonSerializer.Serialize(decision.Parameters);

    /// <summary>Name of a kind of directive.</summary>
    public static string NameOf(DirectiveKind kind) => DirectiveCatalogue.Find(kind)?.Name ?? kind.ToString();
}
