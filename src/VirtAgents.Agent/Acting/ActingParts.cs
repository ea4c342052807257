using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Acting;

/// <summary>What acting needs from its session.</summary>
/// <param name="Control">Adapter that can change things; null = this agent only observes.</param>
/// <param name="WhyNone">Why there is no adapter or no journal, for refusals; empty when there are both.</param>
/// <param name="Policy">The policy in force now.</param>
/// <param name="FindVm">A VM of the host; null when it has none of that identity.</param>
/// <param name="Journal">Memory of directives.</param>
internal sealed record ActingParts(
    IHypervisorControl? Control, string WhyNone, Func<PolicyState> Policy, Func<VmId, VmInfo?> FindVm, DirectiveJournal Journal)
{
    /// <summary>Told the VM of each directive that has ended, whatever came of it; by default nobody.</summary>
    public Action<VmId> Acted { get; init; } = _ => { };
}
