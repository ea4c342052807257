using System.Globalization;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Detection.Remediation;

/// <summary>Whether a VM is throttled, and how far.</summary>
/// <param name="Verdict">What is done; to act, within the limits of the rule.</param>
/// <param name="Why">For people.</param>
/// <param name="Device">The disk; empty = the VM as a whole.</param>
/// <param name="Amount">The limit, in the unit of the resource; above 0.</param>
/// <param name="Used">What it uses, in the same unit.</param>
public sealed record ThrottlePlan(RemediationVerdict Verdict, string Why, string Device = "", long Amount = 0, double Used = 0);

/// <summary>Decides whether a culprit is throttled and when that is over. Pure.</summary>
/// <remarks>
/// A limit that somebody has set, or that is not known, is never replaced: so before a throttle there was none, and taking it back means none. A finding is throttled about once: who is
/// limited is the lesser culprit for it, so that the finding ends; where it has not by the time that the throttle expires, it is not the cure, and half of a half would be the next step.
/// </remarks>
public static class ThrottleJudge
{
    /// <summary>How long after a throttle has ended readings may still be of it.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromMinutes(3);

    private const long WholeCpu = 100;

    /// <summary>What is done about a finding whose rule throttles.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="sight">What is seen of its VM; null = it is not known for certain where that is.</param>
    /// <param name="nowUnixMs">Now, milliseconds since 1970 UTC.</param>
    public static ThrottlePlan Judge(RemediationRule rule, Finding finding, ThrottleSight? sight, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(finding);
        ThrottleBounds bounds = rule.Throttle!;
        if (sight is null || sight.Past.Any(p => p.EndedUnixMs is null))
        {
            return new(RemediationVerdict.Wait, sight is null ? "it is not known for certain where it is" : "it is throttled");
        }

        if (WhyForPeople(rule, finding, sight) is { } people)
        {
            return new(RemediationVerdict.GiveUp, $"rule '{rule.Name}' does not throttle it, it is for people: {people}");
        }

        if ((sight.WhyNot ?? (sight.InForce is null ? "it is not known whether a limit is in force" : null)) is { } why)
        {
            return new(RemediationVerdict.Held, $"rule '{rule.Name}' cannot throttle {finding.Name}: {why}");
        }

        if (sight.Used is not { } used || sight.Past.Any(p => nowUnixMs - p.EndedUnixMs < (long)Settled.TotalMilliseconds))
        {
            return new(RemediationVerdict.Wait, "what it uses is unknown");
        }

        long amount = AmountOf(bounds, used, sight.Shown);
        return amount < used
            ? new(RemediationVerdict.Act, Told(bounds, amount, used), sight.Device!, amount, used)
            : new(RemediationVerdict.Wait, "it uses no more than it may be limited to");
    }

    /// <summary>Why a throttle is taken back; null = it is not.</summary>
    /// <param name="limit">The throttle.</param>
    /// <param name="policy">The policy now.</param>
    /// <param name="holds">Whether its finding holds.</param>
    /// <param name="nowUnixMs">Now, milliseconds since 1970 UTC.</param>
    public static string? WhyRelease(HeldLimit limit, RemediationPolicy policy, bool holds, long nowUnixMs)
    {
        ArgumentNullException.ThrowIfNull(limit);
        ArgumentNullException.ThrowIfNull(policy);
        RemediationRule? rule = policy.Rules.FirstOrDefault(r => r.Name == limit.Rule);
        return rule?.Throttle?.Resource != limit.Resource || rule.Mode is not (RemediationMode.Auto or RemediationMode.Approve) ? "the policy does not ask for it any more"
            : !holds ? "its finding has ended"
            : nowUnixMs >= limit.ExpiresUnixMs ? "it has expired, and its finding holds"
            : null;
    }

    private static string? WhyForPeople(RemediationRule rule, Finding finding, ThrottleSight sight) =>
        sight.Device is null ? $"it has none or several disks in pool '{finding.Key.Detail}'"
        : sight.InForce > 0 ? $"somebody has limited it to {LimitForm.Of(rule.Throttle!.Resource).Describe(sight.InForce.Value)}"
        : sight.Past.Any(p => p.WasInForce && p.IsAbout(finding)) ? "it was throttled about this finding already"
        : null;

    // What a person was shown is what they get, as long as it is within the bounds.
    private static long AmountOf(ThrottleBounds bounds, double used, long? shown)
    {
        if (shown >= bounds.Floor && shown < used)
        {
            return shown.Value;
        }

        long amount = Math.Max(bounds.Floor, (long)Math.Min(1e15, Math.Ceiling(bounds.To * used)));
        return bounds.Resource == LimitedResource.Cpu ? Math.Min(WholeCpu, amount) : amount;
    }

    private static string Told(ThrottleBounds bounds, long amount, double used) => string.Create(
        CultureInfo.InvariantCulture, $"it used {used:0.#} and gets {LimitForm.Of(bounds.Resource).Describe(amount)}, for {bounds.Expiry.TotalMinutes:0.#} min at most");
}
