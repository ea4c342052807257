using System.Collections.Immutable;

namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>
/// Loads to reckon with. Where CPU or memory was not measured all that was promised is counted, which is the most it can be; for
/// disk and network nothing bounds it, so the mean of the VMs that were measured is.
/// </summary>
internal static class UseEstimate
{
    public static HostSize[] Of(ImmutableArray<ClusterVm> vms)
    {
        double disk = Mean(vms.Select(v => v.Use.DiskMbps));
        double net = Mean(vms.Select(v => v.Use.NetMbps));
        return [.. vms.Select(v => Of(v, disk, net))];
    }

    public static HostSize Of(ClusterVm vm, double diskMbps, double netMbps) =>
        new(vm.Use.CpuCores ?? vm.Vcpus, vm.Use.MemoryMb ?? vm.MemoryMb, vm.Use.DiskMbps ?? diskMbps, vm.Use.NetMbps ?? netMbps);

    private static double Mean(IEnumerable<double?> values) => values.Average() ?? 0;
}
