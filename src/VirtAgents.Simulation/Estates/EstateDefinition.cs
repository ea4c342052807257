using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Estates;

/// <summary>All hosts, VMs and pools of a simulated world as they are at the beginning.</summary>
/// <param name="Seed">Where all randomness comes from: identities, noise and phases of workloads.</param>
/// <param name="SharedPools">Pools that several hosts mount.</param>
/// <param name="Hosts">The hosts, in the order of their numbers.</param>
public sealed record EstateDefinition(long Seed, ImmutableArray<PoolDefinition> SharedPools, ImmutableArray<HostDefinition> Hosts)
{
    /// <summary>Number of VMs.</summary>
    public int VmCount => Hosts.Sum(host => host.Vms.Length);

    /// <summary>Identity of the host of that name in an estate with that seed.</summary>
    public static HostId HostIdOf(long seed, string name) => new(Noise.Uuid(seed, "host " + name));

    /// <summary>Identity of the VM of that name in an estate with that seed.</summary>
    public static VmId VmIdOf(long seed, string name) => new(Noise.Uuid(seed, "vm " + name));
}
