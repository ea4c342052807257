using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Directives;

/// <summary>What the owner of a host lets others do there. The first rule that is about a directive decides; when none is, it is refused.</summary>
/// <param name="Rules">Rules, the first one first.</param>
/// <param name="ProtectedVms">VMs to which nothing destructive is done, whatever the rules say.</param>
/// <param name="MaxConcurrent">Most directives carried out at the same time, 1 or more.</param>
/// <param name="MaxPerHour">Most directives within any 60 minutes, all rules together; null = not limited.</param>
public sealed record HostPolicy(ImmutableArray<PolicyRule> Rules, ImmutableArray<VmPattern> ProtectedVms, int MaxConcurrent, int? MaxPerHour)
{
    /// <summary>What <see cref="MaxConcurrent"/> is when a policy does not say.</summary>
    public const int UsualConcurrent = 4;

    /// <summary>Allows everything; for simulated hosts.</summary>
    public static HostPolicy AllowAll { get; } = new(
        [new PolicyRule("simulation", PolicyEffect.Allow, [], [], [], null, null)], [], UsualConcurrent, null);

    /// <summary>Whether some directive of a kind can be allowed at some time.</summary>
    public bool MayAllow(DirectiveKind kind) =>
        Rules.FirstOrDefault(r => r.Covers(kind) && (r.Effect == PolicyEffect.Allow || r.IsUnconditional)) is { Effect: PolicyEffect.Allow };

    /// <summary>Whether nothing destructive may be done to a VM.</summary>
    public bool Protects(VmInfo vm) => ProtectedVms.Any(p => p.Matches(vm));
}
