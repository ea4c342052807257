using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>What consolidation may fill a host to, in six resources: promised memory and vCPUs, volumes, and CPU, disk and network in use.</summary>
internal sealed class ConsolidationRoom
{
    public const int Resources = 6;

    public ConsolidationRoom(ClusterLayout layout)
    {
        double ceiling = layout.Snapshot.Limits.UsedCeiling;
        Hosts = [.. layout.Hosts.Select((h, i) => new[]
        {
            layout.MemoryRoomMb[i], layout.VcpuRoom[i], layout.DiskRoomGb[i],
            ceiling * h.Size.CpuCores, ceiling * h.Size.DiskMbps, ceiling * h.Size.NetMbps,
        })];
        Vms = [.. layout.Vms.Select((v, i) => new[]
        {
            v.MemoryMb, v.Vcpus, v.DiskGb, layout.Uses[i].CpuCores, layout.Uses[i].DiskMbps, layout.Uses[i].NetMbps,
        })];
    }

    /// <summary>Room of each host, by resource.</summary>
    public double[][] Hosts { get; }

    /// <summary>Need of each VM, by resource.</summary>
    public double[][] Vms { get; }

    /// <summary>
    /// Fewest hosts that can carry all VMs: for each resource the largest hosts that together have enough of it, and the most of
    /// these. No packing does with fewer; one may need more.
    /// </summary>
    /// <param name="hosts">Hosts that may be used.</param>
    /// <param name="spares">Hosts whose memory is to stay free, so that as many may fail.</param>
    public int LowerBound(int[] hosts, int spares)
    {
        int most = 0;
        for (int resource = 0; resource < Resources; resource++)
        {
            double need = Vms.Sum(v => v[resource]);
            int count = resource == 0 ? spares : 0;
            foreach (double room in hosts.Select(h => Hosts[h][resource]).OrderDescending().Skip(count))
            {
                if (need <= 0)
                {
                    break;
                }

                (need, count) = (need - room, count + 1);
            }

            most = Math.Max(most, count);
        }

        return Math.Min(most, hosts.Length);
    }
}
