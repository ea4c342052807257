using System.Threading.Channels;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Query;
using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Remediation;

/// <summary>
/// Does what the policy says about active findings of VMs: at each change of an incident and once a second, since pauses
/// end and causes go. What was done is read from the ledger each time, so a restart neither forgets nor repeats it.
/// </summary>
internal sealed partial class Remediator(
    IncidentKeeper keeper, IncidentFeed feed, RemediationFile file, RemediationLedger done, DirectiveLedger ledger, DirectiveLinks links,
    IFleetReader fleet, MassSilenceState mass, CollectorOptions options, TimeProvider time, ILogger<Remediator> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // What was said about a finding last: it is said once, not each second.
    private readonly Dictionary<(Guid Incident, FindingKey Finding), string> _said = [];
    private string? _problem;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.PolicyFile.Length > 0)
        {
            await Task.WhenAll(LooksAsync(stoppingToken), _wake.TicksAsync(Period, time, stoppingToken), _wake.SignalsAsync(feed, stoppingToken));
        }
    }

    private async Task LooksAsync(CancellationToken stoppingToken)
    {
        while (await _wake.Reader.WaitToReadAsync(stoppingToken))
        {
            _wake.Reader.TryRead(out _);
            try
            {
                await LookAsync(file.Current(), stoppingToken);
                await TellOutcomesAsync(stoppingToken);
                _problem = null;
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // The loop's edge: nothing was done that is not in the ledger; the next look may go better.
                if (_problem != problem.GetBaseException().Message)
                {
                    LogNotLooked(problem.GetBaseException().Message);
                    _problem = problem.GetBaseException().Message;
                }
            }
        }
    }

    private async Task LookAsync(RemediationPolicy policy, CancellationToken cancellationToken)
    {
        (Incident Incident, Finding Finding)[] candidates = [.. RemediationJudge.Candidates(policy, keeper.Active)];
        Forget(candidates);
        if (candidates.Length == 0)
        {
            return;
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        TimeSpan window = policy.Rules.Select(r => r.Window).Append(Hour).Max();
        List<PastAction> past = await done.SinceAsync(now - (long)window.TotalMilliseconds, cancellationToken);
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        foreach ((Incident incident, Finding finding) in candidates)
        {
            VmEntry? vm = Guid.TryParse(finding.Key.Element.Id, out Guid id) ? directory.Find(new VmId(id)) : null;
            RemediationDecision decision = RemediationJudge.Decide(
                policy, incident, finding, vm?.Vm.Info, vm?.Vm.State ?? VmState.Unknown, vm?.Host.Host.Name ?? "", past, now,
                mass.Current is { Holds: true } silence ? silence.Reason : null);
            await CarryOutAsync(decision, incident, finding, vm, past, now, cancellationToken);
        }
    }

    private async Task CarryOutAsync(
        RemediationDecision decision, Incident incident, Finding finding, VmEntry? vm, List<PastAction> past, long now, CancellationToken cancellationToken)
    {
        switch (decision.Verdict)
        {
            case RemediationVerdict.Act:
                await ActAsync(decision, incident, finding, vm!, past, now, cancellationToken);
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

    private async Task ActAsync(
        RemediationDecision decision, Incident incident, Finding finding, VmEntry vm, List<PastAction> past, long now, CancellationToken cancellationToken)
    {
        RemediationRule rule = decision.Rule!;
        DirectiveDefinition definition = DirectiveCatalogue.Find(rule.Directive)!;
        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        DirectiveDraft draft = new(
            id, definition, new(vm.Host.Host, vm.Vm.Info), System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty,
            $"{decision.Why}; {FindingKinds.Describe(finding)}: {finding.Evidence}; incident {incident.Id}",
            $"rule:{rule.Name}", definition.PostCondition, Deadline, IsDryRun: false);
        RemediationRow why = new()
        {
            DirectiveId = id, IncidentId = incident.Id, Finding = finding.Key.Kind, VmId = vm.Vm.Info.Id.Value, Rule = rule.Name, AtUnixMs = now,
        };
        Recording recording = await ledger.RecordAsync(draft, cancellationToken, why);
        if (recording.Result != RecordingResult.New)
        {
            string cause = recording.Freeze is { } freeze ? $"acting is frozen by {freeze.Actor}: {freeze.Reason}" : "its host has too many directives that have not ended";
            await SayAsync(incident, finding, $"rule '{rule.Name}' cannot act on {finding.Name}: {cause}", cancellationToken);
            return;
        }

        links.Wake(vm.Host.Host.Id);
        past.Add(new PastAction(rule.Name, vm.Vm.Info.Id, now, null));
        LogActed(rule.Name, definition.Name, finding.Name, id);
        await keeper.RecordAsync(incident.Id, $"{decision.Why}: {definition.Name} of {finding.Name} was sent, directive {id}", cancellationToken);
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

    [LoggerMessage(2122, LogLevel.Warning, "Rule {Rule} sent {Directive} of {Vm}: directive {Id}")]
    private partial void LogActed(string rule, string directive, string vm, Guid id);

    [LoggerMessage(2123, LogLevel.Error, "Findings could not be looked at; it is tried again every second: {Problem}")]
    private partial void LogNotLooked(string problem);
}
