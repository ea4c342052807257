using System.Collections.Immutable;
using System.Text.Json;
using VirtAgents.Agent.Configuration;
using VirtAgents.Core.Directives;

namespace VirtAgents.Agent.Acting;

/// <summary>Reads one rule of a policy.</summary>
internal static class PolicyRuleReader
{
    private const string Everything = "*";
    private const int MostPerHour = 1_000_000;
    private const int ShortText = 20;
    private const int LongestRuleName = 100;

    private static readonly string[] Keys = ["name", "effect", "kinds", "vms", "tenants", "hours", "days", "clock", "maxPerHour"];

    public static PolicyRule Read(JsonElement element, string path, string source, List<ConfigurationError> errors)
    {
        var fields = new JsonFields(element, path, Keys, source, errors);
        bool isObject = element.ValueKind == JsonValueKind.Object;
        string? name = fields.Text("name", LongestRuleName);
        if (isObject && !fields.Has("name"))
        {
            fields.Wrong("name", null, "is missing; refusals tell it");
        }

        string? effect = isObject ? OneOf(fields, "effect", ["allow", "deny"], isNeeded: true) : null;
        int? most = fields.Integer("maxPerHour", 1, MostPerHour);
        if (most is not null && effect == "deny")
        {
            fields.Wrong("maxPerHour", null, "is for rules that allow");
        }

        return new PolicyRule(
            name ?? "",
            effect == "allow" ? PolicyEffect.Allow : PolicyEffect.Deny,
            isObject ? ReadKinds(fields) : [],
            Patterns(fields, "vms"),
            Patterns(fields, "tenants"),
            ReadHours(fields),
            most);
    }

    private static ImmutableArray<VmPattern> Patterns(JsonFields fields, string key) =>
        [.. fields.Texts(key, PolicyReader.LongestName).Select(t => new VmPattern(t))];

    /// <summary>Every kind must be asked for with a star: a rule that forgets its kinds would else allow everything.</summary>
    private static ImmutableArray<DirectiveKind> ReadKinds(JsonFields fields)
    {
        List<string> names = fields.Texts("kinds", PolicyReader.LongestName);
        if (!fields.Has("kinds"))
        {
            fields.Wrong("kinds", null, "is missing; [\"*\"] = every kind");
        }

        foreach (string name in names.Where(n => n != Everything && DirectiveCatalogue.Find(n) is null))
        {
            fields.Wrong("kinds", name, $"is no kind of directive; allowed: {Everything}, {string.Join(", ", DirectiveCatalogue.All.Select(d => d.Name))}");
        }

        return names.Contains(Everything) ? [] : [.. names.Select(DirectiveCatalogue.Find).OfType<DirectiveDefinition>().Select(d => d.Kind)];
    }

    private static PolicyHours? ReadHours(JsonFields fields)
    {
        string? span = fields.Text("hours", ShortText);
        List<string> names = fields.Texts("days", ShortText);
        foreach (string name in names.Where(n => !PolicyHours.DayNames.Contains(n)))
        {
            fields.Wrong("days", name, $"is no day; allowed: {string.Join(", ", PolicyHours.DayNames)}");
        }

        string? clock = OneOf(fields, "clock", ["local", "utc"], isNeeded: false);
        if (!fields.Has("hours") && !fields.Has("days"))
        {
            if (clock is not null)
            {
                fields.Wrong("clock", clock, "says nothing without hours or days");
            }

            return null;
        }

        (int from, int to) = (0, PolicyHours.MinutesPerDay);
        if (span is not null && !PolicyHours.TrySpan(span, out from, out to))
        {
            fields.Wrong("hours", span, "is not a span of a day such as 08:00-18:00 or 22:00-06:00; allowed: 00:00 to 24:00, start and end not the same");
        }

        ImmutableArray<DayOfWeek> days = [.. names.Select(n => PolicyHours.DayNames.IndexOf(n)).Where(i => i >= 0).Select(i => (DayOfWeek)i)];
        return new PolicyHours(from, to, days, clock == "utc");
    }

    private static string? OneOf(JsonFields fields, string key, string[] choices, bool isNeeded)
    {
        string? text = fields.Text(key, ShortText);
        if (text is null ? isNeeded && !fields.Has(key) : !choices.Contains(text))
        {
            fields.Wrong(key, text, $"must be {string.Join(" or ", choices)}");
        }

        return text;
    }
}
