using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Detection.Remediation;

/// <summary>A directive that a rule has sent.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Vm">The VM.</param>
/// <param name="AtUnixMs">When it was sent, milliseconds since 1970 UTC.</param>
/// <param name="EndedUnixMs">When it ended, milliseconds since 1970 UTC; null = it has not.</param>
public sealed record PastAction(string Rule, VmId Vm, long AtUnixMs, long? EndedUnixMs);

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
        return incidents.Where(i => i.IsActive).SelectMany(i => i.Findings()
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
    /// <param name="throttle">What is seen of the VM if the rule throttles; null = it is not known for certain where it is.</param>
    public static RemediationDecision Decide(
        RemediationPolicy policy, Incident incident, Finding finding, VmInfo? vm, VmState state, string host,
        IReadOnlyCollection<PastAction> past, long nowUnixMs, string? heldBecause = null, bool isApproved = false, ThrottleSight? throttle = null)
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

        return rule.Throttle is null
            ? Prepare(policy, rule, finding, vm!, past, nowUnixMs, heldBecause, isApproved)
            : PrepareThrottle(policy, rule, finding, vm!, ThrottleJudge.Judge(rule, finding, throttle, nowUnixMs), past, nowUnixMs, heldBecause, isApproved);
    }

    private static bool IsExplained(Incident incident, Finding finding) => incident.Root.IsActive && incident.Root.Key != finding.Key;

    private static RemediationDecision PrepareThrottle(
        RemediationPolicy policy, RemediationRule rule, Finding finding, VmInfo vm, ThrottlePlan plan, IReadOnlyCollection<PastAction> past, long nowUnixMs, string? heldBecause, bool isApproved)
    {
        if (plan.Verdict != RemediationVerdict.Act)
        {
            return new(plan.Verdict, rule, plan.Why);
        }

        // Without the figures, which change each second, so that it is said once.
        if (rule.Mode == RemediationMode.Recommend)
        {
            return new(RemediationVerdict.Recommend, rule, $"rule '{rule.Name}' recommends: {rule.Throttle!.Text}");
        }

        RemediationDecision decision = WithinLimits(policy, rule, vm, past, nowUnixMs);
        decision = decision.Verdict != RemediationVerdict.Act ? decision : decision with
        {
            Why = $"{decision.Why}, {plan.Why}",
            Throttle = plan,
            Parameters = LimitForm.Of(rule.Throttle!.Resource).Parameters(plan.Device, plan.Amount, before: 0, rule.Throttle.Expiry),
        };
        return Permit(decision, rule, finding, heldBecause, isApproved);
    }

    private static RemediationDecision Prepare(
        RemediationPolicy policy, RemediationRule rule, Finding finding, VmInfo vm, IReadOnlyCollection<PastAction> past, long nowUnixMs, string? heldBecause, bool isApproved)
    {
        if (rule.ParametersFor(vm) is not { } parameters)
        {
            string meant = rule.Network.Length == 0 ? "one interface" : $"one interface in network '{rule.Network}'";
            return new(RemediationVerdict.GiveUp, rule, $"rule '{rule.Name}' sets down {meant}, and the VM has none or several: it is for people");
        }

        if (rule.Mode == RemediationMode.Recommend)
        {
            return new(RemediationVerdict.Recommend, rule, $"rule '{rule.Name}' recommends: {RemediationDecision.Describe(rule.Directive, parameters)}");
        }

        return Permit(WithinLimits(policy, rule, vm, past, nowUnixMs) with { Parameters = parameters }, rule, finding, heldBecause, isApproved);
    }

    private static RemediationDecision Permit(RemediationDecision decision, RemediationRule rule, Finding finding, string? heldBecause, bool isApproved)
    {
        if (decision.Verdict == RemediationVerdict.Act && !isApproved && (rule.Mode == RemediationMode.Approve || RemediationRule.NeedsApproval(rule.Directive)))
        {
            return decision with { Verdict = RemediationVerdict.Propose };
        }

        return decision.Verdict == RemediationVerdict.Act && heldBecause is not null
            ? new(RemediationVerdict.Held, rule, $"rule '{rule.Name}' cannot act on {finding.Name}: {heldBecause}")
            : decision;
    }

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
