using System.Runtime.Intrinsics;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>
/// What a VM adds to the load of a host, as one vector of eight lanes: promised memory, promised vCPUs, CPU, memory, disk and network
/// in use, and CPU and memory in use by the host's own size.
/// </summary>
/// <remarks>
/// The first six are the lanes of Ganeti's cluster score (htools, Cluster/Metrics.hs). It compares CPU and memory in use by the size
/// of a usual host, so that a small host is to carry as much as a large one; the last two lanes judge by the host's own size, and
/// count where hosts are not all alike. Disk and network are judged by the host's own size alone.
/// </remarks>
internal sealed class LoadLanes
{
    // Hosts of one model differ by what their firmware keeps of the memory.
    private const double Alike = 1.05;

    /// <summary>Weight of the last two lanes where hosts are not alike.</summary>
    public const float OwnSizeWeight = 0.25f;

    /// <param name="layout">The cluster.</param>
    /// <param name="ownSize">Whether hosts are also judged by their own size.</param>
    public LoadLanes(ClusterLayout layout, bool ownSize = true)
    {
        HostSize[] sizes = [.. layout.Hosts.Where((_, h) => layout.Carries[h]).Select(h => h.Size)];
        (double meanDisk, double meanNet) = sizes.Length == 0 ? (1, 1) : (sizes.Average(s => s.DiskMbps), sizes.Average(s => s.NetMbps));
        Scales = [.. layout.Hosts.Select(h => ScaleOf(h, layout.Reference, meanDisk, meanNet))];
        Own = [.. layout.Hosts.Select((h, i) => Vector256.CreateScalar((float)h.ReservedMemoryMb) * Scales[i])];
        Vms = [.. layout.Vms.Select((v, i) => VectorOf(v, layout.Uses[i]))];
        SizesDiffer = Differ(sizes, s => s.CpuCores) || Differ(sizes, s => s.MemoryMb);
        float own = ownSize && SizesDiffer ? OwnSizeWeight : 0;
        Weights = Vector256.Create(1, 1, 1, 1, 1, 1, own, own);
    }

    /// <summary>Whether the hosts that take VMs differ in CPU or memory, by more than 5 %.</summary>
    public bool SizesDiffer { get; }

    public Vector256<float>[] Vms { get; }

    public Vector256<float>[] Scales { get; }

    /// <summary>What a host carries without VMs.</summary>
    public Vector256<float>[] Own { get; }

    public Vector256<float> Weights { get; }

    /// <summary>Load of a VM, whatever host it is on.</summary>
    public static Vector256<float> VectorOf(ClusterVm vm, HostSize use) => Vector256.Create(
        (float)vm.MemoryMb, vm.Vcpus, (float)use.CpuCores, (float)use.MemoryMb, (float)use.DiskMbps, (float)use.NetMbps, (float)use.CpuCores, (float)use.MemoryMb);

    private static bool Differ(HostSize[] sizes, Func<HostSize, double> part) => sizes.Length > 0 && sizes.Max(part) > Alike * sizes.Min(part);

    private static Vector256<float> ScaleOf(ClusterHost host, HostSize reference, double meanDisk, double meanNet) => Vector256.Create(
        (float)(1 / host.Size.MemoryMb),
        (float)(1 / (host.Size.CpuCores * host.CpuSpeed)),
        (float)(1 / reference.CpuCores),
        (float)(1 / reference.MemoryMb),
        (float)(meanDisk / (host.Size.DiskMbps * reference.DiskMbps)),
        (float)(meanNet / (host.Size.NetMbps * reference.NetMbps)),
        (float)(1 / (host.Size.CpuCores * host.CpuSpeed)),
        (float)(1 / host.Size.MemoryMb));
}
