using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads how full uplinks are divided, a part of the schedule policy.</summary>
internal static class SharePolicyReader
{
    private const int MostRules = 100, MostWeights = 1_000;
    private const double LeastWeight = 1e-3, MostWeight = 1e6, LeastRate = 1_024, MostRate = 1e12, LeastFrom = 0.01;

    private static readonly IReadOnlyDictionary<string, LimitedResource> Resources =
        new Dictionary<string, LimitedResource>(StringComparer.Ordinal) { ["network-out"] = LimitedResource.NetworkOut, ["network-in"] = LimitedResource.NetworkIn };

    private static readonly IReadOnlyDictionary<string, ScheduleMode> Modes = new Dictionary<string, ScheduleMode>(StringComparer.Ordinal)
    {
        ["observe"] = ScheduleMode.Observe, ["recommend"] = ScheduleMode.Recommend, ["auto"] = ScheduleMode.Auto,
    };

    /// <summary>The name of a resource, as it is written in the policy.</summary>
    public static string NameOf(LimitedResource resource) => Resources.First(r => r.Value == resource).Key;

    public static SharePolicy Check(SharesText? text, string at, List<string> problems)
    {
        RuleText[] rules = text?.Rules ?? [];
        if (rules.Length > MostRules)
        {
            problems.Add($"{at}rules: there are {rules.Length}; allowed: up to {MostRules}");
        }

        JsonFile.RefuseTwins(rules.Select(r => r.Name ?? ""), at + "rules", problems);
        return new([.. rules.Take(MostRules).Select((r, i) => Check(r, $"{at}rules[{i}].", problems))]);
    }

    private static ShareRule Check(RuleText text, string at, List<string> problems)
    {
        ShareRule usual = new("", LimitedResource.None, ScheduleMode.Observe, "", 1);
        if (text.Uplink is not { Length: > 0 and <= 15 } || text.Uplink.Any(c => char.IsWhiteSpace(c) || c == '/'))
        {
            problems.Add($"{at}uplink: '{text.Uplink}' is not valid; allowed: the kernel name of the host's interface, such as eth1");
        }

        ShareRule rule = new(
            JsonFile.Name(text.Name, at + "name", problems), JsonFile.Choice(text.Resource, Resources, at + "resource", problems),
            JsonFile.Choice(text.Mode, Modes, at + "mode", problems), text.Uplink ?? "", Rate(text.Capacity, null, at + "capacity", problems))
        {
            Host = text.Hosts ?? "",
            Network = text.Networks ?? "",
            From = JsonFile.Number(text.From ?? usual.From, LeastFrom, 1, at + "from", problems),
            Until = JsonFile.Number(text.Until ?? usual.Until, 0, 1, at + "until", problems),
            Hold = JsonFile.Time(text.Hold, usual.Hold, TimeSpan.Zero, TimeSpan.FromHours(1), at + "hold", problems),
            FloorBytesPerSecond = Rate(text.Floor, usual.FloorBytesPerSecond, at + "floor", problems),
            Expiry = JsonFile.Time(text.Expiry, usual.Expiry, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), at + "expiry", problems),
            Weights = WeightsOf(text.Weights ?? [], at + "weights", problems),
        };
        if ((text.From ?? usual.From) is >= LeastFrom and <= 1 && rule.Until >= rule.From)
        {
            problems.Add(FormattableString.Invariant($"{at}until: '{rule.Until}' is not valid; allowed: less than from ({rule.From})"));
        }

        return rule;
    }

    private static ImmutableArray<ShareWeight> WeightsOf(WeightText[] weights, string at, List<string> problems)
    {
        if (weights.Length > MostWeights)
        {
            problems.Add($"{at}: there are {weights.Length}; allowed: up to {MostWeights}");
        }

        return [.. weights.Take(MostWeights).Select((w, i) => new ShareWeight(w.Vm ?? "", w.Tenant ?? "", JsonFile.Number(w.Weight, LeastWeight, MostWeight, $"{at}[{i}].weight", problems)))];
    }

    private static double Rate(string? text, double? fallback, string field, List<string> problems)
    {
        if (text is null && fallback is { } usual)
        {
            return usual;
        }

        if (RateText.TryParse(text, out double rate) && rate is >= LeastRate and <= MostRate)
        {
            return rate;
        }

        problems.Add($"{field}: '{text}' is not valid; allowed: 1KiB to 8000Gbit, in kbit, Mbit, Gbit (of bits) or B, KiB, MiB, GiB (of bytes) per second, such as 10Gbit");
        return LeastRate;
    }

    /// <summary>The part as it is written.</summary>
    internal sealed record SharesText(RuleText[]? Rules);

    /// <summary>A rule as it is written.</summary>
    internal sealed record RuleText(
        string? Name, string? Resource, string? Mode, string? Hosts, string? Networks, string? Uplink, string? Capacity, double? From, double? Until, string? Hold, string? Floor,
        string? Expiry, WeightText[]? Weights);

    /// <summary>A weight as it is written.</summary>
    internal sealed record WeightText(string? Vm, string? Tenant, double? Weight);
}
