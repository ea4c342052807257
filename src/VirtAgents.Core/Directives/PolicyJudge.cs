using VirtAgents.Core.Model;

namespace VirtAgents.Core.Directives;

/// <summary>Judges directives by the policy of a host.</summary>
public static class PolicyJudge
{
    private const long HourMs = 3_600_000;

    /// <summary>Whether the policy allows an order now, and by which rule.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="kind">What is asked for; a kind of the catalogue.</param>
    /// <param name="vm">The VM it acts on; null for a kind that acts on none.</param>
    /// <param name="now">The instant, with the host's offset from UTC.</param>
    /// <param name="recent">What was allowed before; at least of the last 60 minutes.</param>
    /// <param name="running">Directives that are being carried out.</param>
    /// <exception cref="ArgumentException">The kind is none of the catalogue, or acts on a VM and none is given.</exception>
    public static PolicyVerdict Judge(
        HostPolicy policy, DirectiveKind kind, VmInfo? vm, DateTimeOffset now, IReadOnlyCollection<PolicyUse> recent, int running)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(recent);
        DirectiveDefinition definition = DirectiveCatalogue.Find(kind) ?? throw new ArgumentException($"there is no kind of directive {kind}", nameof(kind));
        if (definition.Target == DirectiveTarget.Vm && vm is null)
        {
            throw new ArgumentException($"{definition.Name} acts on a VM", nameof(vm));
        }

        string what = vm is null ? definition.Name : $"{definition.Name} of VM '{vm.Name}'";
        if (vm is not null && definition.IsDestructive && policy.Protects(vm))
        {
            return PolicyVerdict.No(RefusalReason.Policy, "", $"{what} is denied: the VM is among the protectedVms of the host's policy");
        }

        PolicyRule? rule = policy.Rules.FirstOrDefault(r => r.IsAbout(kind, vm) && (r.Hours is null || r.Hours.Contain(now)));
        return rule switch
        {
            null => PolicyVerdict.No(RefusalReason.Policy, "", $"no rule of the host's policy allows {what} now{Elsewhen(policy, kind, vm)}"),
            { Effect: PolicyEffect.Deny } => PolicyVerdict.No(RefusalReason.Policy, rule.Name, $"rule '{rule.Name}' denies {what}"),
            _ => WithinLimits(policy, rule, what, [.. recent.Where(u => u.UnixMs > now.ToUnixTimeMilliseconds() - HourMs)], running),
        };
    }

    private static PolicyVerdict WithinLimits(HostPolicy policy, PolicyRule rule, string what, PolicyUse[] lastHour, int running)
    {
        if (rule.MaxPerHour is { } most && lastHour.Count(u => u.Rule == rule.Name) >= most)
        {
            return PolicyVerdict.No(RefusalReason.Policy, rule.Name, $"rule '{rule.Name}' allows {most} directives per hour, and there were as many");
        }

        if (policy.MaxPerHour is { } mostOfHost && lastHour.Length >= mostOfHost)
        {
            return PolicyVerdict.No(RefusalReason.Policy, rule.Name, $"maxPerHour of the host's policy allows {mostOfHost} directives per hour, and there were as many");
        }

        return running >= policy.MaxConcurrent
            ? PolicyVerdict.No(RefusalReason.Busy, rule.Name, $"maxConcurrent of the host's policy allows {policy.MaxConcurrent} directives at a time, and as many are being carried out")
            : new PolicyVerdict(RefusalReason.None, rule.Name, $"rule '{rule.Name}' allows {what}");
    }

    private static string Elsewhen(HostPolicy policy, DirectiveKind kind, VmInfo? vm) =>
        policy.Rules.FirstOrDefault(r => r.Effect == PolicyEffect.Allow && r.IsAbout(kind, vm)) is { } later
            ? $"; rule '{later.Name}' does at {later.Hours}"
            : "";
}
