using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>One limit to set, change or take back.</summary>
/// <param name="Taker">Whose; null = it is not seen, and its limit is taken back.</param>
/// <param name="Limit">The limit that is changed or taken back; null = a new one.</param>
/// <param name="Amount">The new value, in the unit of the limit; 0 = take it back.</param>
/// <param name="Reason">Why; for people.</param>
public sealed record ShareStep(ShareTaker? Taker, HeldLimit? Limit, long Amount, string Reason);

/// <summary>What one look at a place led to.</summary>
/// <param name="Memory">What is remembered.</param>
/// <param name="Steps">What to do, in order of VMs and their interfaces.</param>
/// <param name="Told">How it stands; for people.</param>
public sealed record ShareDecision(ShareMemory Memory, ImmutableArray<ShareStep> Steps, string Told);
