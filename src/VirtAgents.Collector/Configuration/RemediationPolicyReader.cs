using System.Text.Json;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads the policy file: JSON with comments. Every mistake is told with its place, its value and what is allowed.</summary>
internal static class RemediationPolicyReader
{
    private const int MostRules = 1_000;
    private const int LongestTarget = 1_024;

    private static readonly IReadOnlyDictionary<string, FindingKind> Findings = Enum.GetValues<FindingKind>()
        .Where(k => k.ToString().StartsWith("Vm", StringComparison.Ordinal) || k is FindingKind.ThresholdWarning or FindingKind.ThresholdError)
        .ToDictionary(k => JsonNamingPolicy.KebabCaseLower.ConvertName(k.ToString()), StringComparer.Ordinal);

    private static readonly IReadOnlyDictionary<string, DirectiveKind> Directives =
        RemediationRule.Directives.Select(k => (DirectiveCatalogue.Find(k)!.Name, k)).Append((ThrottleReader.Name, DirectiveKind.None)).ToDictionary(StringComparer.Ordinal);

    private static readonly IReadOnlyDictionary<string, RemediationMode> Modes =
        Enum.GetValues<RemediationMode>().ToDictionary(m => m.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>The policy of a file; null with what is wrong.</summary>
    public static RemediationPolicy? TryRead(string path, out IReadOnlyList<string> problems) =>
        JsonFile.TryRead<PolicyText, RemediationPolicy>(path, Check, out problems);

    private static RemediationPolicy Check(PolicyText text, List<string> problems)
    {
        RuleText[] rules = text.Rules ?? [];
        if (rules.Length > MostRules)
        {
            problems.Add($"rules: there are {rules.Length}; allowed: up to {MostRules}");
        }

        JsonFile.RefuseTwins(rules.Select(r => r.Name ?? ""), "rules", problems);
        return new([.. rules.Take(MostRules).Select((r, i) => Check(r, $"rules[{i}].", problems))], JsonFile.Number(text.MaxPerHour, 20, 0, 10_000, "maxPerHour", problems))
        {
            ProposalLifetime = JsonFile.Time(text.ProposalLifetime, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), "proposalLifetime", problems),
        };
    }

    private static RemediationRule Check(RuleText rule, string at, List<string> problems)
    {
        if (rule.Findings is not { Length: > 0 })
        {
            problems.Add($"{at}findings: it is missing or empty; allowed: some of {string.Join(", ", Findings.Keys)}");
        }

        ThrottleBounds? throttle = ThrottleReader.Check(rule.Directive, rule.Throttle, at, problems);
        RemediationRule read = new(
            JsonFile.Name(rule.Name, at + "name", problems),
            [.. (rule.Findings ?? []).Select(f => JsonFile.Choice(f, Findings, at + "findings", problems))],
            rule.Vm ?? "",
            rule.Host ?? "",
            rule.Tenant ?? "",
            JsonFile.Choice(rule.Mode, Modes, at + "mode", problems),
            throttle is null ? JsonFile.Choice(rule.Directive, Directives, at + "directive", problems) : LimitForm.Of(throttle.Resource).Directive,
            JsonFile.Number(rule.Limit, 3, 1, 100, at + "limit", problems),
            JsonFile.Time(rule.Window, throttle is null ? TimeSpan.FromHours(1) : ThrottleReader.UsualWindow, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), at + "window", problems),
            JsonFile.Time(rule.FirstPause, throttle is null ? TimeSpan.FromSeconds(10) : ThrottleReader.UsualPause, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), at + "firstPause", problems))
        {
            Detail = rule.Detail ?? "", Network = rule.Network ?? "", To = rule.To ?? "", Throttle = throttle,
        };
        CheckDirective(read, at, problems);
        return read;
    }

    private static void CheckDirective(RemediationRule rule, string at, List<string> problems)
    {
        if (rule.Mode == RemediationMode.Auto && RemediationRule.NeedsApproval(rule.Directive))
        {
            problems.Add($"{at}mode: 'auto' is not valid for {DirectiveCatalogue.Find(rule.Directive)!.Name}, which takes something from a guest that works; allowed: observe, recommend, approve");
        }

        if (rule.Network.Length > 0 && rule.Directive != DirectiveKind.SetLink)
        {
            problems.Add($"{at}network: '{rule.Network}' is not valid; allowed: with set_link alone");
        }

        if (rule.Throttle is not null && rule.Findings.Any(f => !ThrottleBounds.Findings.Contains(f)))
        {
            problems.Add($"{at}findings: they name no culprit; allowed: with throttle {string.Join(", ", Findings.Where(f => ThrottleBounds.Findings.Contains(f.Value)).Select(f => f.Key))} alone");
        }

        bool isTarget = rule.To.Length is > 0 and <= LongestTarget && !rule.To.Any(char.IsControl);
        if (rule.Directive == DirectiveKind.Migrate ? !isTarget : rule.To.Length > 0)
        {
            problems.Add($"{at}to: '{rule.To}' is not valid; allowed: the address of the target's hypervisor, 1 to {LongestTarget} printable characters, with migrate alone");
        }
    }

    private sealed class PolicyText
    {
        public RuleText[]? Rules { get; init; }

        public int? MaxPerHour { get; init; }

        public string? ProposalLifetime { get; init; }
    }

    private sealed record RuleText(
        string? Name, string[]? Findings, string? Vm, string? Host, string? Tenant, string? Mode, string? Directive, int? Limit, string? Window, string? FirstPause,
        string? Detail, string? Network, string? To, ThrottleReader.ThrottleText? Throttle);
}
