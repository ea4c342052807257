using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Shares;

/// <summary>A VM, or an interface or disk of one, that takes part in a division.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="VmName">Its name.</param>
/// <param name="Tenant">Its owner; empty = none.</param>
/// <param name="Device">MAC address of the interface, or target of the disk; empty = the VM as a whole.</param>
/// <param name="Used">What it uses, in the unit of the capacity; null = unknown.</param>
/// <param name="InForce">Limit in force, whoever set it, in its own unit; 0 = none, null = unknown.</param>
public sealed record ShareTaker(VmId Vm, string VmName, string Tenant, string Device, double? Used, long? InForce)
{
    /// <summary>Host that it is on.</summary>
    public HostId Host { get; init; }

    /// <summary>What one of a limit is of the capacity; above 0. Of CPU: a hundredth of its vCPUs.</summary>
    public double PerUnit { get; init; } = 1;

    /// <summary>A limit from which on it holds nothing back; null = there is none.</summary>
    public long? FreeFrom { get; init; }

    /// <summary>Whether its limit is seen to hold it back, although it uses less than that on average.</summary>
    public bool IsHeldBack { get; init; }

    /// <summary>What it is called, for people.</summary>
    public string Name => Device.Length == 0 ? VmName : $"{Device} of {VmName}";
}
