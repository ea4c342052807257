using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Incidents;
using VirtAgents.Collector.Query;
using VirtAgents.Collector.Throttles;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Remediation;

/// <summary>A person's approval of a proposal.</summary>
internal sealed record Approval(Guid Proposal, string Actor, string Note);

/// <summary>Sends the directive of a rule: recorded with why in one transaction, and told in the incident.</summary>
internal sealed partial class RemediationSender(
    IncidentKeeper keeper, DirectiveLedger ledger, DirectiveLinks links, TimeProvider time, ILogger<RemediationSender> log)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Sends what was decided, with the approval it rests on.</summary>
    /// <returns>The directive, or why it was not sent.</returns>
    public async Task<(Guid Directive, string? Problem)> SendAsync(
        RemediationDecision decision, Incident incident, Finding finding, VmEntry vm, RemediationView view, Approval? approval, CancellationToken cancellationToken)
    {
        RemediationRule rule = decision.Rule!;
        DirectiveDefinition definition = DirectiveCatalogue.Find(rule.Directive)!;
        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        string why = approval is null ? decision.Why : $"{decision.Why}, approved by {approval.Actor}";
        DirectiveDraft draft = new(
            id, definition, new(vm.Host.Host, vm.Vm.Info), decision.Parameters,
            $"{why}; {FindingKinds.Describe(finding)}: {finding.Evidence}; incident {incident.Id}",
            $"rule:{rule.Name}", definition.PostCondition, Deadline, IsDryRun: false);
        RemediationRow row = new()
        {
            DirectiveId = id, IncidentId = incident.Id, Finding = finding.Key.Kind, VmId = vm.Vm.Info.Id.Value, Rule = rule.Name, AtUnixMs = view.NowUnixMs,
        };
        ThrottleRow? throttle = decision.Throttle is null ? null : ThrottleRows.Of(decision, incident.Id, finding, vm, id, view.NowUnixMs);
        Recording recording = await ledger.RecordAsync(draft, cancellationToken, context => AddAsync(context, row, approval, throttle));
        if (recording.Result != RecordingResult.New)
        {
            return (Guid.Empty, ProblemOf(recording));
        }

        links.Wake(vm.Host.Host.Id);
        view.Past.Add(new PastAction(rule.Name, vm.Vm.Info.Id, view.NowUnixMs, null));
        LogActed(rule.Name, definition.Name, finding.Name, id);
        await keeper.RecordAsync(incident.Id, $"{why}: {decision.Directive} of {finding.Name} was sent, directive {id}{NoteOf(approval)}", cancellationToken);
        return (id, null);
    }

    private static async Task<bool> AddAsync(ControlContext context, RemediationRow row, Approval? approval, ThrottleRow? throttle)
    {
        if (throttle is not null && !await ThrottleStore.TryAddAsync(context, throttle))
        {
            return false;
        }

        context.Add(row);
        return approval is null || await ProposalStore.TryApproveAsync(context, approval, row);
    }

    private static string ProblemOf(Recording recording) => recording.Result switch
    {
        RecordingResult.Frozen => $"acting is frozen by {recording.Freeze!.Actor}: {recording.Freeze.Reason}",
        RecordingResult.Overtaken => "it is not open any more",
        _ => "its host has too many directives that have not ended",
    };

    private static string NoteOf(Approval? approval) => approval is { Note.Length: > 0 } ? $" ({approval.Note})" : "";

    [LoggerMessage(2122, LogLevel.Warning, "Rule {Rule} sent {Directive} of {Vm}: directive {Id}")]
    private partial void LogActed(string rule, string directive, string vm, Guid id);
}
