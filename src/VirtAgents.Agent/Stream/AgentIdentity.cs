using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Stream;

/// <summary>What an agent says of itself.</summary>
/// <param name="Host">The host, as it is now.</param>
/// <param name="Cluster">Its cluster; empty = the default one.</param>
/// <param name="Version">Version of this software.</param>
/// <param name="HostBootUnixMs">When the kernel started; 0 = unknown.</param>
internal sealed record AgentIdentity(Func<HostInfo> Host, string Cluster, string Version, long HostBootUnixMs)
{
    public Hello Hello(MessageSpool spool, Guid instance) => new()
    {
        ProtocolMin = ProtocolVersion.Lowest,
        ProtocolMax = ProtocolVersion.Highest,
        Host = InventoryMapping.ToWire(Host()),
        AgentVersion = Version,
        BootId = WireGuid.ToWire(spool.BootId.Value),
        InstanceId = WireGuid.ToWire(instance),
        AckedSequence = (ulong)spool.Acked,
        HostBootUnixMs = HostBootUnixMs,
        Cluster = Cluster,
    };
}
