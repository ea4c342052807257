using System.Collections.Immutable;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>One limit to set, change or take back.</summary>
/// <param name="Nic">Interface; null = it is not seen, and its limit is taken back.</param>
/// <param name="Limit">The limit that is changed or taken back; null = a new one.</param>
/// <param name="BytesPerSecond">The new value; 0 = take it back.</param>
/// <param name="Reason">Why; for people.</param>
public sealed record ShareStep(ShareNic? Nic, HeldLimit? Limit, long BytesPerSecond, string Reason);

/// <summary>What one look at an uplink led to.</summary>
/// <param name="Memory">What is remembered.</param>
/// <param name="Steps">What to do, in order of VMs and interfaces.</param>
/// <param name="Told">How it stands; for people.</param>
public sealed record ShareDecision(ShareMemory Memory, ImmutableArray<ShareStep> Steps, string Told);
