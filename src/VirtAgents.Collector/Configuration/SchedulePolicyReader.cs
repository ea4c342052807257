using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads the schedule policy: JSON with comments. Every mistake is told with its place, its value and what is allowed.</summary>
internal static class SchedulePolicyReader
{
    private const int MostRules = 100, MostAddresses = 10_000, LongestAddress = 1_024;

    private static readonly IReadOnlyDictionary<string, PlanGoal> Goals =
        Enum.GetValues<PlanGoal>().ToDictionary(g => g.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    private static readonly IReadOnlyDictionary<string, ScheduleMode> Modes =
        Enum.GetValues<ScheduleMode>().ToDictionary(m => m.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    private static readonly IReadOnlyDictionary<string, DayOfWeek> Days =
        PolicyHours.DayNames.Index().ToDictionary(d => d.Item, d => (DayOfWeek)d.Index, StringComparer.Ordinal);

    private static readonly IReadOnlyDictionary<string, bool> Clocks = new Dictionary<string, bool>(StringComparer.Ordinal) { ["local"] = false, ["utc"] = true };

    /// <summary>The policy of a file; null with what is wrong.</summary>
    public static SchedulePolicy? TryRead(string path, out IReadOnlyList<string> problems) =>
        JsonFile.TryRead<PolicyText, SchedulePolicy>(path, Check, out problems);

    private static SchedulePolicy Check(PolicyText text, List<string> problems)
    {
        RuleText[] rules = text.Rules ?? [];
        if (rules.Length > MostRules)
        {
            problems.Add($"rules: there are {rules.Length}; allowed: up to {MostRules}");
        }

        JsonFile.RefuseTwins(rules.Select(r => r.Name ?? ""), "rules", problems);
        ScheduleBudget usual = ScheduleBudget.Default;
        SchedulePolicy policy = new(
            [.. rules.Take(MostRules).Select((r, i) => Check(r, $"rules[{i}].", problems))],
            new(
                JsonFile.Number(text.MaxConcurrent, usual.Concurrent, 1, 100, "maxConcurrent", problems),
                JsonFile.Number(text.MaxPerHost, usual.PerHost, 1, 100, "maxPerHost", problems),
                JsonFile.Number(text.MaxPerHour, usual.PerHour, 1, 10_000, "maxPerHour", problems),
                JsonFile.Time(text.VmCooldown, usual.VmCooldown, TimeSpan.Zero, TimeSpan.FromDays(7), "vmCooldown", problems)),
            JsonFile.Number(text.VcpuRatio ?? SchedulePolicy.None.VcpuRatio, 0.1, 1_000, "vcpuRatio", problems),
            text.Address ?? "", (text.Addresses ?? []).ToImmutableDictionary(StringComparer.Ordinal))
        {
            FailoverHosts = JsonFile.Number(text.FailoverHosts, 0, 0, 100, "failoverHosts", problems),
            Queue = text.Queue is { } queue ? QueuePolicyReader.Check(queue, "queue.", problems) : null,
            Shares = SharePolicyReader.Check(text.Shares, "shares.", problems),
            Placement = PlacementPolicyReader.Check(text.Placement, "placement.", problems),
            Recovery = RecoveryPolicyReader.Check(text.Recovery, "recovery.", problems),
            Storage = StoragePolicyReader.Check(text.Storage, "storage.", problems),
        };
        CheckAddresses(policy, problems);
        return policy;
    }

    private static ScheduleRule Check(RuleText rule, string at, List<string> problems)
    {
        ScheduleRule usual = new("", PlanGoal.Balance, ScheduleMode.Observe);
        ScheduleRule read = new(JsonFile.Name(rule.Name, at + "name", problems), JsonFile.Choice(rule.Goal, Goals, at + "goal", problems), JsonFile.Choice(rule.Mode, Modes, at + "mode", problems))
        {
            Cluster = rule.Cluster ?? "",
            Tenant = rule.Tenant ?? "",
            Hours = HoursOf(rule, at, problems),
            Imbalance = JsonFile.Number(rule.Imbalance ?? usual.Imbalance, 0, 1, at + "imbalance", problems),
            Ceiling = JsonFile.Number(rule.Ceiling ?? usual.Ceiling, 0.1, 1, at + "ceiling", problems),
            Margin = JsonFile.Number(rule.Margin ?? usual.Margin, 0, 1e6, at + "margin", problems),
            LooksAhead = rule.LookAhead ?? usual.LooksAhead,
            MaxMoves = JsonFile.Number(rule.MaxMoves, usual.MaxMoves, 1, 1_000, at + "maxMoves", problems),
            Attempts = JsonFile.Number(rule.Attempts, usual.Attempts, 1, 10, at + "attempts", problems),
            Rest = JsonFile.Time(rule.Rest, usual.Rest, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), at + "rest", problems),
        };
        // A drained host is emptied at once: somebody waits for it.
        TimeSpan hold = read.Goal == PlanGoal.Evacuate ? TimeSpan.Zero : usual.Hold;
        if (rule.Imbalance is not null && read.Goal != PlanGoal.Balance)
        {
            problems.Add($"{at}imbalance: it is set; allowed: with goal balance alone");
        }

        if (rule.Ceiling is not null && read.Goal != PlanGoal.Relieve)
        {
            problems.Add($"{at}ceiling: it is set; allowed: with goal relieve alone");
        }

        if (rule.LookAhead is true && !ScheduleJudge.CanLookAhead(read.Goal))
        {
            problems.Add($"{at}lookAhead: true is not valid; allowed: false, or nothing, with goal relieve, which is about what is used now");
        }

        return read with { Hold = JsonFile.Time(rule.Hold, hold, TimeSpan.Zero, TimeSpan.FromDays(1), at + "hold", problems) };
    }

    private static PolicyHours? HoursOf(RuleText rule, string at, List<string> problems)
    {
        if (rule.Hours is null && rule.Days is null)
        {
            if (rule.Clock is not null)
            {
                problems.Add($"{at}clock: '{rule.Clock}' says nothing without hours or days");
            }

            return null;
        }

        (int from, int to) = (0, PolicyHours.MinutesPerDay);
        if (rule.Hours is not null && !PolicyHours.TrySpan(rule.Hours, out from, out to))
        {
            problems.Add($"{at}hours: '{rule.Hours}' is not valid; allowed: a span of a day such as 22:00-06:00, 00:00 to 24:00, start and end not the same");
        }

        return new(from, to, [.. (rule.Days ?? []).Select(d => JsonFile.Choice(d, Days, at + "days", problems))], JsonFile.Choice(rule.Clock ?? "local", Clocks, at + "clock", problems));
    }

    // Where nothing is carried out no address is needed.
    private static void CheckAddresses(SchedulePolicy policy, List<string> problems)
    {
        bool isNeeded = policy.Rules.Any(r => r.Mode >= ScheduleMode.Approve);
        bool isPlain = policy.Address.Length <= LongestAddress && !policy.Address.Any(char.IsControl);
        if (!isPlain || (policy.Address.Length == 0 ? isNeeded && policy.Addresses.IsEmpty : !policy.Address.Contains(SchedulePolicy.HostPlace, StringComparison.Ordinal)))
        {
            problems.Add($"address: '{policy.Address}' is not valid; allowed: the address of a host's hypervisor as other hosts see it, with {SchedulePolicy.HostPlace} for its name, such as qemu+tls://{SchedulePolicy.HostPlace}/system");
        }

        if (policy.Addresses.Count > MostAddresses)
        {
            problems.Add($"addresses: there are {policy.Addresses.Count}; allowed: up to {MostAddresses}");
        }

        foreach ((string host, string address) in policy.Addresses.Where(a => a.Value is not { Length: > 0 and <= LongestAddress } || a.Value.Any(char.IsControl)))
        {
            problems.Add($"addresses: '{address}' of '{host}' is not valid; allowed: 1 to {LongestAddress} printable characters");
        }
    }

    private sealed class PolicyText
    {
        public RuleText[]? Rules { get; init; }

        public int? MaxConcurrent { get; init; }

        public int? MaxPerHost { get; init; }

        public int? MaxPerHour { get; init; }

        public string? VmCooldown { get; init; }

        public double? VcpuRatio { get; init; }

        public int? FailoverHosts { get; init; }

        public string? Address { get; init; }

        public Dictionary<string, string>? Addresses { get; init; }

        public QueuePolicyReader.QueueText? Queue { get; init; }

        public SharePolicyReader.SharesText? Shares { get; init; }

        public PlacementPolicyReader.PlacementText? Placement { get; init; }

        public RecoveryPolicyReader.RecoveryText? Recovery { get; init; }

        public StoragePolicyReader.StorageText? Storage { get; init; }
    }

    private sealed record RuleText(
        string? Name, string? Goal, string? Mode, string? Cluster, string? Tenant, string? Hours, string[]? Days, string? Clock, double? Imbalance, double? Ceiling, double? Margin,
        string? Hold, bool? LookAhead, int? MaxMoves, int? Attempts, string? Rest);
}
