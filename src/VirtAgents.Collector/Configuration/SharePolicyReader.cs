using System.Collections.Immutable;
using System.Text.Json;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads how uplinks, CPU and pools that are full are divided, a part of the schedule policy.</summary>
internal static class SharePolicyReader
{
    private const int MostRules = 100, MostWeights = 1_000;
    private const double LeastWeight = 1e-3, MostWeight = 1e6, LeastRate = 1_024, MostRate = 1e12, MostOperations = 1e7, LeastFrom = 0.01;
    private const string OnNetwork = "with resource network-out or network-in alone", OnDisks = "with resource disk-operations or disk-bytes alone";

    private static readonly LimitedResource[] Divided = [LimitedResource.NetworkOut, LimitedResource.NetworkIn, LimitedResource.Cpu, LimitedResource.DiskOperations, LimitedResource.DiskBytes];

    private static readonly IReadOnlyDictionary<string, LimitedResource> Resources = Divided.ToDictionary(r => LimitForm.Of(r).Name, StringComparer.Ordinal);

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
        LimitedResource resource = JsonFile.Choice(text.Resource, Resources, at + "resource", problems);
        ShareRule usual = new("", resource, ScheduleMode.Observe, "", null);
        ShareRule rule = new(
            JsonFile.Name(text.Name, at + "name", problems), resource, JsonFile.Choice(text.Mode, JsonFile.ModesWithoutApproval, at + "mode", problems),
            PlaceOf(text, resource, at, problems), CapacityOf(text, resource, at + "capacity", problems))
        {
            Host = text.Hosts ?? "",
            Network = text.Networks ?? "",
            From = JsonFile.Number(text.From ?? usual.From, LeastFrom, 1, at + "from", problems),
            Until = JsonFile.Number(text.Until ?? usual.Until, 0, 1, at + "until", problems),
            Hold = JsonFile.Time(text.Hold, usual.Hold, TimeSpan.Zero, TimeSpan.FromHours(1), at + "hold", problems),
            Floor = FloorOf(text, resource, usual.Floor, at + "floor", problems),
            Expiry = JsonFile.Time(text.Expiry, usual.Expiry, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), at + "expiry", problems),
            Weights = WeightsOf(text.Weights ?? [], at + "weights", problems),
        };
        if ((text.From ?? usual.From) is >= LeastFrom and <= 1 && rule.Until >= rule.From)
        {
            problems.Add(FormattableString.Invariant($"{at}until: '{rule.Until}' is not valid; allowed: less than from ({rule.From})"));
        }

        return rule;
    }

    private static string PlaceOf(RuleText text, LimitedResource resource, string at, List<string> problems)
    {
        bool isNetwork = resource is LimitedResource.NetworkOut or LimitedResource.NetworkIn, isDisk = resource is LimitedResource.DiskOperations or LimitedResource.DiskBytes;
        if (resource == LimitedResource.None)
        {
            return "";
        }

        Refuse(isNetwork ? null : text.Uplink, at + "uplink", OnNetwork, problems);
        Refuse(isNetwork ? null : text.Networks, at + "networks", OnNetwork, problems);
        Refuse(isDisk ? null : text.Pool, at + "pool", OnDisks, problems);
        if (isNetwork && (text.Uplink is not { Length: > 0 and <= 15 } || text.Uplink.Any(c => char.IsWhiteSpace(c) || c == '/')))
        {
            problems.Add($"{at}uplink: '{text.Uplink}' is not valid; allowed: the kernel name of the host's interface, such as eth1");
        }

        return isNetwork ? text.Uplink ?? "" : isDisk ? JsonFile.Name(text.Pool, at + "pool", problems) : "";
    }

    private static double? CapacityOf(RuleText text, LimitedResource resource, string field, List<string> problems)
    {
        if (resource == LimitedResource.Cpu)
        {
            Refuse(Shown(text.Capacity), field, "none with resource 'cpu', as what there is are the pCPUs of the host", problems);
        }

        return resource is LimitedResource.None or LimitedResource.Cpu ? null
            : LimitForm.Of(resource).IsOfBytes ? Rate(text.Capacity, field, problems)
            : Number(text.Capacity, 1, MostOperations, field, problems);
    }

    private static double FloorOf(RuleText text, LimitedResource resource, double usual, string field, List<string> problems)
    {
        if (text.Floor is not { } given || resource == LimitedResource.None)
        {
            return usual;
        }

        LimitForm form = LimitForm.Of(resource);
        return form.IsOfBytes ? Rate(given, field, problems) : Number(given, form.LeastFloor, form.MostFloor, field, problems);
    }

    private static void Refuse(string? given, string field, string allowed, List<string> problems)
    {
        if (given is not null)
        {
            problems.Add($"{field}: '{given}' is not valid; allowed: {allowed}");
        }
    }

    private static ImmutableArray<ShareWeight> WeightsOf(WeightText[] weights, string at, List<string> problems)
    {
        if (weights.Length > MostWeights)
        {
            problems.Add($"{at}: there are {weights.Length}; allowed: up to {MostWeights}");
        }

        return [.. weights.Take(MostWeights).Select((w, i) => new ShareWeight(w.Vm ?? "", w.Tenant ?? "", JsonFile.Number(w.Weight, LeastWeight, MostWeight, $"{at}[{i}].weight", problems)))];
    }

    private static double Number(JsonElement? given, double least, double most, string field, List<string> problems)
    {
        if (given is { ValueKind: JsonValueKind.Number } number)
        {
            return JsonFile.Number(number.GetDouble(), least, most, field, problems);
        }

        problems.Add(FormattableString.Invariant($"{field}: '{Shown(given)}' is not valid; allowed: a number from {least} to {most}"));
        return least;
    }

    private static double Rate(JsonElement? given, string field, List<string> problems)
    {
        if (given?.ValueKind == JsonValueKind.String && RateText.TryParse(given.Value.GetString(), out double rate) && rate is >= LeastRate and <= MostRate)
        {
            return rate;
        }

        problems.Add($"{field}: '{Shown(given)}' is not valid; allowed: 1KiB to 8000Gbit, in kbit, Mbit, Gbit (of bits) or B, KiB, MiB, GiB (of bytes) per second, such as 10Gbit");
        return LeastRate;
    }

    private static string? Shown(JsonElement? given) => given?.ToString();

    /// <summary>The part as it is written.</summary>
    internal sealed record SharesText(RuleText[]? Rules);

    /// <summary>A rule as it is written.</summary>
    internal sealed record RuleText(
        string? Name, string? Resource, string? Mode, string? Hosts, string? Networks, string? Uplink, string? Pool, JsonElement? Capacity, double? From, double? Until, string? Hold,
        JsonElement? Floor, string? Expiry, WeightText[]? Weights);

    /// <summary>A weight as it is written.</summary>
    internal sealed record WeightText(string? Vm, string? Tenant, double? Weight);
}
