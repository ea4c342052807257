using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Scheduling.Requests;

/// <summary>How much of what hosts may promise is promised to VMs, over all hosts that take VMs.</summary>
/// <param name="Vcpus">vCPUs, ratio; over 1 where limits were lowered later.</param>
/// <param name="Memory">Memory without what the hosts need themselves, ratio.</param>
public sealed record PromisedShares(double Vcpus, double Memory)
{
    /// <summary>The shares; null = no host of these clusters is known to take VMs.</summary>
    public static PromisedShares? Of(IEnumerable<LiveCluster> clusters)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        (double vcpus, double vcpuRoom, double memory, double memoryRoom) = (0, 0, 0, 0);
        foreach (LiveCluster cluster in clusters)
        {
            ClusterLayout layout = new(cluster.Snapshot);
            foreach (int host in Enumerable.Range(0, layout.Hosts.Length).Where(h => layout.Carries[h]))
            {
                (vcpuRoom, memoryRoom) = (vcpuRoom + layout.VcpuRoom[host], memoryRoom + layout.MemoryRoomMb[host]);
            }

            foreach (int vm in Enumerable.Range(0, layout.Vms.Length).Where(v => layout.Carries[layout.Home[v]]))
            {
                (vcpus, memory) = (vcpus + layout.Vms[vm].Vcpus, memory + layout.Vms[vm].MemoryMb);
            }
        }

        return vcpuRoom > 0 && memoryRoom > 0 ? new(vcpus / vcpuRoom, memory / memoryRoom) : null;
    }
}
