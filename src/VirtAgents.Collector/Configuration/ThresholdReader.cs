using System.Collections.Immutable;
using VirtAgents.Core.Detection.Thresholds;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads the table of thresholds. A file takes the place of the rules that ship.</summary>
internal static class ThresholdReader
{
    private const int MostRules = 100;

    private static readonly IReadOnlyDictionary<string, bool> Severities = new Dictionary<string, bool>(StringComparer.Ordinal) { ["warning"] = false, ["error"] = true };

    /// <summary>The rules: those that ship when there is no file.</summary>
    public static ImmutableArray<ThresholdRule> Read(SettingsReader reader)
    {
        string path = reader.Text("Detection:ThresholdFile", "");
        if (path.Length == 0)
        {
            return ThresholdTable.Shipped;
        }

        Table? table = JsonFile.TryRead<TableText, Table>(path, Check, out IReadOnlyList<string> problems);
        problems.ToList().ForEach(p => reader.Fail($"Detection:ThresholdFile: {p}"));
        return table?.Rules ?? [];
    }

    /// <summary>The rules of a table that is no file; null with what is wrong.</summary>
    public static ImmutableArray<ThresholdRule>? TryParse(string text, out IReadOnlyList<string> problems) =>
        JsonFile.TryParse<TableText, Table>(text, Check, out problems)?.Rules;

    private static Table Check(TableText text, List<string> problems)
    {
        RuleText[] rules = text.Thresholds ?? [];
        if (rules.Length > MostRules)
        {
            problems.Add($"thresholds: there are {rules.Length}; allowed: up to {MostRules}");
        }

        JsonFile.RefuseTwins(rules.Select(r => r.Name ?? ""), "thresholds", problems);
        return new([.. rules.Take(MostRules).Select((r, i) => Check(r, $"thresholds[{i}].", problems))]);
    }

    private static ThresholdRule Check(RuleText rule, string at, List<string> problems)
    {
        if (ThresholdFigures.All.All(f => f.Name != rule.Figure))
        {
            problems.Add($"{at}figure: '{rule.Figure}' is not valid; allowed: {string.Join(", ", ThresholdFigures.All.Select(f => f.Name))}");
        }

        double level = JsonFile.Number(rule.Level, 0.1, 100_000, at + "level", problems);
        double clear = rule.Clear is null ? level * 0.95 : JsonFile.Number(rule.Clear, 0, level, at + "clear", problems);
        return new(
            JsonFile.Name(rule.Name, at + "name", problems), rule.Figure ?? "", level, clear,
            JsonFile.Time(rule.Hold, TimeSpan.FromMinutes(1), TimeSpan.Zero, TimeSpan.FromDays(1), at + "hold", problems),
            JsonFile.Choice(rule.Severity ?? "warning", Severities, at + "severity", problems), rule.Element ?? "", rule.Host ?? "");
    }

    private sealed record Table(ImmutableArray<ThresholdRule> Rules);

    private sealed class TableText
    {
        public RuleText[]? Thresholds { get; init; }
    }

    private sealed record RuleText(string? Name, string? Figure, double? Level, double? Clear, string? Hold, string? Severity, string? Element, string? Host);
}
