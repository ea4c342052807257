using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Directives;

/// <summary>A directive that somebody wants recorded, checked and with its names resolved.</summary>
/// <param name="Id">Identity; one that is recorded already changes nothing.</param>
/// <param name="Definition">What to do.</param>
/// <param name="Target">To which host and VM.</param>
/// <param name="Parameters">Texts by name.</param>
/// <param name="Reason">Why; for people.</param>
/// <param name="Actor">Who.</param>
/// <param name="PredictedEffect">What is expected of it.</param>
/// <param name="Deadline">How long it may wait before it is begun.</param>
/// <param name="IsDryRun">Only validate.</param>
internal sealed record DirectiveDraft(
    Guid Id,
    DirectiveDefinition Definition,
    DirectiveTargetChoice Target,
    ImmutableSortedDictionary<string, string> Parameters,
    string Reason,
    string Actor,
    string PredictedEffect,
    TimeSpan Deadline,
    bool IsDryRun);

/// <summary>The host, and the VM when there is one.</summary>
/// <param name="Host">The host.</param>
/// <param name="Vm">The VM; null when the kind acts on none.</param>
internal sealed record DirectiveTargetChoice(HostInfo Host, VmInfo? Vm);
