using VirtAgents.Core.Directives;

namespace VirtAgents.Agent.Acting;

/// <summary>The policy that is in force now.</summary>
/// <param name="Policy">The policy; null = acting is off.</param>
/// <param name="WhyOff">Why acting is off and what to do about it; empty when it is on.</param>
internal sealed record PolicyState(HostPolicy? Policy, string WhyOff)
{
    public static PolicyState On(HostPolicy policy) => new(policy, "");

    public static PolicyState Off(string why) => new(null, "acting is off: " + why);
}
