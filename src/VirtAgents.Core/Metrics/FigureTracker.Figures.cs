using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

public sealed partial class FigureTracker
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>Newest figures of a VM; <see cref="VmFigures.None"/> when it was never seen.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="vcpuCount">vCPUs it has; 0 = unknown, then the sampled number counts.</param>
    public VmFigures Vm(VmId vm, int vcpuCount)
    {
        if (!_vms.TryGetValue(vm, out VmSlot? slot))
        {
            return VmFigures.None;
        }

        double? vcpus = vcpuCount > 0 ? vcpuCount : slot.Vcpus.Value;
        return new(
            CpuPercent: PercentOfVcpus(Current(slot.Cpu), vcpus),
            StealPercent: PercentOfVcpus(Current(slot.Delay), vcpus),
            MemoryUsedPercent: GuestMemoryUsedPercent(slot),
            MemoryRssBytes: Current(slot.Rss),
            DiskReadBytesPerSecond: Sum(slot.Disks, incoming: true),
            DiskWriteBytesPerSecond: Sum(slot.Disks, incoming: false),
            NetworkReceiveBytesPerSecond: Sum(slot.Interfaces, incoming: true),
            NetworkTransmitBytesPerSecond: Sum(slot.Interfaces, incoming: false),
            UpdatedUnixMs: NewestUpdate(slot));
    }

    /// <summary>Newest figures of the host.</summary>
    public HostFigures Host()
    {
        double? busy = Current(_host.User) + Current(_host.System);
        double? all = busy + Current(_host.Idle) + Current(_host.IoWait) + Current(_host.Steal);
        long? total = Current(_host.MemoryTotal);
        return new(
            CpuPercent: Percent(busy, all),
            MemoryUsedPercent: Percent(total - Current(_host.MemoryAvailable), total),
            UpdatedUnixMs: _host.UpdatedUnixMs);
    }

    /// <summary>Newest figures of a storage pool; <see cref="PoolFigures.None"/> when it was never seen.</summary>
    public PoolFigures Pool(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _pools.TryGetValue(name, out PoolSlot? slot)
            ? new(
                Active: OfPool(slot.Active) is { } active ? active != 0 : null,
                CapacityBytes: OfPool(slot.Capacity),
                AllocationBytes: OfPool(slot.Allocation),
                AvailableBytes: OfPool(slot.Available),
                UpdatedUnixMs: slot.UpdatedUnixMs)
            : PoolFigures.None;
    }

    private static double? PercentOfVcpus(double? nanosecondsPerSecond, double? vcpus) =>
        vcpus > 0 ? 100 * nanosecondsPerSecond / NanosecondsPerSecond / vcpus : null;

    private static double? Percent(double? part, double? whole) =>
        whole > 0 && part >= 0 && part <= whole ? 100 * part / whole : null;

    private static long NewestUpdate(VmSlot vm)
    {
        long newest = vm.UpdatedUnixMs;
        foreach (DeviceSlot device in vm.Disks)
        {
            newest = Math.Max(newest, device.UpdatedUnixMs);
        }

        foreach (DeviceSlot device in vm.Interfaces)
        {
            newest = Math.Max(newest, device.UpdatedUnixMs);
        }

        return newest;
    }

    private double? GuestMemoryUsedPercent(VmSlot vm)
    {
        long? total = Current(vm.GuestTotal);
        return vm.MemoryIsFresh ? Percent(total - Current(vm.GuestUsable), total) : null;
    }

    // A sum with an unknown part is unknown; a device that the newest tick does not have is not part of it.
    private double? Sum(List<DeviceSlot> devices, bool incoming)
    {
        double? sum = null;
        foreach (DeviceSlot device in devices)
        {
            ref readonly LiveRate rate = ref incoming ? ref device.In : ref device.Out;
            if (!IsCurrent(rate.Stamp))
            {
                continue;
            }

            if (rate.PerSecond is not { } perSecond)
            {
                return null;
            }

            sum = (sum ?? 0) + perSecond;
        }

        return sum;
    }

    private double? Current(in LiveRate rate) => IsCurrent(rate.Stamp) ? rate.PerSecond : null;

    private long? OfPool(in LiveGauge gauge) =>
        gauge.Stamp.Number == _poolTicks && _slowUnixMs - _poolsUnixMs <= PoolsHoldMs ? gauge.Value : null;

    private long? Current(in LiveGauge gauge) => IsCurrent(gauge.Stamp) ? gauge.Value : null;
}
