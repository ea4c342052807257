using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>An interface of a VM that runs, in the direction of a rule.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="VmName">Its name.</param>
/// <param name="Tenant">Its owner; empty = none.</param>
/// <param name="Mac">MAC address.</param>
/// <param name="BytesPerSecond">What passes; null = unknown.</param>
/// <param name="LimitBytesPerSecond">Limit in force, whoever set it; 0 = none, null = unknown.</param>
public sealed record ShareNic(VmId Vm, string VmName, string Tenant, string Mac, double? BytesPerSecond, long? LimitBytesPerSecond);

/// <summary>What is seen of an uplink and of those who use it.</summary>
/// <param name="UplinkBytesPerSecond">What passes over it, in the direction of the rule; null = unknown.</param>
/// <param name="Nics">Interfaces of VMs that run and take part.</param>
public sealed record ShareSight(double? UplinkBytesPerSecond, ImmutableArray<ShareNic> Nics)
{
    /// <summary>Why no limits are set or changed here whatever is seen, for people; null = they may be.</summary>
    public string? WhyNot { get; init; }
}
