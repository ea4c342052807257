using System.Text.Json;
using System.Text.Json.Serialization;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Directives;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads the policy file: JSON with comments. Every mistake is told with its place, its value and what is allowed.</summary>
internal static class RemediationPolicyReader
{
    private const int MostRules = 1_000;
    private const int LongestFile = 1 << 20;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
    };

    private static readonly IReadOnlyDictionary<string, FindingKind> Findings = Enum.GetValues<FindingKind>()
        .Where(k => k.ToString().StartsWith("Vm", StringComparison.Ordinal))
        .ToDictionary(k => JsonNamingPolicy.KebabCaseLower.ConvertName(k.ToString()), StringComparer.Ordinal);

    private static readonly IReadOnlyDictionary<string, DirectiveKind> Directives =
        RemediationRule.Directives.ToDictionary(k => DirectiveCatalogue.Find(k)!.Name, StringComparer.Ordinal);

    private static readonly IReadOnlyDictionary<string, RemediationMode> Modes =
        Enum.GetValues<RemediationMode>().ToDictionary(m => m.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>The policy of a file; null with what is wrong.</summary>
    public static RemediationPolicy? TryRead(string path, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        problems = found;
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > LongestFile)
            {
                found.Add($"'{path}' has {file.Length} bytes; allowed: up to {LongestFile}");
                return null;
            }

            PolicyText? text = JsonSerializer.Deserialize<PolicyText>(file, Options);
            RemediationPolicy policy = Check(text ?? new(null, null), found);
            return found.Count == 0 ? policy : null;
        }
        catch (JsonException problem)
        {
            found.Add($"'{path}', line {problem.LineNumber + 1}: {problem.Message}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            found.Add($"'{path}' does not exist or may not be read; allowed: a JSON file");
        }

        return null;
    }

    private static RemediationPolicy Check(PolicyText text, List<string> problems)
    {
        RuleText[] rules = text.Rules ?? [];
        if (rules.Length > MostRules)
        {
            problems.Add($"rules: there are {rules.Length}; allowed: up to {MostRules}");
        }

        foreach (IGrouping<string?, RuleText> same in rules.GroupBy(r => r.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            problems.Add($"rules: '{same.Key}' is the name of several; allowed: a name of its own for each");
        }

        return new([.. rules.Take(MostRules).Select((r, i) => Check(r, $"rules[{i}].", problems))], Number(text.MaxPerHour, 20, 0, 10_000, "maxPerHour", problems));
    }

    private static RemediationRule Check(RuleText rule, string at, List<string> problems)
    {
        if (rule.Name is not { Length: > 0 and <= 100 } || rule.Name.Any(char.IsControl))
        {
            problems.Add($"{at}name: '{rule.Name}' is not valid; allowed: 1 to 100 printable characters");
        }

        if (rule.Findings is not { Length: > 0 })
        {
            problems.Add($"{at}findings: it is missing or empty; allowed: some of {string.Join(", ", Findings.Keys)}");
        }

        return new(
            rule.Name ?? "",
            [.. (rule.Findings ?? []).Select(f => Choice(f, Findings, at + "findings", problems))],
            rule.Vm ?? "",
            rule.Host ?? "",
            rule.Tenant ?? "",
            Choice(rule.Mode, Modes, at + "mode", problems),
            Choice(rule.Directive, Directives, at + "directive", problems),
            Number(rule.Limit, 3, 1, 100, at + "limit", problems),
            Time(rule.Window, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), at + "window", problems),
            Time(rule.FirstPause, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), at + "firstPause", problems));
    }

    private static T Choice<T>(string? text, IReadOnlyDictionary<string, T> choices, string field, List<string> problems)
        where T : struct
    {
        if (text is not null && choices.TryGetValue(text, out T value))
        {
            return value;
        }

        problems.Add($"{field}: '{text}' is not valid; allowed: {string.Join(", ", choices.Keys)}");
        return default;
    }

    private static int Number(int? given, int fallback, int lowest, int highest, string field, List<string> problems)
    {
        int value = given ?? fallback;
        if (value < lowest || value > highest)
        {
            problems.Add($"{field}: '{value}' is not valid; allowed: a whole number from {lowest} to {highest}");
        }

        return value;
    }

    private static TimeSpan Time(string? text, TimeSpan fallback, TimeSpan lowest, TimeSpan highest, string field, List<string> problems)
    {
        if (text is null)
        {
            return fallback;
        }

        if (SettingsReader.TryDuration(text, out TimeSpan value) && value >= lowest && value <= highest)
        {
            return value;
        }

        problems.Add($"{field}: '{text}' is not valid; allowed: a time from {lowest} to {highest}, such as 30s, 5m, 1h or 7d");
        return fallback;
    }

    private sealed record PolicyText(RuleText[]? Rules, int? MaxPerHour);

    private sealed record RuleText(
        string? Name, string[]? Findings, string? Vm, string? Host, string? Tenant, string? Mode, string? Directive, int? Limit, string? Window, string? FirstPause);
}
