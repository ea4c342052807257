using System.Collections.Immutable;
using System.Text.Json;
using VirtAgents.Agent.Configuration;
using VirtAgents.Core.Directives;

namespace VirtAgents.Agent.Acting;

/// <summary>Reads a host's policy: JSON with comments.</summary>
internal static class PolicyReader
{
    public const int LongestName = 255;
    private const int MostRules = 1000;
    private const int MostConcurrent = 1000;
    private const int MostPerHour = 1_000_000;

    private static readonly string[] Keys = ["maxConcurrent", "maxPerHour", "protectedVms", "rules"];

    private static readonly JsonDocumentOptions WithComments = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 8,
    };

    /// <summary>The policy, or null with every mistake added.</summary>
    public static HostPolicy? Read(ReadOnlyMemory<byte> json, string source, List<ConfigurationError> errors)
    {
        int before = errors.Count;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, WithComments);
            HostPolicy policy = Read(document.RootElement, source, errors);
            return errors.Count == before ? policy : null;
        }
        catch (JsonException e)
        {
            errors.Add(new ConfigurationError(source, null, $"is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {e.Message}", "file"));
            return null;
        }
    }

    private static HostPolicy Read(JsonElement root, string source, List<ConfigurationError> errors)
    {
        var fields = new JsonFields(root, "", Keys, source, errors);
        List<JsonElement> items = fields.Items("rules");
        if (root.ValueKind == JsonValueKind.Object && !fields.Has("rules"))
        {
            fields.Wrong("rules", null, "is missing; without rules nothing is allowed, and [] says so");
        }

        if (items.Count > MostRules)
        {
            fields.Wrong("rules", null, $"has {items.Count} rules; allowed: up to {MostRules}");
        }

        ImmutableArray<PolicyRule> rules = [.. items.Take(MostRules).Select((item, i) => PolicyRuleReader.Read(item, $"rules[{i}]", source, errors))];
        foreach (IGrouping<string, PolicyRule> same in rules.Where(r => r.Name.Length > 0).GroupBy(r => r.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            fields.Wrong("rules", same.Key, "is the name of several rules");
        }

        return new HostPolicy(
            rules,
            [.. fields.Texts("protectedVms", LongestName).Select(t => new VmPattern(t))],
            fields.Integer("maxConcurrent", 1, MostConcurrent) ?? HostPolicy.UsualConcurrent,
            fields.Integer("maxPerHour", 1, MostPerHour));
    }
}
