using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

public sealed partial class FigureTracker
{
    private static readonly DerivedMetric CpuPercent = DerivedCatalogue.Find("vm_cpu_percent")!;
    private static readonly DerivedMetric CpuOfHostPercent = DerivedCatalogue.Find("vm_cpu_host_percent")!;
    private static readonly DerivedMetric StealPercent = DerivedCatalogue.Find("vm_steal_percent")!;
    private static readonly DerivedMetric ThrottledPercent = DerivedCatalogue.Find("vm_cpu_throttled_percent")!;
    private static readonly DerivedMetric ContentionScore = DerivedCatalogue.Find("vm_contention_score")!;
    private static readonly DerivedMetric MemoryUsedPercent = DerivedCatalogue.Find("vm_memory_used_percent")!;
    private static readonly DerivedMetric MemoryRssPercent = DerivedCatalogue.Find("vm_memory_rss_percent")!;
    private static readonly DerivedMetric HostCpuPercent = DerivedCatalogue.Find("host_cpu_percent")!;
    private static readonly DerivedMetric HostMemoryUsedPercent = DerivedCatalogue.Find("host_memory_used_percent")!;

    /// <summary>Newest figures of a VM; <see cref="VmFigures.None"/> when it was never seen.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="vcpuCount">vCPUs it has; 0 = unknown, then the sampled number counts.</param>
    public VmFigures Vm(VmId vm, int vcpuCount)
    {
        if (!_vms.TryGetValue(vm, out VmSlot? slot))
        {
            return VmFigures.None;
        }

        VmInputs inputs = new(this, slot, vcpuCount);
        return Put(
            NewestUpdate(slot),
            cpu: DerivedFraction.ValueOf(CpuPercent, inputs),
            ofHost: DerivedFraction.ValueOf(CpuOfHostPercent, inputs),
            steal: DerivedFraction.ValueOf(StealPercent, inputs),
            throttled: DerivedFraction.ValueOf(ThrottledPercent, inputs),
            contention: DerivedFraction.ValueOf(ContentionScore, inputs),
            memory: DerivedFraction.ValueOf(MemoryUsedPercent, inputs),
            rss: inputs.Level(Metric.VmMemoryRss),
            rssPercent: DerivedFraction.ValueOf(MemoryRssPercent, inputs),
            read: Sum(slot.Disks, incoming: true),
            written: Sum(slot.Disks, incoming: false),
            received: Sum(slot.Interfaces, incoming: true),
            sent: Sum(slot.Interfaces, incoming: false));
    }

    /// <summary>What the guest of a VM has done by the newest ticks; nothing is known when it was never seen.</summary>
    /// <param name="vm">The VM.</param>
    public GuestSigns Guest(VmId vm) => _vms.TryGetValue(vm, out VmSlot? slot)
        ? new(slot.GuestTold.Value, WorkOf(slot))
        : default;

    /// <summary>Newest figures of the host.</summary>
    public HostFigures Host()
    {
        HostInputs inputs = new(this);
        Reckoned cpu = DerivedFraction.ValueOf(HostCpuPercent, inputs);
        Reckoned memory = DerivedFraction.ValueOf(HostMemoryUsedPercent, inputs);
        return new(cpu.OrNull, memory.OrNull, _host.UpdatedUnixMs) { Unknown = new(cpu.Unknown, memory.Unknown) };
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

    // A device that comes, goes or tells no more changes the mark, as work does: that calls no guest idle that is not.
    private static long? WorkOf(VmSlot vm)
    {
        long? sum = null;
        foreach (DeviceSlot disk in vm.Disks)
        {
            sum = Plus(Plus(sum, disk.In.Value), disk.Out.Value);
        }

        foreach (DeviceSlot card in vm.Interfaces)
        {
            sum = Plus(sum, card.Out.Value);
        }

        return sum;

        static long? Plus(long? sum, long? told) => told is { } known ? (sum ?? 0) + known : sum;
    }

    private static VmFigures Put(
        long updatedUnixMs, Reckoned cpu, Reckoned ofHost, Reckoned steal, Reckoned throttled, Reckoned contention, Reckoned memory,
        Reckoned rss, Reckoned rssPercent, Reckoned read, Reckoned written, Reckoned received, Reckoned sent) =>
        new(cpu.OrNull, steal.OrNull, memory.OrNull, rss.OrNull, read.OrNull, written.OrNull, received.OrNull, sent.OrNull, updatedUnixMs)
        {
            CpuOfHostPercent = ofHost.OrNull,
            ThrottledPercent = throttled.OrNull,
            ContentionScore = contention.OrNull,
            MemoryRssPercent = rssPercent.OrNull,
            Unknown = new(
                cpu.Unknown, ofHost.Unknown, steal.Unknown, throttled.Unknown, contention.Unknown, memory.Unknown,
                rss.Unknown, rssPercent.Unknown, read.Unknown, written.Unknown, received.Unknown, sent.Unknown),
        };

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

    // A sum with an unknown part is unknown; a device that the newest tick does not have is not part of it.
    private Reckoned Sum(List<DeviceSlot> devices, bool incoming)
    {
        Reckoned sum = UnknownReason.NotSampled;
        bool any = false;
        foreach (DeviceSlot device in devices)
        {
            ref readonly LiveRate rate = ref incoming ? ref device.In : ref device.Out;
            if (IsCurrent(rate.Stamp))
            {
                UnknownReason unknown = rate.Growth(out CounterGrowth growth);
                Reckoned perSecond = unknown == UnknownReason.None ? growth.PerSecond : unknown;
                sum = any ? sum + perSecond : perSecond;
                any = true;
            }
        }

        return sum;
    }

    private long? OfPool(in LiveGauge gauge) =>
        gauge.Stamp.Number == _poolTicks && _slowUnixMs - _poolsUnixMs <= PoolsHoldMs ? gauge.Value : null;
}
