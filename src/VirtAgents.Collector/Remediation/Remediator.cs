using System.Collections.Immutable;
using System.Threading.Channels;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Remediation;

/// <summary>
/// Does what the policy says about active findings of VMs: at each change of an incident and once a second, since pauses
/// end and causes go. What was done is read from the ledger each time, so a restart neither forgets nor repeats it.
/// </summary>
internal sealed partial class Remediator(
    IncidentKeeper keeper, IncidentFeed feed, RemediationFile file, RemediationLedger done, RemediationScene scene, RemediationSender sender,
    ProposalDesk desk, RemediationTurn turn, CollectorOptions options, TimeProvider time, ILogger<Remediator> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // What was said about a finding last: it is said once, not each second.
    private readonly Dictionary<(Guid Incident, FindingKey Finding), string> _said = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.PolicyFile.Length > 0)
        {
            await Task.WhenAll(_wake.LooksAsync(() => TurnAsync(stoppingToken), LogNotLooked, stoppingToken), _wake.TicksAsync(Period, time, stoppingToken), _wake.SignalsAsync(feed, stoppingToken));
        }
    }

    private async Task TurnAsync(CancellationToken stoppingToken)
    {
        _ = await turn.RunAsync(() => LookAsync(file.Current(), stoppingToken), stoppingToken);
        await TellOutcomesAsync(stoppingToken);
    }

    private async Task<bool> LookAsync(RemediationPolicy policy, CancellationToken cancellationToken)
    {
        ImmutableArray<Incident> incidents = keeper.Active;
        (Incident Incident, Finding Finding)[] candidates = [.. RemediationJudge.Candidates(policy, incidents)];
        Forget(candidates);
        List<Proposal> known = await desk.KnownAsync(policy, incidents, candidates.Select(c => c.Finding), cancellationToken);
        if (candidates.Length == 0)
        {
            return false;
        }

        RemediationView view = await scene.ReadAsync(policy, incidents, cancellationToken);
        foreach ((Incident incident, Finding finding) in candidates)
        {
            await CarryOutAsync(view.Decide(incident, finding), incident, finding, view, known, cancellationToken);
        }

        return true;
    }

    private async Task CarryOutAsync(
        RemediationDecision decision, Incident incident, Finding finding, RemediationView view, List<Proposal> known, CancellationToken cancellationToken)
    {
        switch (decision.Verdict)
        {
            case RemediationVerdict.Act:
                (_, string? problem) = await sender.SendAsync(decision, incident, finding, view.VmOf(finding)!, view, null, cancellationToken);
                if (problem is not null)
                {
                    await SayAsync(incident, finding, $"rule '{decision.Rule!.Name}' cannot act on {finding.Name}: {problem}", cancellationToken);
                }

                break;
            case RemediationVerdict.Propose:
                await desk.ProposeAsync(decision, incident, finding, view.VmOf(finding)!, view, known, cancellationToken);
                break;
            case RemediationVerdict.Held:
                await SayAsync(incident, finding, decision.Why, cancellationToken);
                break;
            case RemediationVerdict.Recommend or RemediationVerdict.GiveUp:
                await SayAsync(incident, finding, $"{decision.Why} ({finding.Name})", cancellationToken);
                break;
            default:
                break;
        }
    }

    private async Task SayAsync(Incident incident, Finding finding, string text, CancellationToken cancellationToken)
    {
        if (_said.GetValueOrDefault((incident.Id, finding.Key)) != text)
        {
            await keeper.RecordAsync(incident.Id, text, cancellationToken);
            _said[(incident.Id, finding.Key)] = text;
        }
    }

    private void Forget((Incident Incident, Finding Finding)[] candidates)
    {
        HashSet<(Guid, FindingKey)> present = [.. candidates.Select(c => (c.Incident.Id, c.Finding.Key))];
        foreach ((Guid Incident, FindingKey Finding) gone in _said.Keys.Where(k => !present.Contains(k)).ToArray())
        {
            _said.Remove(gone);
        }
    }

    private async Task TellOutcomesAsync(CancellationToken cancellationToken)
    {
        foreach (RemediationOutcome outcome in await done.UntoldAsync(cancellationToken))
        {
            string text = $"{DirectiveCatalogue.Find(outcome.Kind)?.Name} of {outcome.Vm} by rule '{outcome.Rule}': {outcome.State.ToString().ToLowerInvariant()}"
                + (outcome.Detail.Length > 0 ? $", {outcome.Detail}" : "");
            await keeper.RecordAsync(outcome.Incident, text, cancellationToken);
            await done.ToldAsync(outcome.Directive, cancellationToken);
        }
    }

    [LoggerMessage(2123, LogLevel.Error, "Findings could not be looked at; it is tried again every second: {Problem}")]
    private partial void LogNotLooked(string problem);
}
