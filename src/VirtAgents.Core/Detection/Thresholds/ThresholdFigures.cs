using System.Collections.Immutable;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Thresholds;

/// <summary>A figure that can have thresholds, under the name of its metric.</summary>
/// <param name="Name">Name of the metric.</param>
/// <param name="Kind">What it is about: a VM, a host or a pool.</param>
public sealed record ThresholdFigure(string Name, SubjectKind Kind);

/// <summary>Every figure that can have thresholds. All grow with trouble, and all are the live form of a stored metric.</summary>
public static class ThresholdFigures
{
    internal const string VmCpu = "vm_cpu_percent", VmSteal = "vm_steal_percent", VmThrottled = "vm_cpu_throttled_percent", VmContention = "vm_contention_score",
        VmMemoryUsed = "vm_memory_used_percent", HostCpu = "host_cpu_percent", HostMemoryUsed = "host_memory_used_percent", PoolUsed = "storage_pool_used_percent";

    /// <summary>All of them.</summary>
    public static ImmutableArray<ThresholdFigure> All { get; } =
    [
        new(VmCpu, SubjectKind.Vm), new(VmSteal, SubjectKind.Vm), new(VmThrottled, SubjectKind.Vm), new(VmContention, SubjectKind.Vm), new(VmMemoryUsed, SubjectKind.Vm),
        new(HostCpu, SubjectKind.Host), new(HostMemoryUsed, SubjectKind.Host),
        new(PoolUsed, SubjectKind.Pool),
    ];

    /// <summary>What a figure is about; unspecified when there is none of that name.</summary>
    public static SubjectKind KindOf(string figure) => All.FirstOrDefault(f => f.Name == figure)?.Kind ?? SubjectKind.Unspecified;

    internal static double? Of(string figure, VmFigures vm) => figure switch
    {
        VmCpu => vm.CpuPercent,
        VmSteal => vm.StealPercent,
        VmThrottled => vm.ThrottledPercent,
        VmContention => vm.ContentionScore,
        VmMemoryUsed => vm.MemoryUsedPercent,
        _ => null,
    };

    internal static double? Of(string figure, HostFigures host) => figure == HostCpu ? host.CpuPercent : figure == HostMemoryUsed ? host.MemoryUsedPercent : null;

    internal static double? Of(PoolFigures pool) => pool is { AllocationBytes: { } used, CapacityBytes: > 0 and { } size } ? 100 * used / size : null;
}
