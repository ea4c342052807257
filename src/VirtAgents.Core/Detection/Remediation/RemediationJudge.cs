using System.Collections.Immutable;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Remediation;

/// <summary>A directive that a rule has sent.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Vm">The VM.</param>
/// <param name="AtUnixMs">When it was sent, milliseconds since 1970 UTC.</param>
/// <param name="EndedUnixMs">When it ended, milliseconds since 1970 UTC; null = it has not.</param>
public sealed record PastAction(string Rule, VmId Vm, long AtUnixMs, long? EndedUnixMs);

/// <summary>What is done about a finding now.</summary>
public enum RemediationVerdict
{
    /// <summary>No rule is about it, or the rule only observes.</summary>
    Nothing = 0,

    /// <summary>Its cause, an earlier try or a pause is waited for.</summary>
    Wait = 1,

    /// <summary>The rule says what it would do.</summary>
    Recommend = 2,

    /// <summary>The directive is sent.</summary>
    Act = 3,

    /// <summary>It was tried as often as the rule allows; it is for people now.</summary>
    GiveUp = 4,

    /// <summary>It would be sent, but nobody may act now.</summary>
    Held = 5,

    /// <summary>It is proposed to people.</summary>
    Propose = 6,
}

/// <summary>Verdict with the rule it comes from and why.</summary>
/// <param name="Verdict">What is done.</param>
/// <param name="Rule">The rule; null = none is about it.</param>
/// <param name="Why">For people.</param>
public sealed record RemediationDecision(RemediationVerdict Verdict, RemediationRule? Rule, string Why)
{
    /// <summary>Parameters of the directive, texts by name.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The directive with its parameters, for people.</summary>
    public string Directive => Rule is null ? "" : Describe(Rule.Directive, Parameters);

    /// <summary>A directive with its parameters, for people.</summary>
    public static string Describe(DirectiveKind kind, IEnumerable<KeyValuePair<string, string>> parameters) =>
        string.Join(' ', parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}").Prepend(DirectiveCatalogue.Find(kind)?.Name ?? kind.ToString()));
}

/// <summary>Decides what is done about findings, by a policy and by what was done before. Pure.</summary>
public static class RemediationJudge
{
    private const long HourMs = 3_600_000;

    /// <summary>Findings that a rule may do or say something about now: those that hold, of a kind a rule is about, and whose cause is gone.</summary>
    public static IEnumerable<(Incident Incident, Finding Finding)> Candidates(RemediationPolicy policy, IEnumerable<Incident> incidents)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(incidents);
        HashSet<FindingKind> kinds = [.. policy.Rules.Where(r => r.Mode != RemediationMode.Observe).SelectMany(r => r.Findings)];
        return incidents.Where(i => i.IsActive).SelectMany(i => i.Symptoms.Prepend(i.Root)
            .Where(f => f.IsActive && f.Key.Element.Kind == ElementKind.Vm && kinds.Contains(f.Key.Kind) && !IsExplained(i, f))
            .Select(f => (i, f)));
    }

    /// <summary>What is done about a finding now.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="incident">The incident that the finding belongs to.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="vm">Its VM; null = it is not known where it is, so nothing is done.</param>
    /// <param name="state">State the VM is seen in now, wherever it is.</param>
    /// <param name="host">Name of the VM's host.</param>
    /// <param name="past">What rules have sent; at least within the longest window and the last hour.</param>
    /// <param name="nowUnixMs">Now, milliseconds since 1970 UTC.</param>
    /// <param name="heldBecause">Why nothing may be sent now; null = it may.</param>
    /// <param name="isApproved">Whether a person has approved it, so that a rule that asks for this acts.</param>
    public static RemediationDecision Decide(
        RemediationPolicy policy, Incident incident, Finding finding, VmInfo? vm, VmState state, string host,
        IReadOnlyCollection<PastAction> past, long nowUnixMs, string? heldBecause = null, bool isApproved = false)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(incident);
        ArgumentNullException.ThrowIfNull(finding);
        RemediationRule? rule = vm is null ? null : policy.Rules.FirstOrDefault(r => r.IsAbout(finding.Key, vm, host));
        if (rule is null || rule.Mode == RemediationMode.Observe || !finding.IsActive || !incident.IsActive)
        {
            return new(RemediationVerdict.Nothing, rule, "");
        }

        // What a cause did to a VM comes back for as long as the cause holds.
        if (IsExplained(incident, finding))
        {
            return new(RemediationVerdict.Wait, rule, $"its cause holds: {incident.Root.Key.Kind} of {incident.Root.Name}");
        }

        // Somebody may have helped it meanwhile, here or on another host; and nothing is done on unknown.
        if (!rule.Helps(state))
        {
            return new(RemediationVerdict.Wait, rule, $"it is seen as {state}");
        }

        if (rule.ParametersFor(vm!) is not { } parameters)
        {
            string meant = rule.Network.Length == 0 ? "one interface" : $"one interface in network '{rule.Network}'";
            return new(RemediationVerdict.GiveUp, rule, $"rule '{rule.Name}' sets down {meant}, and the VM has none or several: it is for people");
        }

        if (rule.Mode == RemediationMode.Recommend)
        {
            return new(RemediationVerdict.Recommend, rule, $"rule '{rule.Name}' recommends: {RemediationDecision.Describe(rule.Directive, parameters)}");
        }

        RemediationDecision decision = WithinLimits(policy, rule, vm!, past, nowUnixMs) with { Parameters = parameters };
        if (decision.Verdict == RemediationVerdict.Act && !isApproved && (rule.Mode == RemediationMode.Approve || RemediationRule.NeedsApproval(rule.Directive)))
        {
            return decision with { Verdict = RemediationVerdict.Propose };
        }

        return decision.Verdict == RemediationVerdict.Act && heldBecause is not null
            ? new(RemediationVerdict.Held, rule, $"rule '{rule.Name}' cannot act on {finding.Name}: {heldBecause}")
            : decision;
    }

    private static bool IsExplained(Incident incident, Finding finding) => incident.Root.IsActive && incident.Root.Key != finding.Key;

    private static RemediationDecision WithinLimits(RemediationPolicy policy, RemediationRule rule, VmInfo vm, IReadOnlyCollection<PastAction> past, long nowUnixMs)
    {
        // Of any rule: two must not act on one VM at a time.
        if (past.Any(p => p.Vm == vm.Id && p.EndedUnixMs is null))
        {
            return new(RemediationVerdict.Wait, rule, "what was sent before has not ended");
        }

        PastAction[] tries = [.. past.Where(p => p.Vm == vm.Id && p.Rule == rule.Name && p.AtUnixMs > nowUnixMs - (long)rule.Window.TotalMilliseconds)];
        if (tries.Length >= rule.Limit)
        {
            return new(RemediationVerdict.GiveUp, rule, $"rule '{rule.Name}' has tried {tries.Length} times within {rule.Window}, which is its limit");
        }

        if (past.Count(p => p.AtUnixMs > nowUnixMs - HourMs) >= policy.MaxPerHour)
        {
            return new(RemediationVerdict.GiveUp, rule, $"maxPerHour of the policy allows {policy.MaxPerHour} directives per hour, and there were as many");
        }

        return tries.Length > 0 && nowUnixMs < tries.Max(t => t.EndedUnixMs!.Value) + PauseMs(rule, tries.Length)
            ? new(RemediationVerdict.Wait, rule, $"the pause after try {tries.Length} is not over")
            : new(RemediationVerdict.Act, rule, $"rule '{rule.Name}', try {tries.Length + 1} of {rule.Limit}");
    }

    // Twice as long each time; a limit of 100 would overflow, so it ends at the window.
    private static long PauseMs(RemediationRule rule, int tries) =>
        (long)Math.Min(rule.FirstPause.TotalMilliseconds * Math.Pow(2, tries - 1), rule.Window.TotalMilliseconds);
}
