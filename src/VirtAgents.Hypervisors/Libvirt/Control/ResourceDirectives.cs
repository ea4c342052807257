using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>What a running VM may use. All of it holds until the VM ends.</summary>
internal static class ResourceDirectives
{
    private const long QuotaPeriodMicroseconds = 100_000;
    private const long DefaultShare = 1024;
    private const long DefaultWeight = 100;
    private const long LargestWeight = 10_000;

    public static IEnumerable<ControlAction> All(LinuxRoots roots)
    {
        bool isUnified = File.Exists($"{roots.Sys}/fs/cgroup/cgroup.controllers");
        yield return new MemoryAction();
        yield return new VcpuAction();
        yield return new PinAction();
        yield return new SchedulerAction(DirectiveKind.SetCpuQuota, order => Quota(order.Number("percent") ?? 0), Expected);
        yield return new SchedulerAction(DirectiveKind.SetCpuShare, order => Share(order, isUnified), _ => []);
        yield return new DiskLimitAction();
        yield return HostLimits.ShapingOf(roots) == InterfaceShaping.Libvirt ? new InterfaceLimitAction() : new TapLimitAction();
    }

    /// <summary>Without a limit the period says nothing, and may be any.</summary>
    private static Limit[] Expected(DirectiveOrder order) => order.Number(DirectiveCatalogue.OnlyIf + "percent") switch
    {
        null => [],
        0 => [.. Quota(0).Skip(1)],
        { } percent => Quota(percent),
    };

    private static Limit[] Quota(long percent) =>
        [
            new("vcpu_period", Native.TypedValueType.ULong, QuotaPeriodMicroseconds),
            percent == 0
                ? new("vcpu_quota", Native.TypedValueType.Long, -1) { HoldsFor = quota => quota <= 0 || quota > QuotaPeriodMicroseconds * QuotaPeriodMicroseconds }
                : new("vcpu_quota", Native.TypedValueType.Long, percent * QuotaPeriodMicroseconds / 100),
        ];

    /// <summary>libvirt hands the number on to the kernel, whose unified hierarchy has another scale for it.</summary>
    private static Limit[] Share(DirectiveOrder order, bool isUnified)
    {
        long share = order.Number("share") ?? DefaultShare;
        long weight = Math.Clamp(share * DefaultWeight / DefaultShare, 1, LargestWeight);
        return [new("cpu_shares", Native.TypedValueType.ULong, isUnified ? weight : share)];
    }
}
